"""After it is signed: amend it, or end it."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from agreements import actions
from agreements.forms.signatures import ReasonForm
from agreements.refusals import NotNow
from agreements.states import Draft
from agreements.views.agreement import agreement_of
from agreements.views.conflicts import agreement_form
from partners import rules
from partners.models import Partnership
from partners.requests import PersonRequest


def with_reason(
    request: PersonRequest, partnership: Partnership, *, act: Callable[[str], None], done: str, **words: object
) -> HttpResponse:
    """A page that says what an act does and asks why; then the act."""
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        act(form.cleaned_data["reason"])
        messages.success(request, done)
        return redirect("agreement", partnership.slug)
    context = {"page": "agreement", "partnership": partnership, "form": form, **words}
    return render(request, "agreements/signatures/with_reason.html", context, status=422 if form.errors else 200)


@agreement_form(rules.assents)
def amend(request: PersonRequest, partnership: Partnership) -> HttpResponse:
    agreement = agreement_of(partnership)
    if agreement.draft != Draft.CLOSED or agreement.ended_at:
        raise NotNow(_("The agreement can be amended only while it is in force and no amendment is being written."))
    return with_reason(
        request,
        partnership,
        act=lambda reason: actions.amend(by=request.user, agreement=agreement, reason=reason, now=timezone.now()),
        done=_("You can both propose changes now. What you signed stays in force until you both sign again."),
        title=_("Start an amendment"),
        explains=[
            _("Both sides can then propose changes, clause by clause, as before."),
            _("What you signed stays in force until both sides sign the next edition."),
        ],
    )


@agreement_form(rules.assents)
def end(request: PersonRequest, partnership: Partnership) -> HttpResponse:
    agreement = agreement_of(partnership)
    if agreement.ended_at:
        raise NotNow(_("The agreement has ended already."))
    return with_reason(
        request,
        partnership,
        act=lambda reason: actions.end(
            by=request.user, agreement=agreement, reason=reason, proof=request.proof, now=timezone.now()
        ),
        done=_("The agreement has ended. Both leads are told, with your reason."),
        title=_("End the agreement"),
        explains=[
            _("Either side can end the agreement, alone. It cannot be undone: to work together again, start anew."),
            _("Nothing is erased. Both sides can still read and download everything."),
        ],
        needs_code=not request.is_fresh,
    )
