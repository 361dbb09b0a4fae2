"""What a person of a partnership has taken on, and who answers for it when they take part no more. Reads only.

The rooms above name their duties with `@names_duties`: a removal shows them before it is done.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from partners.models import Partnership, Person, Seat
from partners.parties import Party


@dataclass(frozen=True)
class Duty:
    """Something that names a person: what it is, and where it stands."""

    text: str
    url: str


Reader = Callable[[Person, Partnership, datetime], list[Duty]]
Holder = tuple[UUID, UUID]  # the ids of a partnership and of a person
_readers: list[Reader] = []


def names_duties(reader: Reader) -> Reader:
    """Name what a person has taken on in a room above."""
    _readers.append(reader)
    return reader


def duties_of(person: Person, partnership: Partnership, now: datetime) -> list[Duty]:
    """All that waits for this very person, and would wait for nobody once they have left."""
    return [duty for reader in _readers for duty in reader(person, partnership, now)]


def sides_for_those_gone(holders: Iterable[Holder]) -> dict[Holder, list[Party]]:
    """Who answers for somebody who has no seat any more, or may not sign in: their own side; for those who sat beside
    the parties, both. Whoever still takes part is left out. One query."""
    asked = set(holders)
    seats = Seat.objects.filter(partnership__in={one for one, _ in asked}, person__in={one for _, one in asked})
    rows = seats.order_by("started_at", "pk").values_list(
        "partnership", "person", "party", "ended_at", "person__is_active"
    )
    present, latest = set(), {holder: list(Party) for holder in asked}
    for partnership, person, party, ended_at, is_active in rows:
        holder = (partnership, person)
        if ended_at is None and is_active:
            present.add(holder)
        latest[holder] = [Party(party)] if party else list(Party)
    return {holder: sides for holder, sides in latest.items() if holder in asked - present}
