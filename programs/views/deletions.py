"""A legal hold, placed and lifted; a deletion of records, seen before, asked for, confirmed by another, taken back."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from partners.access import runs_site
from partners.domain.names import both_names
from partners.forms.attempt import attempt
from partners.models import Partnership
from partners.only_sent import only_sent
from partners.requests import PersonRequest
from programs import actions
from programs.domain.record_words import preview_of
from programs.domain.retention import why_held
from programs.forms.records import DeletionForm, HoldForm, LiftForm
from programs.models import Deletion, RecordKind
from programs.views.records import page_of, partnership_in


@require_http_methods(["GET", "HEAD", "POST"])
@runs_site
def hold_place(request: PersonRequest, slug: str, name: str) -> HttpResponse:
    found, form = partnership_in(slug, name), HoldForm(request.POST or None)
    says = _("The hold stands: nothing of this partnership is deleted until it is lifted.")
    return _hold_page(request, found, form, actions.place_hold, says=says, lifts=False)


@require_http_methods(["GET", "HEAD", "POST"])
@runs_site
def hold_lift(request: PersonRequest, slug: str, name: str) -> HttpResponse:
    found, form = partnership_in(slug, name), LiftForm(request.POST or None)
    return _hold_page(request, found, form, actions.lift_hold, says=_("The hold is lifted."), lifts=True)


def _hold_page(
    request: PersonRequest,
    found: Partnership,
    form: forms.Form,
    act: Callable[..., object],
    *,
    says: str,
    lifts: bool,
) -> HttpResponse:
    if attempt(form, _done(act), by=request.user, partnership=found, now=timezone.now()):
        messages.success(request, says)
        return redirect(page_of(found))
    context = {"program": found.program, "partnership": found, "names": both_names(found), "form": form, "lifts": lifts}
    context["waiting"] = Deletion.objects.filter(chain=found.pk, done_at=None, taken_back_at=None).exists()
    return render(request, "programs/records/hold.html", context, status=422 if form.errors else 200)


def _done(act: Callable[..., object]) -> Callable[..., bool]:
    """The act, which says that it came through."""

    def carried_out(**said: object) -> bool:
        act(**said)
        return True

    return carried_out


@require_http_methods(["GET", "HEAD", "POST"])
@runs_site
def deletion_ask(request: PersonRequest, slug: str, name: str) -> HttpResponse:
    """What would go, by kind; and the form, where nothing stands in the way."""
    found = partnership_in(slug, name)
    previews = [preview for kind in RecordKind if (preview := preview_of(found, kind)).tables]
    form = DeletionForm(request.POST or None, kinds=[preview.kind for preview in previews])
    if attempt(form, actions.ask_deletion, by=request.user, partnership=found, now=timezone.now()):
        says = _("It is asked for. Both sides' leads get a mail. Until it is done, it can be taken back.")
        messages.success(request, says)
        return redirect(page_of(found))
    context = {
        "program": found.program,
        "partnership": found,
        "names": both_names(found),
        "form": form,
        "kept": why_held(found.pk),
        "waiting": Deletion.objects.filter(chain=found.pk, done_at=None, taken_back_at=None).exists(),
        "previews": previews,
    }
    return render(request, "programs/records/deletion_ask.html", context, status=422 if form.errors else 200)


@runs_site
@only_sent()
def deletion_confirm(request: PersonRequest, slug: str, name: str, pk: UUID) -> HttpResponse:
    """What is confirmed is the one that was seen."""
    found = partnership_in(slug, name)
    deletion = get_object_or_404(Deletion, chain=found.pk, pk=pk)
    try:
        actions.confirm_deletion(by=request.user, deletion=deletion, now=timezone.now())
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
        return redirect(page_of(found))
    messages.success(request, _("It is deleted. The ledger says so, and by whom."))
    return redirect("records") if deletion.kind == RecordKind.ALL else redirect(page_of(found))


@runs_site
@only_sent()
def deletion_take_back(request: PersonRequest, slug: str, name: str, pk: UUID) -> HttpResponse:
    found = partnership_in(slug, name)
    deletion = get_object_or_404(Deletion, chain=found.pk, pk=pk)
    try:
        actions.take_back_deletion(by=request.user, deletion=deletion, now=timezone.now())
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    else:
        messages.success(request, _("It is taken back. Nothing was deleted. Both sides' leads get a mail."))
    return redirect(page_of(found))
