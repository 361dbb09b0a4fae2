"""When records may go, what stands in the way, and what would go. Reads only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from ledger.holds import keeps
from ledger.models import EventContent
from ledger.record import ERASED, last_changes
from partners.domain.names import both_names
from partners.models import Partnership, Program
from programs.domain.record_rows import RecordRows, record_rows
from programs.models import Deletion, LegalHold, RecordKind, Retention
from sprints.domain.events import WORDS as WORDS_OF_WORK
from sprints.models import Sprint

# Who asked for what, and why, stays readable: it says nothing of what was deleted.
STAYS = frozenset(
    {
        *(ERASED, "deletion.asked", "deletion.confirmed", "deletion.taken_back", "deletion.done"),
        *("hold.placed", "hold.lifted", "records.exported", "records.taken"),
    }
)


@dataclass(frozen=True)
class DueRecords:
    """Records that a program's rule lets go since a day."""

    partnership: Partnership
    kind: RecordKind
    ended: date
    since: date

    @cached_property
    def counts(self) -> dict[str, int]:
        """How many rows of which table: asked for one at a time, since it looks into each of them."""
        return counted(records_of(self.partnership, self.kind))


@dataclass(frozen=True)
class RecordTerm:
    """How long a program keeps records of a kind; of one partnership, from which day on they may go. None: for ever."""

    kind: RecordKind
    years: int | None
    since: date | None = None


def terms_of(program: Program) -> list[RecordTerm]:
    """What its rules say of each kind."""
    years = dict(Retention.objects.filter(program=program).values_list("kind", "years"))
    return [RecordTerm(kind, years.get(kind)) for kind in RecordKind]


def terms_after(ended: date | None, terms: Iterable[RecordTerm]) -> list[RecordTerm]:
    """The same, of a partnership that came to its end then, or did not yet."""
    return [RecordTerm(one.kind, one.years, _years_after(ended, one.years)) for one in terms]


def _years_after(ended: date | None, years: int | None) -> date | None:
    """As birthdays: February 29 counts as March 1."""
    if ended is None or years is None:
        return None
    try:
        return ended.replace(year=ended.year + years)
    except ValueError:
        return date(ended.year + years, 3, 1)


def end_of(partnership: Partnership, now: datetime) -> date | None:
    """The day on which it came to its end: the agreement was ended; or all weeks are over, and the last thing happened.
    None where it goes on, or was never signed."""
    zone = partnership.program.zone
    agreement = getattr(partnership, "agreement", None)
    if agreement and agreement.ended_at:
        ended: date = agreement.ended_at.astimezone(zone).date()
        return ended
    sprint = Sprint.objects.filter(partnership=partnership, first_day__isnull=False).first()
    if sprint is None or sprint.timeline.last_day >= now.astimezone(zone).date():
        return None
    last = last_changes([partnership.pk]).get(partnership.pk)
    return max(sprint.timeline.last_day, last.astimezone(zone).date()) if last else sprint.timeline.last_day


def due_records(program: Program, now: datetime) -> Iterator[DueRecords]:
    """What the program's rules let go now, and no hold keeps: the preview."""
    terms, today = terms_of(program), now.astimezone(program.zone).date()
    for partnership in _long_begun(program, terms, today):
        ended = end_of(partnership, now)
        for term in terms_after(ended, terms):
            if ended and term.since and term.since <= today and _is_there(partnership, term.kind):
                yield DueRecords(partnership, term.kind, ended, term.since)


def _long_begun(program: Program, terms: Iterable[RecordTerm], today: date) -> QuerySet[Partnership]:
    """Those that no hold keeps, and that can be over for long enough: of what began last year nothing is asked."""
    shortest = min((one.years for one in terms if one.years), default=None)
    if shortest is None:
        return Partnership.objects.none()
    before = today - timedelta(days=365 * shortest) + timedelta(days=2)  # in whatever zone
    over = Q(agreement__ended_at__date__lte=before) | Q(sprint__first_day__lte=before)
    held = LegalHold.objects.filter(lifted_at=None).values("partnership")
    free = program.partnerships.filter(over).exclude(pk__in=held)
    return free.select_related("agreement", "program").prefetch_related("organizations")


def _is_there(partnership: Partnership, kind: RecordKind) -> bool:
    return kind == RecordKind.ALL or Sprint.objects.filter(partnership=partnership).exists()


@dataclass(frozen=True)
class DeletionRow:
    """One that was asked for, and its partnership as long as there is one."""

    deletion: Deletion
    partnership: Partnership | None

    @property
    def names(self) -> str:
        return both_names(self.partnership) if self.partnership else self.deletion.name


def deletion_rows(deletions: Iterable[Deletion]) -> list[DeletionRow]:
    rows = list(deletions)
    partnerships = Partnership.objects.select_related("program").prefetch_related("organizations")
    found = partnerships.in_bulk([one.chain for one in rows])
    return [DeletionRow(one, found.get(one.chain)) for one in rows]


def records_of(partnership: Partnership, kind: RecordKind) -> RecordRows:
    root: QuerySet[Any] = Partnership.objects.filter(pk=partnership.pk)
    if kind == RecordKind.WORK:
        root = Sprint.objects.filter(partnership=partnership)
    return record_rows(root)


def counted(found: RecordRows) -> dict[str, int]:
    return {model._meta.label: len(ids) for model, ids in sorted(found.items(), key=lambda one: one[0]._meta.label)}


def words_of(partnership: Partnership, kind: RecordKind) -> QuerySet[EventContent]:
    """What the ledger says of these records: it goes with them, and each event stays."""
    said = EventContent.objects.filter(event__chain=partnership.pk).exclude(event__kind__in=list(STAYS))
    return said.filter(event__kind__in=list(WORDS_OF_WORK)) if kind == RecordKind.WORK else said


@keeps
def why_held(chain: UUID) -> str:
    """Why nothing of the partnership with this chain may go, in words; empty where it may. The rooms below ask, too."""
    hold = LegalHold.objects.filter(partnership=chain, lifted_at=None).first()
    return _("A legal hold stands: “%(reason)s”. Nothing of it is deleted.") % {"reason": hold.reason} if hold else ""
