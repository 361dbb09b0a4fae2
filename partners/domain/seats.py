"""The people page's list: by side, in the order of this partnership's screens. Reads only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.forms import Form

from mail.models import MailState, OutboxMail
from partners import rules
from partners.models import AddressChange, Handover, Invitation, Partnership, Person, Seat
from partners.parties import Party, Role


@dataclass(frozen=True)
class SeatRow:
    """`offer`: this person is asked to take over the lead; `may_take_back`: by the one who looks. `claim`: they ask
    for it, because their lead is gone. `new_address`: their latest since they took the seat."""

    seat: Seat
    may_end: bool
    is_own: bool
    offer: Handover | None
    may_take_back: bool
    claim: Handover | None
    new_address: AddressChange | None


@dataclass(frozen=True)
class InvitationRow:
    """The address is there only for those who may correct it."""

    invitation: Invitation
    address: str
    expired: bool
    declined: bool
    mail_refused: bool
    may_change: bool


@dataclass
class Group:
    """A party with its organization, or those beside the two parties (`party` is None).

    `needs_lead`: it has neither a lead nor an invitation that could be corrected, and staff look. `lead_form` is the
    page's.
    """

    party: Party | None
    organization: str
    seats: list[SeatRow]
    invitations: list[InvitationRow]
    needs_lead: bool
    lead_form: Form | None = None


def groups_of(partnership: Partnership, viewer: Person, now: datetime) -> list[Group]:
    """In a constant number of queries."""
    own = rules.seat_of(viewer, partnership)
    acting = own if rules.takes_part(viewer, partnership) else None
    is_staff = bool(rules.helps(viewer, partnership))
    names = dict(partnership.organizations.values_list("party", "name"))
    seats = list(partnership.seats.filter(ended_at=None).select_related("person").order_by("started_at", "pk"))
    refused = _refused_mail(partnership)
    handovers = list(partnership.handovers.unanswered())
    changes = _address_changes(seats)
    rows = [
        _invitation_row(invitation, acting, is_staff, refused, now)
        for invitation in partnership.invitations.to_look_after()
    ]
    return [
        Group(
            party=party,
            organization=names.get(party, "") if party else "",
            seats=[_seat_row(seat, own, acting, handovers, changes) for seat in seats if seat.party == party],
            invitations=[row for row in rows if row.invitation.party == party],
            needs_lead=is_staff and party is not None and _needs_lead(party, seats, rows),
        )
        for party in [*partnership.parties_on_screen(), None]
    ]


def _refused_mail(partnership: Partnership) -> set[str]:
    """Ids of the invitations whose latest mail could not be delivered."""
    rows = OutboxMail.objects.filter(chain=partnership.id, kind="invitation").order_by("pk")
    latest = {about["invitation"]: state for about, state in rows.values_list("about", "state")}
    return {invitation for invitation, state in latest.items() if state == MailState.GIVEN_UP}


def _address_changes(seats: list[Seat]) -> dict[UUID, AddressChange]:
    """The latest of each person."""
    found = AddressChange.objects.filter(person__in=[seat.person_id for seat in seats]).order_by("changed_at", "pk")
    return {change.person_id: change for change in found}


def _seat_row(
    seat: Seat,
    own: Seat | None,
    acting: Seat | None,
    handovers: list[Handover],
    changes: dict[UUID, AddressChange],
) -> SeatRow:
    """`acting`: the own seat of whoever looks, where their session lets them do something with it."""
    is_own, about = own is not None and seat.pk == own.pk, [one for one in handovers if one.to_id == seat.person_id]
    offer = next((one for one in about if not one.is_claim), None)
    own_lead = acting is not None and acting.role == Role.LEAD and seat.party in (None, acting.party)
    change = changes.get(seat.person_id)
    return SeatRow(
        seat=seat,
        may_end=seat.role != Role.LEAD and ((is_own and acting is not None) or own_lead),
        is_own=is_own,
        offer=offer,
        may_take_back=offer is not None and own_lead,
        claim=next((one for one in about if one.is_claim), None),
        new_address=change if change and change.changed_at >= seat.started_at else None,
    )


def _invitation_row(
    invitation: Invitation, own: Seat | None, is_staff: bool, refused: set[str], now: datetime
) -> InvitationRow:
    own_lead = own is not None and own.role == Role.LEAD and invitation.party in (None, own.party)
    may_change = is_staff if invitation.role == Role.LEAD else own_lead
    return InvitationRow(
        invitation=invitation,
        address=invitation.email if may_change else "",
        expired=invitation.is_open and invitation.expires_at <= now,
        declined=invitation.declined_at is not None,
        mail_refused=str(invitation.pk) in refused,
        may_change=may_change,
    )


def _needs_lead(party: Party, seats: list[Seat], rows: list[InvitationRow]) -> bool:
    seated = any(seat.role == Role.LEAD and seat.party == party for seat in seats)
    return not seated and not any(row.invitation.role == Role.LEAD and row.invitation.party == party for row in rows)
