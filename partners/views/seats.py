"""Who takes part: the seats, the invitations that are open, and what a person may do about them."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from partners import actions, rules
from partners.access import partnership_page
from partners.actions.invitations import refused_invitation
from partners.domain.duties import duties_of
from partners.domain.seats import Group, groups_of
from partners.domain.sharing import latest_looks, may_open_drafts, sharing_rows
from partners.forms.attempt import attempt
from partners.forms.handovers import OfferLeadForm
from partners.forms.invitations import AddressForm, InviteForm
from partners.forms.lead_claims import ClaimLeadForm
from partners.forms.seats import EndSeatForm
from partners.models import Invitation, Partnership, Person, Seat
from partners.only_sent import only_sent
from partners.parties import Party, Role
from partners.requests import PersonRequest


@partnership_page(rules.sees_partnership)
@require_http_methods(["GET", "HEAD"])
def people(request: PersonRequest, partnership: Partnership) -> HttpResponse:
    return people_page(request, partnership)


@partnership_page(rules.assents)
@only_sent()
def invite(request: PersonRequest, partnership: Partnership) -> HttpResponse:
    """The party is the lead's own: it is not in the form."""
    form = InviteForm(request.POST, own_side=_own_side(request, partnership))
    party = rules.party_of(request.user, partnership) if request.POST.get("role") == Role.MEMBER else None
    now = timezone.now()
    check = partial(refused_invitation, partnership=partnership, party=party, now=now)
    if attempt(form, actions.invite, check=check, by=request.user, partnership=partnership, now=now):
        return back_to_people(request, partnership, _("The invitation is on its way to %(name)s.") % form.cleaned_data)
    return people_page(request, partnership, invite_form=form)


@partnership_page(rules.helps)
@only_sent()
def invite_lead(request: PersonRequest, partnership: Partnership, party: str) -> HttpResponse:
    """Staff invite the lead of a party that has neither a lead nor an open invitation."""
    form = AddressForm(request.POST, prefix=party)
    seat: dict[str, Any] = {"partnership": partnership, "party": Party(party), "now": timezone.now()}
    if attempt(form, actions.invite_lead, check=partial(refused_invitation, **seat), by=request.user, **seat):
        return back_to_people(request, partnership, _("The invitation is on its way to %(name)s.") % form.cleaned_data)
    return people_page(request, partnership, lead_form=form)


@partnership_page(rules.sees_partnership)
@require_http_methods(["GET", "HEAD", "POST"])
def correct_invitation(request: PersonRequest, partnership: Partnership, pk: UUID) -> HttpResponse:
    """Put a wrong address right, or just send it again. The link is in the mail and nowhere else."""
    found = _invitation_to_change(request, partnership, pk)
    initial = {"name": found.name, "email": found.email, "language": found.language}
    form = AddressForm(request.POST or None, initial=initial)
    try:
        if attempt(form, actions.send_again, by=request.user, invitation=found, now=timezone.now()):
            sent = _("The invitation is on its way to %(name)s.") % form.cleaned_data
            return back_to_people(request, partnership, sent)
    except actions.InvitationClosed as closed:
        form.add_error(None, str(closed))
    context = {"partnership": partnership, "page": "people", "form": form, "invitation": found}
    return render(request, "partners/invitations/correct_invitation.html", context, status=422 if form.errors else 200)


@partnership_page(rules.sees_partnership)
@only_sent()
def cancel_invitation(request: PersonRequest, partnership: Partnership, pk: UUID) -> HttpResponse:
    found = _invitation_to_change(request, partnership, pk)
    try:
        actions.cancel_invitation(by=request.user, invitation=found, now=timezone.now())
    except actions.InvitationClosed as closed:
        messages.warning(request, str(closed))
        return redirect("people", slug=partnership.slug)
    return back_to_people(request, partnership, _("The invitation of %(name)s was taken back.") % {"name": found.name})


