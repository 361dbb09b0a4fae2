"""On paper instead: print, sign by hand, hand in a scan; the other side confirms it."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import messages
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from agreements import actions
from agreements.actions.paper import LARGEST_SCAN
from agreements.domain import editions
from agreements.forms.paper import PaperForm
from agreements.forms.signatures import ReasonForm
from agreements.models import Edition, PaperCopy
from agreements.views.agreement import agreement_of, viewer_of
from agreements.views.conflicts import agreement_button, agreement_form
from agreements.views.editions import download
from agreements.views.signatures import require_open
from partners import rules
from partners.access import partnership_page
from partners.authentication_proof import NeedsFreshCode
from partners.forms.attempt import attempt
from partners.models import Partnership
from partners.requests import PersonRequest


@agreement_form(rules.reads)
def paper(request: PersonRequest, partnership: Partnership) -> HttpResponse:
    """How to sign on paper, the scans handed in, and (POST) a scan for one's own side."""
    opened = require_open(agreement_of(partnership))
    if request.method != "POST":
        return paper_page(request, partnership, opened)
    kept = KeptScan(request, opened)
    form = PaperForm(request.POST, kept.with_files())
    act = partial(actions.upload_paper, proof=request.proof)
    try:
        paper = attempt(form, act, by=request.user, edition=opened, now=timezone.now())
    except NeedsFreshCode:
        kept.keep()
        raise
    if not paper:
        return paper_page(request, partnership, opened, form)
    kept.forget()
    messages.success(request, _("Your scan is handed in. It counts when the other side's lead confirms it."))
    return redirect("paper", partnership.slug)


class KeptScan:
    """The file that was chosen when a fresh code was asked for: it is there for an hour, for this session alone."""

    def __init__(self, request: PersonRequest, edition: Edition) -> None:
        self.request = request
        self.key = f"kept_scan:{request.session.session_key}:{edition.pk}"

    @property
    def name(self) -> str:
        return str(self.request.session.get(self.key, ""))

    def with_files(self) -> MultiValueDict[str, Any]:
        """The files that came, or the one that is kept."""
        files = self.request.FILES.copy()
        if "scan" not in files and self.name and (scan := cache.get(self.key)):
            files["scan"] = SimpleUploadedFile(self.name, scan)
        return files

    def keep(self) -> None:
        if scan := self.request.FILES.get("scan"):
            scan.seek(0)
            cache.set(self.key, scan.read(LARGEST_SCAN), 3600)
            self.request.session[self.key] = scan.name

    def forget(self) -> None:
        cache.delete(self.key)
        self.request.session.pop(self.key, None)


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
    own = form or PaperForm(initial=initial, kept=KeptScan(request, opened).name)
    context = {
        "page": "agreement",
        "partnership": partnership,
        "edition": opened,
        "viewer": viewer,
        "fresh": request.is_fresh,
        "papers": [(copy, ReasonForm(auto_id=f"paper{copy.pk}_%s")) for copy in copies],
        "form": own if viewer.assents and viewer.party not in signed else None,
    }
    return render(request, "agreements/paper/paper.html", context, status=422 if form else 200)


def paper_of(partnership: Partnership, number: int) -> PaperCopy:
    copies = PaperCopy.objects.select_related("edition__agreement")
    return get_object_or_404(copies, pk=number, edition__agreement__partnership=partnership)


@require_safe
@partnership_page(rules.on_a_side)
def scan(request: PersonRequest, partnership: Partnership, number: int) -> HttpResponse:
    found = paper_of(partnership, number)
    ending = {"application/pdf": "pdf", "image/png": "png", "image/jpeg": "jpg"}[found.scan_type]
    return download(bytes(found.scan), found.scan_type, f"signed-on-paper.{ending}")


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
