"""A lead is gone: a member of the side asks for the lead, and the staff of the program answer."""

from __future__ import annotations

from functools import partial

from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from partners import actions, rules
from partners.access import partnership_page
from partners.actions.handovers import closed_because, lead_seat
from partners.actions.lead_claims import may_refuse
from partners.forms.attempt import attempt
from partners.forms.lead_claims import ClaimLeadForm, ConfirmClaimForm, RefuseClaimForm
from partners.models import Handover, Partnership
from partners.only_sent import only_sent
from partners.requests import PersonRequest
from partners.views.handovers import carry_out, too_late
from partners.views.seats import back_to_people, people_page


@partnership_page(rules.takes_the_lead)
@only_sent()
def claim_lead(request: PersonRequest, partnership: Partnership) -> HttpResponse:
    form = ClaimLeadForm(request.POST)
    if attempt(form, actions.claim_lead, by=request.user, partnership=partnership, now=timezone.now()):
        answer = _("Both leads and the staff of the program are told. Nothing changes until the staff have checked it.")
        return back_to_people(request, partnership, answer)
    return people_page(request, partnership, claim_form=form)


@partnership_page(rules.sees_partnership)
@require_http_methods(["GET", "HEAD"])
def lead_claim(request: PersonRequest, partnership: Partnership, pk: int) -> HttpResponse:
    """What is said of the lead, for everybody who sees the partnership; whoever may answer it finds the forms here."""
    return _page(request, _found(partnership, pk))


@partnership_page(rules.helps)
@only_sent()
def confirm_claim(request: PersonRequest, partnership: Partnership, pk: int) -> HttpResponse:
    claim, form = _found(partnership, pk), ConfirmClaimForm(request.POST)
    names = {"name": claim.to.name, "organization": claim.organization.name}
    done = _("%(name)s is now the lead for %(organization)s.") % names
    act = partial(actions.confirm_claim, proof=request.proof)
    return carry_out(request, claim, act, done, form, partial(_page, request, claim, confirm=form))


@partnership_page(rules.sees_partnership)
@only_sent()
def refuse_claim(request: PersonRequest, partnership: Partnership, pk: int) -> HttpResponse:
    claim, form = _found(partnership, pk), RefuseClaimForm(request.POST)
    done = _("You have refused it. %(name)s is told, and both leads.") % {"name": claim.to.name}
    return carry_out(request, claim, actions.refuse_claim, done, form, partial(_page, request, claim, refuse=form))


@partnership_page(rules.reads)
@only_sent()
def take_back_claim(request: PersonRequest, partnership: Partnership, pk: int) -> HttpResponse:
    return carry_out(request, _found(partnership, pk), actions.take_back_claim, _("You no longer ask for the lead."))


def _found(partnership: Partnership, pk: int) -> Handover:
    return get_object_or_404(partnership.handovers.claims().select_related("partnership__program", "to"), pk=pk)


def _page(request: PersonRequest, claim: Handover, **forms: Form) -> HttpResponse:
    if closed := closed_because(claim):
        return too_late(request, claim.partnership, closed)
    seat = lead_seat(claim.partnership, claim.party)
    context = {
        "partnership": claim.partnership,
        "page": "people",
        "claim": claim,
        "lead_name": seat.person.name if seat else "",
        "confirm": forms.get("confirm", ConfirmClaimForm()),
        "refuse": forms.get("refuse", RefuseClaimForm()),
        "may_confirm": rules.helps(request.user, claim.partnership),
        "may_refuse": may_refuse(request.user, claim),
        "may_take_back": claim.to_id == request.user.pk and rules.proposes(request.user, claim.partnership),
    }
    return render(request, "partners/lead_claims/lead_claim.html", context, status=422 if forms else 200)