@partnership_page(rules.reads)
@require_http_methods(["GET", "HEAD", "POST"])
def end_seat(request: PersonRequest, partnership: Partnership, pk: int) -> HttpResponse:
    """A lead removes a member of their own side, or somebody leaves. The page names what they took on, and asks who
    takes it over."""
    seat = get_object_or_404(partnership.seats.select_related("person"), pk=pk, ended_at=None)
    actions.seats.require_may_end(request.user, seat)
    now, own = timezone.now(), seat.person == request.user
    typed = request.POST if request.method == "POST" else None
    form = EndSeatForm(typed, partnership=partnership, seat=seat, waits_for=_waits_for(partnership, seat))
    if attempt(form, actions.end_seat, by=request.user, seat=seat, now=now):
        if own:
            messages.success(request, _("You have left the partnership."))
            return redirect("home")
        return back_to_people(request, partnership, _("%(name)s no longer takes part.") % {"name": seat.person.name})
    context = {
        "partnership": partnership,
        "page": "people",
        "seat": seat,
        "own": own,
        "duties": duties_of(seat.person, partnership, now),
        "form": form,
    }
    return render(request, "partners/seats/end.html", context, status=422 if form.errors else 200)


def _waits_for(partnership: Partnership, seat: Seat) -> str:
    """Where nobody is named to take over."""
    names = partnership.names_on_screen()
    if not seat.party:
        return _("Nobody yet: it waits for both leads")
    return _("Nobody yet: it waits for the lead of %(name)s") % {"name": names[seat.party]}


def _invitation_to_change(request: PersonRequest, partnership: Partnership, pk: UUID) -> Invitation:
    """One of this partnership; for whoever may not change it, refused before its address is shown."""
    found = get_object_or_404(partnership.invitations.select_related("partnership", "program"), pk=pk)
    actions.invitations.require_sender(request.user, found)
    return found


def people_page(
    request: PersonRequest,
    partnership: Partnership,
    *,
    invite_form: InviteForm | None = None,
    lead_form: AddressForm | None = None,
    offer_form: OfferLeadForm | None = None,
    claim_form: ClaimLeadForm | None = None,
) -> HttpResponse:
    """The whole page, with a form on it that was refused."""
    leads = rules.assents(request.user, partnership)
    groups = groups_of(partnership, request.user, timezone.now())
    for group in groups:
        if lead_form and lead_form.prefix == group.party:
            group.lead_form = lead_form
        elif group.needs_lead:
            group.lead_form = AddressForm(prefix=group.party)
    offered = any(row.may_take_back for group in groups for row in group.seats)
    context = {
        "partnership": partnership,
        "page": "people",
        "groups": groups,
        "sharings": sharing_rows(partnership, rules.party_of(request.user, partnership)),
        "may_share": leads,
        "looks": latest_looks(partnership),
        "may_look": may_open_drafts(request.user, partnership),
        "may_invite": leads,
        "invite_form": invite_form or (InviteForm(own_side=_own_side(request, partnership)) if leads else None),
        "may_hand_over": leads and (offer_form is not None or not offered),
        "offer_form": offer_form or (OfferLeadForm(members=members_beside(request, partnership)) if leads else None),
        "claim_form": claim_form or (ClaimLeadForm() if _may_claim(request, partnership, groups) else None),
    }
    refused = invite_form or lead_form or offer_form or claim_form
    return render(request, "partners/seats/people.html", context, status=422 if refused else 200)


def _may_claim(request: PersonRequest, partnership: Partnership, groups: list[Group]) -> bool:
    """A member of a side that has a lead, for which nobody asks yet."""
    if not rules.takes_the_lead(request.user, partnership):
        return False
    own = rules.party_of(request.user, partnership)
    rows = [row for group in groups for row in group.seats if row.seat.party == own]
    return any(row.seat.role == Role.LEAD for row in rows) and not any(row.claim for row in rows)


def members_beside(request: PersonRequest, partnership: Partnership) -> list[Person]:
    """The members of one's own side: those who could take over its lead."""
    seats = partnership.seats.filter(party=rules.party_of(request.user, partnership), role=Role.MEMBER, ended_at=None)
    return [seat.person for seat in seats.select_related("person").order_by("started_at", "pk")]


def _own_side(request: PersonRequest, partnership: Partnership) -> str:
    party = rules.party_of(request.user, partnership)
    return partnership.organizations.get(party=party).name if party else ""


def back_to_people(request: PersonRequest, partnership: Partnership, message: str, part: str = "") -> HttpResponse:
    """`part`: the id of the part of the page at which it comes back."""
    messages.success(request, message)
    return redirect(f"{reverse('people', args=[partnership.slug])}{part and f'#{part}'}")
