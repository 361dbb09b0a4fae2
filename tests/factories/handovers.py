"""A lead that is offered or asked for, for tests that begin there."""

from __future__ import annotations

from django.urls import reverse
from django.utils import timezone

from ledger.models import Event
from partners import actions
from partners.models import Handover, Partnership, Person, Seat
from partners.parties import Party
from tests.factories.people import lead_of, member_of, proved

WHY = "I change to the water department in May."
GONE = "Nobody has reached them since March."


def at(partnership: Partnership, name: str = "people", **more: object) -> str:
    return reverse(name, kwargs={"slug": partnership.slug, **more})


def offer_of(partnership: Partnership, party: Party) -> Handover:
    """The party's lead asks its member, and it is not answered yet."""
    lead, member = lead_of(partnership, party), member_of(partnership, party)
    return actions.offer_lead(by=lead, partnership=partnership, to=member, reason=WHY, **proved(timezone.now()))


def claim_of(partnership: Partnership, party: Party) -> Handover:
    member = member_of(partnership, party)
    return actions.claim_lead(by=member, partnership=partnership, reason=GONE, now=timezone.now())


def roles(partnership: Partnership) -> set[tuple[Person, str, str | None]]:
    seats = Seat.objects.filter(partnership=partnership, ended_at=None).select_related("person")
    return {(seat.person, seat.role, seat.party) for seat in seats}


def lead_events(partnership: Partnership) -> list[str]:
    return list(Event.objects.filter(chain=partnership.id, kind__startswith="lead.").values_list("kind", flat=True))
