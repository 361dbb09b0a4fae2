"""A Word file or plain text becomes the copy of a template, once staff have seen what we made of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from agreements import actions
from agreements.models import TemplateDraft
from agreements.wording.digest import MOST_CLAUSES
from agreements.wording.template_check import line_names
from partners.access import runs_program
from partners.forms.attempt import attempt
from partners.models import Program
from partners.only_sent import only_sent
from partners.requests import PersonRequest
from programs.documents import Document
from programs.forms.imports import RecognizedForm, TemplateDocumentForm
from programs.recognition import Recognized, recognized


@runs_program
@require_http_methods(["GET", "HEAD", "POST"])
def template_import(request: PersonRequest, program: Program) -> HttpResponse:
    if TemplateDraft.objects.filter(program=program).exists():
        messages.info(request, _("There is a copy already. Publish it or discard it, then import a file."))
        return redirect("program_templates", program.slug)
    posted = (request.POST, request.FILES) if request.method == "POST" else ()
    form = TemplateDocumentForm(*posted, person=request.user, held_for=request.path, now=timezone.now())
    if read := attempt(form, dict[str, Any]):
        return _confirm(request, program, read["document"], read["language"])
    context = {"page": "templates", "program": program, "form": form}
    return render(request, "programs/templates/import.html", context, status=422 if form.errors else 200)


def _confirm(request: PersonRequest, program: Program, document: Document, language: str) -> HttpResponse:
    """What we made of it, line by line, and what we could not read or place."""
    found = recognized(document, language)
    origin = _("From the file %(name)s") % {"name": document.name}
    names = line_names(found.content)
    lines = [
        (names[line["place"]], line["texts"].get(language, ""))
        for line in found.content["lines"]
        if line["type"] != "signature"
    ]
    context = {
        "page": "templates",
        "program": program,
        "document": document,
        "language": language,
        "lines": [one for one in lines if one[1]],
        "missing": [name for name, text in lines if not text],
        "left": found.left,
        "unread": list(unread_words(document, found)),
        "form": RecognizedForm(initial={"content": json.dumps(found.content), "origin": origin[:300]}),
    }
    return render(request, "programs/templates/recognized.html", context)


def unread_words(document: Document, found: Recognized) -> Iterator[str]:
    """What of the file was not read, in words."""
    yield from (words for key, words in _words_of_unread().items() if document.unread.get(key))
    if found.is_full:
        yield _("An agreement holds at most %(most)s clauses.") % {"most": MOST_CLAUSES}


def _words_of_unread() -> dict[str, str]:
    return {
        "more": _("The file is longer than an agreement. We read its beginning only."),
        "tables": _("Tables were left out, with the words in them."),
        "text boxes": _("Text boxes were left out, with the words in them."),
        "pictures": _("Pictures were left out."),
        "notes": _("Footnotes and endnotes were left out."),
        "comments": _("Comments were left out."),
        "deleted words": _("Changes were tracked: words that somebody deleted were left out."),
        "inserted words": _("Changes were tracked: words that somebody inserted were taken."),
    }


@runs_program
@only_sent(on="template_import")
def template_recognized(request: PersonRequest, program: Program) -> HttpResponse:
    form = RecognizedForm(request.POST)
    act = partial(actions.import_template, by=request.user, program=program, now=timezone.now())
    if attempt(form, act):
        messages.success(request, _("The file is your copy now. Look it through, then publish it."))
        return redirect("template_draft", program.slug)
    messages.error(request, " ".join(str(why) for errors in form.errors.values() for why in errors))
    return redirect("template_import", program.slug)
