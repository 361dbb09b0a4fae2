"""The rows of the wall: which still hold, what a new one says, and in which order they stand. Reads only.

`wall_rows(program, now)` is what mails, commands and tables read: every row as it is now. A page keeps what it makes
anew (`programs/actions/wall.py`).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from ledger.models import Head
from partners.models import Partnership, Program
from partners.parties import Party
from programs.domain.wall_facts import facts_of
from programs.domain.wall_sources import Sources, sources_of
from programs.models import WallContent, WallRow
from programs.wall import BEFORE_SIGNING, CLOSING, RESTS, SILENT, Chip, Stage, WallFacts, folded
from sprints.models import Rating

AT_ONCE = 100  # partnerships whose facts are read together
MIDNIGHT = time()


def versions(partnerships: QuerySet[Partnership]) -> QuerySet[Partnership]:
    """With `version`: how many events tell of it. Each act appends one under the lock of the chain, so that what
    follows from facts follows from this number and the day."""
    head = Head.objects.filter(chain=OuterRef("pk")).values("sequence")
    return partnerships.annotate(version=Coalesce(Subquery(head), 0))


def holding(program: Program, now: datetime) -> QuerySet[WallRow]:
    """The rows that hold."""
    head = Head.objects.filter(chain=OuterRef("pk"), sequence=OuterRef("version"))
    rows = WallRow.objects.filter(program=program, time_zone=program.time_zone, holds_until__gt=now)
    return rows.filter(Exists(head)).order_by()


def all_hold(program: Program, now: datetime) -> bool:
    """Whether each partnership has a row that holds. Two numbers say it sooner than a search for those that do not."""
    return holding(program, now).count() == Partnership.objects.filter(program=program).count()


def stale(program: Program, now: datetime) -> QuerySet[Partnership]:
    """The partnerships that have no row, or one that does not hold any more; with their versions."""
    found = Partnership.objects.filter(program=program).exclude(pk__in=holding(program, now).values("pk"))
    return versions(found).order_by("pk")


def wall_rows(program: Program, now: datetime) -> list[WallRow]:
    """Every partnership's row as it is now, the most urgent first: what does not hold is derived, and not kept."""
    fresh = {row.pk: row for row in derived(program, stale(program, now), now)}
    kept = WallRow.objects.filter(program=program).exclude(pk__in=fresh)
    kept = kept.select_related("partnership", "content")
    return sorted([*kept, *fresh.values()], key=lambda row: (row.urgency, row.name, row.pk))


def derived(program: Program, partnerships: Iterable[Partnership], now: datetime) -> list[WallRow]:
    """New rows, not kept, for partnerships with their versions; one without an agreement has none."""
    chosen, found = list(partnerships), []
    for start in range(0, len(chosen), AT_ONCE):
        some = chosen[start : start + AT_ONCE]
        for one in some:
            one.program = program
        seen = sources_of(some, now)
        found += [_row(one, seen) for one in some if one.pk in seen.agreements]
    return found


def _row(partnership: Partnership, seen: Sources) -> WallRow:
    facts, program = facts_of(partnership, seen), partnership.program
    today = seen.now.astimezone(program.zone).date()
    row = WallRow(
        partnership=partnership,
        program=program,
        version=partnership.version,  # type: ignore[attr-defined]  # annotated by `versions`
        time_zone=program.time_zone,
        derived_at=seen.now,
        holds_until=_holds_until(partnership, seen, today),
        **_keys(facts, partnership, today),
    )
    row.content = WallContent(said=facts.as_json())
    return row


def _holds_until(partnership: Partnership, seen: Sources, today: date) -> datetime:
    """The turn of the day, the end of the next meeting, or of an invitation to a lead: whatever comes first."""
    ends = [datetime.combine(today + timedelta(1), MIDNIGHT, partnership.program.zone)]
    if meeting := seen.meetings.get(partnership.pk):
        ends.append(meeting.ends_at)
    if expires := seen.expires.get(partnership.pk):
        ends.append(expires)
    return min(ends)


def _keys(facts: WallFacts, partnership: Partnership, today: date) -> dict[str, Any]:
    """What the row is found, filtered and put in order by."""
    names = [facts.names[party] for party in partnership.parties_on_screen()]
    chips, silent = chips_of(facts, partnership, today), _silent_days(facts, partnership, today)
    coming = [one.day for one in (facts.milestone, facts.sign_off, facts.meeting) if one]
    return {
        "name": folded(" ".join(names)),
        "search": folded(" ".join([*names, facts.issue])),
        "stage": list(Stage).index(Stage(facts.stage)),
        "week": facts.week or 0,
        "late_count": len(facts.late),
        "silent_days": silent,
        "next_day": min(coming, default=date.max),
        "urgency": _urgency(facts, chips, today, silent),
        **{chip.value: chip in chips for chip in Chip},
    }


def chips_of(facts: WallFacts, partnership: Partnership, today: date) -> set[Chip]:
    stage = Stage(facts.stage)
    holds = {
        Chip.LATE: bool(facts.late),
        Chip.STAFF: bool(facts.no_lead or facts.claims),
        Chip.SILENT: stage not in RESTS and _silent_days(facts, partnership, today) >= SILENT,
        Chip.TROUBLE: stage not in RESTS and _in_trouble(facts),
        Chip.UNSIGNED: stage in BEFORE_SIGNING,
        Chip.CLOSING: stage == Stage.RUNNING and _closes(facts, today),
        Chip.PAUSED: stage == Stage.PAUSED,
        Chip.OVER: stage in {Stage.OVER, Stage.ENDED},
    }
    return {chip for chip, yes in holds.items() if yes} | {Chip(party) for party in facts.waits_for}


def _silent_days(facts: WallFacts, partnership: Partnership, today: date) -> int:
    """Of the side that was silent longer; where one has never done anything, since the partnership began."""
    begun = (today - partnership.created_at.astimezone(partnership.program.zone).date()).days
    known = [facts.days_since(party.value, today) for party in Party]
    return max(0, *(begun if days is None else days for days in known))


def _in_trouble(facts: WallFacts) -> bool:
    """In this week's word of either side, or in last week's where there is none yet."""
    last = [next((one for one in reversed(said[-2:]) if one), "") for said in (facts.ratings or {}).values()]
    return any(rating in {Rating.AT_RISK, Rating.STUCK} for rating in last)


def _closes(facts: WallFacts, today: date) -> bool:
    return facts.last_day is not None and facts.last_day - today <= timedelta(CLOSING)


def _urgency(facts: WallFacts, chips: set[Chip], today: date, silent: int) -> int:
    """The smaller, the sooner: what is late (the longest first), silent, for staff, in trouble, waits; then what is
    calm, what rests, and what is over."""
    groups = (Chip.LATE, Chip.SILENT, Chip.STAFF, Chip.TROUBLE)
    calm = len(groups) + (0 if facts.waiting else 1)
    resting = {Stage.PAUSED: calm + 2, Stage.OVER: calm + 3, Stage.ENDED: calm + 4}.get(Stage(facts.stage), calm)
    group = next((number for number, chip in enumerate(groups) if chip in chips), resting)
    late = max(((today - one.since).days for one in facts.late if one.since), default=0)
    return group * 10_000 - min(9_999, late or silent)


def of_program(program: Program, pks: Iterable[UUID]) -> QuerySet[Partnership]:
    """These partnerships of the program, with their versions."""
    return versions(Partnership.objects.filter(program=program, pk__in=list(pks)))
