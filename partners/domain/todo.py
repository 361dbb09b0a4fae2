"""What waits for a person from this room, for the pages that put the rooms together. Reads only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from partners.domain.names import subject_of
from partners.models import Handover, Invitation, Partnership, Person, Seat
from partners.parties import Party, Role
from partners.rules import came_by_link
from partners.tokens import token_for


@dataclass(frozen=True)
class Waiting:
    """One thing to do: what, and where."""

    text: str
    url: str


def waiting_for(person: Person, now: datetime) -> list[Waiting]:
    """Invitations that the person has not answered. Their own address is proved, so the link is theirs to see; it is
    not in a session from an operator's link, which proves nothing."""
    if came_by_link(person):
        return []
    own = Invitation.objects.open_at(now).filter(email=person.email)
    rows = own.select_related("partnership", "program").prefetch_related("partnership__organizations")
    return [
        Waiting(
            text=_("You are invited: %(what)s") % {"what": subject_of(invitation)},
            url=reverse("invitation", args=[token_for(invitation)]),
        )
        for invitation in rows.order_by("invited_at", "pk")
    ]


def leads_to_invite(partnerships: Iterable[Partnership], now: datetime) -> dict[UUID, list[Party]]:
    """The parties with neither a lead nor an invitation that one can still accept: the staff's turn. Two queries."""
    found = {partnership.id: partnership for partnership in partnerships}
    leads = {"partnership__in": found, "role": Role.LEAD}
    seated = Seat.objects.filter(**leads, ended_at=None).values_list("partnership", "party")
    invited = Invitation.objects.open_at(now).filter(**leads).values_list("partnership", "party")
    looked_after = {*seated, *invited}
    order = {pk: partnership.parties_on_screen() for pk, partnership in found.items()}
    return {pk: [party for party in order[pk] if (pk, party) not in looked_after] for pk in found}


def open_handovers(partnerships: Iterable[Partnership]) -> defaultdict[UUID, list[Handover]]:
    """Who is asked to take over the lead of a side, and who asks for it, by partnership. One query."""
    found: defaultdict[UUID, list[Handover]] = defaultdict(list)
    asked = Handover.objects.unanswered().filter(partnership__in=[one.pk for one in partnerships])
    for handover in asked.select_related("asked_by").order_by("asked_at", "pk"):
        found[handover.partnership_id].append(handover)
    return found


def answers(handover: Handover, person: Person, seat: Seat | None) -> bool:
    """Whether it waits for this person: who is asked; where somebody asks, that side's lead, and (no seat) staff."""
    if not handover.is_claim:
        return handover.to_id == person.pk
    return seat is None or (seat.role == Role.LEAD and seat.party == handover.party)
