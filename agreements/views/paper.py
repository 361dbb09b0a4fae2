"""On paper instead: print, sign by hand, hand in a scan; the other side confirms it."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from agreements import actions
from agreements.actions.paper import PHONES, refused_paper
from agreements.domain import editions
from agreements.forms.paper import PaperForm
from agreements.forms.signatures import ReasonForm
from agreements.models import Edition, PaperCopy
from agreements.pictures import as_jpeg
from agreements.views.agreement import agreement_of, viewer_of
from agreements.views.conflicts import agreement_button, agreement_form
from agreements.views.editions import download
from agreements.views.signatures import require_open
from partners import rules
from partners.access import partnership_page
from partners.forms.attempt import attempt
from partners.models import Partnership
from partners.requests import PersonRequest


@agreement_form(rules.reads)
def paper(request: PersonRequest, partnership: Partnership) -> HttpResponse:
    """How to sign on paper, the scans handed in, and (POST) a scan for one's own side."""
    opened = require_open(agreement_of(partnership))
    if request.method != "POST":
        return paper_page(request, partnership, opened)
    form, now = _form(request, partnership, request.POST, request.FILES), timezone.now()
    party = rules.party_of(request.user, partnership)
    check = partial(refused_paper, edition=opened, party=party, now=now) if party else None
    act = partial(actions.upload_paper, proof=request.proof)
    if not attempt(form, act, check=check, by=request.user, edition=opened, now=now):
        return paper_page(request, partnership, opened, form)
    messages.success(request, _("Your scan is handed in. It counts when the other side's lead confirms it."))
    return redirect("paper", partnership.slug)


def paper_page(
    request: PersonRequest, partnership: Partnership, opened: Edition, form: PaperForm | None = None
) -> HttpResponse:
    viewer = viewer_of(request.user, partnership)
    content = editions.content(opened)
    copies = opened.paper_copies.select_related("uploaded_by", "confirmed_by", "refused_by")
    signed = {signature.party for signature in opened.signatures.all()}
    initial = {"shown": opened.digest}
    if viewer.party:
        initial["name"] = content["parties"][viewer.party]["signatory"]
    hands_in = viewer.assents and viewer.party not in signed
    context = {
        "page": "agreement",
        "partnership": partnership,
        "edition": opened,
        "viewer": viewer,
        "fresh": request.is_fresh,
        "papers": [(copy, ReasonForm(auto_id=f"paper{copy.pk}_%s")) for copy in copies],
        "phones": PHONES,
        "form": (form or _form(request, partnership, initial=initial)) if hands_in else None,
    }
    return render(request, "agreements/paper/paper.html", context, status=422 if form else 200)


def _form(request: PersonRequest, partnership: Partnership, *typed: Any, **options: Any) -> PaperForm:
    address = reverse("paper", args=[partnership.slug])
    return PaperForm(*typed, person=request.user, held_for=address, now=timezone.now(), **options)


def paper_of(partnership: Partnership, number: int) -> PaperCopy:
    copies = PaperCopy.objects.select_related("edition__agreement")
    return get_object_or_404(copies, pk=number, edition__agreement__partnership=partnership)


@require_safe
@partnership_page(rules.on_a_side)
def scan(request: PersonRequest, partnership: Partnership, number: int) -> HttpResponse:
    found = paper_of(partnership, number)
    ending = {"application/pdf": "pdf", "image/png": "png", "image/jpeg": "jpg", PHONES: "heic"}[found.scan_type]
    return download(bytes(found.scan), found.scan_type, f"signed-on-paper.{ending}")


@require_safe
@partnership_page(rules.on_a_side)
def scan_picture(request: PersonRequest, partnership: Partnership, number: int) -> HttpResponse:
    """A phone's picture as a JPEG, which every program opens. It is drawn for whoever asks, and kept nowhere."""
    found = paper_of(partnership, number)
    if found.scan_type != PHONES:
        raise Http404
    try:
        return download(as_jpeg(bytes(found.scan)), "image/jpeg", "signed-on-paper.jpg")
    except ValidationError as busy:
        messages.error(request, " ".join(busy.messages))
        return redirect("paper", partnership.slug)


@agreement_button(rules.reads)
def confirm_paper(request: PersonRequest, partnership: Partnership, number: int) -> HttpResponse:
    found, shown = paper_of(partnership, number), request.POST.get("shown", "")
    actions.confirm_paper(by=request.user, paper=found, shown=shown, proof=request.proof, now=timezone.now())
    messages.success(request, _("The signature on paper is confirmed and counts."))
    return redirect("agreement", partnership.slug)


@agreement_button(rules.reads)
def refuse_paper(request: PersonRequest, partnership: Partnership, number: int) -> HttpResponse:
    found = paper_of(partnership, number)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Say why the scan does not count, so that the other side can put it right."))
        return redirect("paper", partnership.slug)
    actions.refuse_paper(by=request.user, paper=found, reason=form.cleaned_data["reason"], now=timezone.now())
    messages.success(request, _("The scan does not count. Both leads are told, with your reason."))
    return redirect("paper", partnership.slug)
