"""When records may go, what stands in the way, and what would go. Reads only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from ledger.models import EventContent
from ledger.record import ERASED, last_changes
from partners.models import Partnership, Program
from programs.domain.record_rows import RecordRows, record_rows
from programs.models import LegalHold, RecordKind, Retention
from sprints.domain.events import WORDS as WORDS_OF_WORK
from sprints.models import Sprint

# Who asked for what, and why, stays readable: it says nothing of what was deleted.
STAYS = frozenset(
    {
        *(ERASED, "deletion.asked", "deletion.confirmed", "deletion.taken_back", "deletion.done"),
        *("hold.placed", "hold.lifted", "records.exported"),
    }
)


@dataclass(frozen=True)
class DueRecords:
    """Records that a program's rule lets go, and how many rows of which table."""

    partnership: Partnership
    kind: RecordKind
    ended: date
    counts: dict[str, int]


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
    rules = list(Retention.objects.filter(program=program).order_by("kind"))
    held = LegalHold.objects.filter(lifted_at=None).values("partnership")
    free = program.partnerships.exclude(pk__in=held).select_related("agreement", "program")
    for partnership in free if rules else ():
        if ended := end_of(partnership, now):
            yield from _due_of(partnership, ended, rules, now.astimezone(program.zone).date())


def _due_of(partnership: Partnership, ended: date, rules: Iterable[Retention], today: date) -> Iterator[DueRecords]:
    for rule in rules:
        kind = RecordKind(rule.kind)
        counts = counted(records_of(partnership, kind)) if _is_over(ended, rule.years, today) else {}
        if counts:
            yield DueRecords(partnership, kind, ended, counts)


def _is_over(ended: date, years: int, today: date) -> bool:
    """As birthdays: February 29 counts as March 1."""
    return (today.year - ended.year) - ((today.month, today.day) < (ended.month, ended.day)) >= years


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


def hold_of(partnership: Partnership) -> LegalHold | None:
    return LegalHold.objects.filter(partnership=partnership, lifted_at=None).first()


def deletion_closed(partnership: Partnership) -> str:
    """Why nothing of it can be deleted, in words; empty where it can."""
    hold = hold_of(partnership)
    return _("A legal hold stands: %(reason)s") % {"reason": hold.reason} if hold else ""
