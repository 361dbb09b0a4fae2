"""The ledger's events in words, for the history page and the weekly mail."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext as _

import agreements.domain.events
import ledger.events
import partners.domain.events
import programs.domain.events
import sprints.domain.events
from agreements.domain.clause_names import clause_name
from agreements.models import Clause
from ledger.models import Event
from partners.models import Partnership, Person, Shared

# What an event says: each room has its own table.
WORDS: dict[str, Promise] = (
    ledger.events.WORDS
    | partners.domain.events.WORDS
    | agreements.domain.events.WORDS
    | sprints.domain.events.WORDS
    | programs.domain.events.WORDS
)


@dataclass(frozen=True)
class HistoryEntry:
    """One line of the history: who (empty when the product acted), what, and why if a reason was given."""

    sequence: int
    kind: str
    at: datetime
    who: str
    party: str
    what: str
    detail: str
    digest: str


def entries(
    events: Iterable[Event],
    *,
    people: Mapping[UUID, Person],
    organizations: Mapping[str, str],
    clauses: Mapping[str, str],
) -> list[HistoryEntry]:
    """The events in words. `organizations` gives names by party, `clauses` by the clause's key."""
    return [_entry(event, people, _named(event, organizations, clauses)) for event in events]


def entries_of(partnership: Partnership, events: list[Event]) -> list[HistoryEntry]:
    """The events of a partnership in words, in three queries."""
    people = Person.objects.in_bulk({event.actor for event in events if event.actor})
    organizations = dict(partnership.organizations.values_list("party", "name"))
    clauses = Clause.objects.filter(agreement__partnership=partnership).select_related("agreement")
    names = {clause.key: clause_name(clause) for clause in clauses}
    return entries(events, people=people, organizations=organizations, clauses=names)


def _named(event: Event, organizations: Mapping[str, str], clauses: Mapping[str, str]) -> dict[str, Any]:
    """The payload with names in place of keys."""
    payload = event.content.payload if hasattr(event, "content") else {}
    party, clause = payload.get("party") or "", payload.get("clause") or ""
    named = {**payload, "named_party": organizations.get(party, ""), "clause": clauses.get(clause, clause)}
    if payload.get("shared"):
        named["shared"] = Shared(payload["shared"]).label
    if payload.get("milestone"):  # one of the built-in plan, in the reader's language
        named["milestone"] = _(payload["milestone"])
    return named


def _entry(event: Event, people: Mapping[UUID, Person], payload: Mapping[str, Any]) -> HistoryEntry:
    words = WORDS.get(event.kind)
    person = people.get(event.actor) if event.actor else None
    return HistoryEntry(
        sequence=event.sequence,
        kind=event.kind,
        at=event.at,
        who=person.name if person else "",
        party=payload.get("party") or "",
        what=str(words) % defaultdict(str, payload) if words else event.kind,
        detail=_detail(payload),
        digest=event.digest,
    )


def _detail(payload: Mapping[str, object]) -> str:
    reason = payload.get("reason")
    return _("The reason: %(reason)s") % {"reason": reason} if reason else ""
