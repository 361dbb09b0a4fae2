"""What the wall says of a partnership, as its row keeps it and pages, mails and commands read it. Pure: no database.

All of it staff may always see: state, dates, whose turn it is, and what is signed. Ratings are there only where both
sides share them. Days are days of the program's zone; words stand as the plan keeps them, in no reader's language.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

SILENT = 7  # days without an act of a side
CLOSING = 14  # days before the last day of a sprint


class Stage(StrEnum):
    """Where a partnership is on its way, in that order."""

    DRAFTING = "drafting"
    SIGNING = "signing"
    SIGNED = "signed"  # in force, and no first day agreed yet
    AHEAD = "ahead"
    RUNNING = "running"
    PAUSED = "paused"
    OVER = "over"
    ENDED = "ended"


BEFORE_SIGNING = frozenset({Stage.DRAFTING, Stage.SIGNING})
RESTS = frozenset({Stage.PAUSED, Stage.OVER, Stage.ENDED})


class Mark(StrEnum):
    """What the strip draws for a milestone; of two in one week the first of these."""

    LATE = "late"
    SIGN_OFF_LATE = "sign-off late"
    WAITS = "waits"
    SIGN_OFF_COMING = "sign-off to come"
    DEMO_DAY = "demo day"
    COMING = "to come"
    DONE = "done"


class Open(TextChoices):
    """What may be late, or wait for somebody. But for the plan it is told by its kind alone: its words are theirs."""

    MILESTONE = "milestone", _("Milestone")
    SPONSOR = "sponsor", _("Executive sponsor’s support")
    CLAUSES = "clauses", _("Clauses")
    SIGNATURE = "signature", pgettext_lazy("waits for somebody", "Signature")
    FIRST_DAY = "first day", _("First day")
    PROPOSAL = "proposal", _("Proposal for the plan")
    DECISION = "decision", _("Decision")
    FINDING = "finding", _("Finding")
    PLAN = "plan", _("Sustainability plan")
    REPORT = "report", _("Report")


class Chip(StrEnum):
    """What the wall is filtered by. Each is a column of the row with the same name."""

    LATE = "late"
    CITY = "city"
    COMMUNITY = "community"
    STAFF = "staff"
    SILENT = "silent"
    TROUBLE = "trouble"
    UNSIGNED = "unsigned"
    CLOSING = "closing"
    PAUSED = "paused"
    OVER = "over"


CHIP_NAMES: dict[Chip, Promise] = {
    Chip.LATE: _("Late"),
    Chip.CITY: _("Waits for city"),
    Chip.COMMUNITY: _("Waits for community"),
    Chip.STAFF: _("Waits for staff"),
    Chip.SILENT: _("Silent 7 days"),
    Chip.TROUBLE: _("At risk or stuck"),
    Chip.UNSIGNED: _("Not signed"),
    Chip.CLOSING: _("Closing soon"),
    Chip.PAUSED: _("Paused"),
    Chip.OVER: _("Over"),
}


@dataclass(frozen=True)
class OpenThing:
    """One thing that is late, or waits. `waits_for`: parties, or roles beside them; `count`: of clauses. `number`: of
    the milestone. `sign_off`: it waits for a yes rather than for work."""

    kind: str
    title: str
    waits_for: list[str]
    since: date | None
    count: int = 1
    number: int | None = None
    sign_off: bool = False


@dataclass(frozen=True)
class WeekMark:
    """A milestone in its week."""

    week: int
    mark: str
    title: str


@dataclass(frozen=True)
class Coming:
    """What is next: a milestone or a joint sign-off by its day; a meeting by its moment and the zone of its place."""

    day: date
    title: str = ""
    at: datetime | None = None
    zone: str = ""


@dataclass(frozen=True)
class WallFacts:
    """Everything that a row of the wall says. `names` by party, `issue` as it is signed, or as staff gave it.

    `week` is 0 before the first day, and one more than `weeks` after the last; `until` is the last day of a pause.
    `ratings`: of each party, one a week up to now, "" for no word; None where they are not shared. `clauses`: of each
    party, one a clause, whether its yes stands. `signed`: on which day each side signed what is open for signing.
    `last`: the day of each side's last act. `no_lead`: the sides for which staff must find one.
    """

    stage: str
    agreement: str
    names: dict[str, str]
    issue: str
    amending: bool = False
    edition: int | None = None
    week: int | None = None
    weeks: int | None = None
    first_day: date | None = None
    last_day: date | None = None
    until: date | None = None
    ratings: dict[str, list[str]] | None = None
    marks: list[WeekMark] = field(default_factory=list)
    clauses: dict[str, list[bool]] = field(default_factory=dict)
    signed: dict[str, date | None] = field(default_factory=dict)
    late: list[OpenThing] = field(default_factory=list)
    waiting: list[OpenThing] = field(default_factory=list)
    waits_for: list[str] = field(default_factory=list)
    last: dict[str, date | None] = field(default_factory=dict)
    done: int = 0
    of: int = 0
    milestone: Coming | None = None
    sign_off: Coming | None = None
    meeting: Coming | None = None
    no_lead: list[str] = field(default_factory=list)
    claims: int = 0

    def days_since(self, party: str, today: date) -> int | None:
        """Since somebody of this side last did something; None where nobody ever did."""
        day = self.last.get(party)
        return (today - day).days if day else None

    def as_json(self) -> dict[str, Any]:
        """As the database gives it back."""
        kept: dict[str, Any] = json.loads(json.dumps(asdict(self), cls=DjangoJSONEncoder))
        return kept


def facts_from(said: Mapping[str, Any]) -> WallFacts:
    """What `as_json` wrote, and JSON has kept: days are words there."""
    known = dict(said)
    for name in ("first_day", "last_day", "until"):
        known[name] = _day(known[name])
    for name in ("signed", "last"):
        known[name] = {party: _day(day) for party, day in known[name].items()}
    for name in ("late", "waiting"):
        known[name] = [OpenThing(**one | {"since": _day(one["since"])}) for one in known[name]]
    for name in ("milestone", "sign_off", "meeting"):
        known[name] = _coming(known[name])
    known["marks"] = [WeekMark(**one) for one in known["marks"]]
    return WallFacts(**known)


def _day(said: str | None) -> date | None:
    return date.fromisoformat(said) if said else None


def _coming(said: Mapping[str, Any] | None) -> Coming | None:
    if said is None:
        return None
    at = datetime.fromisoformat(said["at"]) if said["at"] else None
    return Coming(date.fromisoformat(said["day"]), said["title"], at, said["zone"])


def folded(words: str) -> str:
    """As it is searched and put in order: small letters, no accents, one space; alike on every database."""
    plain = unicodedata.normalize("NFKD", words.casefold())
    return " ".join("".join(letter for letter in plain if not unicodedata.combining(letter)).split())
