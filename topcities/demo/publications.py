"""Both sides say that everybody may see their page; one of them holds a part back."""

from __future__ import annotations

from datetime import datetime

from partners.models import Partnership, Person
from partners.parties import Party, Role
from programs import actions
from programs.domain.public_items import item_groups, items_digest


def public(partnership: Partnership, now: datetime, *, held: str = "") -> None:
    """`held`: the item that the party shown second holds back."""
    if held:
        by = _lead(partnership, partnership.parties_on_screen()[1])
        actions.hold_back(by=by, partnership=partnership, item=held, now=now)
    for party in Party:
        shown = items_digest(item_groups(partnership, now=now))
        actions.publish(by=_lead(partnership, party), partnership=partnership, shown=shown, now=now)


def _lead(partnership: Partnership, party: Party) -> Person:
    seats = partnership.seats.select_related("person")
    return seats.get(role=Role.LEAD, party=party, ended_at=None).person
