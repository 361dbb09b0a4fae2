"""The whole sprint in one picture: where each mark stands. The templates draw it as SVG; a table says the same.

Two drawings of the same marks: weeks across the page, for a table or a projector, and down the page, for a phone.
All figures are units of the drawing.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from sprints.domain.milestones import SprintStatus
from sprints.domain.plan import PlanRow, planned_rows
from sprints.models import Milestone
from sprints.plan import Phase, Plan, Planned
from sprints.states import MilestoneState

LABELS, WIDTH, ROW, HEAD = 330, 1000, 34, 58
TALL_ROW, TALL_LINE, TALL_LETTERS = 36, 19, 36


@dataclass(frozen=True)
class Mark:
    """A line of the plan in the drawing: its row, and a bar from the start of its first week to the end of its last."""

    entry: PlanRow
    x: float
    width: float
    y: int
    tall_y: int
    lines: list[str]

    @property
    def tall_lines(self) -> list[tuple[str, int]]:
        """The lines of its name in the tall drawing, each with its place."""
        return [(line, self.tall_y + 18 + TALL_LINE * number) for number, line in enumerate(self.lines, start=1)]

    @property
    def end(self) -> float:
        return self.x + self.width

    @property
    def middle(self) -> int:
        return self.y + ROW // 2


@dataclass(frozen=True)
class Span:
    """A phase over the weeks that it takes."""

    label: str
    key: str
    x: float
    width: float


@dataclass(frozen=True)
class Picture:
    marks: list[Mark]
    phases: list[Span]
    weeks: list[tuple[int, float]]
    column: float
    today: float | None
    height: int
    tall_height: int


def drawn(standing: SprintStatus, entries: list[PlanRow]) -> Picture:
    """The picture of what is still in the plan."""
    planned = [entry for entry in entries if entry.kind != MilestoneState.DROPPED]
    weeks = standing.sprint.weeks
    column = (WIDTH - LABELS) / (weeks + 1)
    marks = list(_marks(planned, column))
    return Picture(
        marks=marks,
        phases=_phases([one.standing.milestone for one in planned if one.standing], column),
        weeks=_weeks(weeks, column),
        column=column,
        today=_today(standing, column),
        height=_height(marks),
        tall_height=_tall_height(marks),
    )


def _marks(planned: list[PlanRow], column: float) -> Iterator[Mark]:
    tall_y = 4
    for row, entry in enumerate(planned):
        lines = textwrap.wrap(entry.name, TALL_LETTERS) or [""]
        yield Mark(
            entry=entry,
            x=LABELS + column * entry.week,
            width=column * (entry.last_week - entry.week + 1),
            y=HEAD + ROW * row,
            tall_y=tall_y,
            lines=lines,
        )
        tall_y += TALL_ROW + TALL_LINE * len(lines)


def sketched(plan: Plan, first_day: date) -> Picture:
    """The same picture of a plan that nobody has begun yet, as it would be from this day on."""
    column = (WIDTH - LABELS) / (plan.weeks + 1)
    marks = list(_marks(planned_rows(plan, first_day), column))
    return Picture(
        marks=marks,
        phases=_phases(plan.milestones, column),
        weeks=_weeks(plan.weeks, column),
        column=column,
        today=None,
        height=_height(marks),
        tall_height=_tall_height(marks),
    )


def _weeks(weeks: int, column: float) -> list[tuple[int, float]]:
    return [(week, LABELS + column * (week + 0.5)) for week in range(weeks + 1)]


def _height(marks: list[Mark]) -> int:
    return HEAD + ROW * len(marks) + 12


def _tall_height(marks: list[Mark]) -> int:
    return sum(TALL_ROW + TALL_LINE * len(mark.lines) for mark in marks) + 16


def _phases(planned: Iterable[Milestone | Planned], column: float) -> list[Span]:
    """Each stretch of weeks in which one phase follows another; a phase may come back."""
    spans: list[tuple[str, int, int]] = []
    for milestone in planned:
        if spans and spans[-1][0] == milestone.phase:
            spans[-1] = (milestone.phase, spans[-1][1], max(spans[-1][2], milestone.last_week))
        else:
            spans.append((milestone.phase, milestone.week, milestone.last_week))
    return [
        Span(str(Phase(phase).label), phase, LABELS + column * first, column * (last - first + 1))
        for phase, first, last in spans
    ]


def _today(standing: SprintStatus, column: float) -> float | None:
    """Where today's line stands, to the day; none before week 0 and after the end."""
    timeline, today = standing.sprint.timeline, standing.today
    if standing.is_over or today < timeline.starts(0):
        return None
    begins, ends = timeline.starts(standing.week), timeline.ends(standing.week)
    passed = (today - begins).days / ((ends - begins).days + 1)
    return LABELS + column * (standing.week + passed)
