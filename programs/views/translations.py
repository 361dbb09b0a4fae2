"""A file in the other language of a template's copy: matched line by line, marked by hand, then written."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from agreements import actions
from agreements.models import TemplateDraft
from ledger.canonical import digest
from partners.access import runs_program
from partners.actions.program_editions import DraftChanged
from partners.forms.attempt import attempt
from partners.models import Program
from partners.only_sent import only_sent
from partners.requests import PersonRequest
from programs.documents import Document
from programs.forms.imports import DocumentForm, TranslationForm
from programs.recognition import recognized
from programs.translation import Pairing, other_language, paired, translation_title
from programs.views.imports import unread_words


@runs_program
@require_http_methods(["GET", "HEAD", "POST"])
def translation_import(request: PersonRequest, program: Program) -> HttpResponse:
    draft = TemplateDraft.objects.filter(program=program).first()
    if draft is None:
        return redirect("template_draft", program.slug)  # which says so
    posted = (request.POST, request.FILES) if request.method == "POST" else ()
    form = DocumentForm(*posted, person=request.user, held_for=request.path, now=timezone.now())
    if read := attempt(form, dict[str, Any]):
        return _confirm(request, draft, read["document"])
    context = {"page": "templates", "program": program, "form": form, "title": translation_title(draft.content)}
    return render(request, "programs/templates/translation_import.html", context, status=422 if form.errors else 200)


def _confirm(request: PersonRequest, draft: TemplateDraft, document: Document) -> HttpResponse:
    found = recognized(document, other_language(draft.content))
    pairing = paired(draft.content, found.content)
    initial = {"content": json.dumps(found.content), "shown": digest(draft.content), "take": pairing.sure}
    form = TranslationForm(initial=initial, pairs=pairing.pairs)
    pairing.left.extend(found.left)
    return _pairs_page(request, draft, form, pairing, unread=list(unread_words(document, found)))


def _pairs_page(
    request: PersonRequest, draft: TemplateDraft, form: TranslationForm, pairing: Pairing, **more: object
) -> HttpResponse:
    context = {
        "page": "templates",
        "program": draft.program,
        "form": form,
        "rows": list(zip(pairing.pairs, form["take"], strict=True)),
        "pairing": pairing,
        "title": translation_title(draft.content),
        "language": other_language(draft.content),
        **more,
    }
    status = 409 if "stale" in more else 422 if form.errors else 200
    return render(request, "programs/templates/translation.html", context, status=status)


@runs_program
@only_sent(on="translation_import")
def translation_recognized(request: PersonRequest, program: Program) -> HttpResponse:
    """Write the lines that were marked. Of the first language nothing changes: these texts are of the other one."""
    draft = TemplateDraft.objects.filter(program=program).first()
    if draft is None:
        return redirect("template_draft", program.slug)
    form, pairing = _sent(request, draft)
    if not form.is_valid():
        if pairing.pairs:
            return _pairs_page(request, draft, form, pairing)
        messages.error(request, _("Nothing was written: no line of this file has a partner in the copy."))
        return redirect("translation_import", program.slug)
    language, taken = other_language(draft.content), form.cleaned_data["take"]
    texts = {one.place: {language: one.text} for one in pairing.pairs if one.place in taken}
    try:
        act = {"by": request.user, "program": program, "shown": form.cleaned_data["shown"], "now": timezone.now()}
        actions.change_template(texts=texts, **act)
    except DraftChanged as refusal:
        return _matched_again(request, draft, refusal.stands)
    says = ngettext(
        "Saved: %(n)s line took its text from the file.",
        "Saved: %(n)s lines took their text from the file.",
        len(texts),
    )
    messages.success(request, says % {"n": len(texts)})
    return redirect("template_draft", program.slug)


def _sent(request: PersonRequest, draft: TemplateDraft) -> tuple[TranslationForm, Pairing]:
    """What was sent, matched with the copy as it is now."""
    try:
        found = TranslationForm(pairs=()).fields["content"].clean(request.POST.get("content"))
    except ValidationError:
        found = {"lines": []}
    pairing = paired(draft.content, found)
    return TranslationForm(request.POST, pairs=pairing.pairs), pairing


def _matched_again(request: PersonRequest, draft: TemplateDraft, stands: dict[str, Any]) -> HttpResponse:
    """Somebody else saved the copy meanwhile: the file is matched with what they saved, and nothing was written."""
    draft.content, sent = stands, request.POST.copy()
    sent["shown"] = digest(stands)
    again, pairing = _sent(request, draft)
    again.data = sent
    return _pairs_page(request, draft, again, pairing, stale=True)
