"""What happened on this site, for a city's own watch over its systems: every event, in an order that stays. Reads only.

Who did what, where and when. What an event says goes along where that concerns the safety of the site, or is a fact
that staff always see; never what two sides write to each other.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet

from ledger.models import Event
from partners.actions.access import chain_of_person
from partners.models import Partnership, Person, Program
from programs.domain.exports import OPEN_EVENTS

# An event has its number before its transaction ends: what is younger than this may still get one before it.
SETTLED = timedelta(minutes=2)
AT_ONCE = 500
SAFETY = frozenset(
    {
        *(
            "refused",
            "access.changed",
            "program.created",
            "program.changed",
            "seat.ended",
            "lead.changed",
            "lead.given",
        ),
        *("export.asked", "records.exported", "records.taken", "audit.exported", "hold.placed", "hold.lifted"),
        *("deletion.asked", "deletion.confirmed", "deletion.taken_back", "deletion.done"),
    }
)
SAID = OPEN_EVENTS | SAFETY


def settled_events(now: datetime, *, since: datetime | None = None, after: int = 0) -> QuerySet[Event]:
    """In the order in which they were numbered, those behind the number `after` and not before the moment `since`."""
    events = Event.objects.filter(pk__gt=after, at__lte=now - SETTLED).order_by("pk")
    return events.filter(at__gte=since) if since else events


def audit_lines(events: QuerySet[Event]) -> Iterator[dict[str, Any]]:
    """Some events at a time, each with the name of whoever acted and of what it is about."""
    after = 0
    while chunk := list(events.filter(pk__gt=after).select_related("content")[:AT_ONCE]):
        people = Person.objects.in_bulk({event.actor for event in chunk if event.actor})
        about = _about({event.chain for event in chunk})
        for event in chunk:
            person = people.get(event.actor) if event.actor else None
            yield _line(event, person, about.get(event.chain, {}))
        after = chunk[-1].pk


def as_json_lines(events: QuerySet[Event]) -> Iterator[str]:
    """The same, as they are written."""
    for line in audit_lines(events):
        yield json.dumps(line, ensure_ascii=False) + "\n"


def _line(event: Event, person: Person | None, about: dict[str, str]) -> dict[str, Any]:
    content = getattr(event, "content", None)
    return {
        "number": event.pk,
        "at": event.at.isoformat(),
        "kind": event.kind,
        "actor": str(event.actor) if event.actor else None,
        "email": person.email if person else None,
        "about": about,
        "chain": str(event.chain),
        "sequence": event.sequence,
        "digest": event.digest,
        "says": content.payload if content and event.kind in SAID else None,
    }


def _about(chains: set[uuid.UUID]) -> dict[uuid.UUID, dict[str, str]]:
    """What each chain tells of: a partnership, a program, or a person."""
    found = {one.pk: {"partnership": one.slug} for one in Partnership.objects.filter(pk__in=chains)}
    if rest := chains - set(found):
        found |= {one.chain: {"program": one.slug} for one in Program.objects.all() if one.chain in rest}
    if rest := chains - set(found):
        ids = (Person(pk=pk) for pk in Person.objects.values_list("pk", flat=True))
        found |= {chain: {"person": str(one.pk)} for one in ids if (chain := chain_of_person(one)) in rest}
    return found
