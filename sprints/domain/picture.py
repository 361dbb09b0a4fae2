"""The whole sprint in one picture: where each mark stands. The templates draw it as SVG; a table says the same.

Two drawings of the same marks: weeks across the page, for a table or a projector, and down the page, for a phone.
All figures are units of the drawing.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from dataclasses import dataclass

from sprints.domain.milestones import SprintStatus
from sprints.domain.plan import PlanRow
from sprints.plan import Phase
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
        phases=_phases(planned, column),
        weeks=[(week, LABELS + column * (week + 0.5)) for week in range(weeks + 1)],
        column=column,
        today=_today(standing, column),
        height=HEAD + ROW * len(marks) + 12,
        tall_height=sum(TALL_ROW + TALL_LINE * len(mark.lines) for mark in marks) + 16,
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


def _phases(planned: list[PlanRow], column: float) -> list[Span]:
    """Each stretch of weeks in which one phase follows another; a phase may come back."""
    spans: list[tuple[str, int, int]] = []
    for milestone in (entry.standing.milestone for entry in planned if entry.standing):
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
