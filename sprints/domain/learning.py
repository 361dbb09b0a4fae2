"""What grew: each side's notes at three stages, and the drawing of them. Nothing is averaged. Reads only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from django.utils.translation import gettext as _

from ledger.canonical import digest
from partners.parties import Party
from sprints.domain.milestones import today_of
from sprints.models import Ability, Learning, Sprint, Stage
from sprints.plan import half_way

SKILLS = ("open_data", "design", "private_partners")


def skill_labels() -> dict[str, str]:
    return {
        "open_data": _("Open data"),
        "design": _("Human-centered design"),
        "private_partners": _("Working with private partners"),
    }


def stage_weeks(weeks: int) -> dict[Stage, int]:
    """The week of a sprint of so many weeks in which each stage is noted."""
    return {Stage.START: 1, Stage.MIDDLE: half_way(weeks), Stage.END: weeks}


def stage_now(sprint: Sprint, now: datetime) -> Stage | None:
    """The stage that can be noted now: from the start of its week until the next one begins, so that nobody says in
    hindsight what people could do before. The last one stays open."""
    week = sprint.timeline.week_of(today_of(sprint, now))
    begun = [stage for stage, starts in stage_weeks(sprint.weeks).items() if starts <= week]
    return begun[-1] if begun else None


def learning_of(sprint: Sprint, stage: Stage, party: Party) -> Learning | None:
    return Learning.objects.filter(sprint=sprint, stage=stage, party=party, replaced_at=None).first()


def learning_digest(stage: Stage, noted: Learning | None) -> str:
    content = {name: getattr(noted, name) for name in (*SKILLS, "voice")} if noted else {}
    return digest({"stage": stage.value} | content)


@dataclass(frozen=True)
class Note:
    """What a party noted at a stage, or that it has not."""

    party: Party
    name: str
    noted: Learning | None


@dataclass(frozen=True)
class StageRow:
    """A stage with the notes of both, in the order of the screens."""

    stage: Stage
    week: int
    is_now: bool
    is_ahead: bool
    notes: list[Note]


def stage_rows(sprint: Sprint, names: Mapping[str, str], now: datetime) -> list[StageRow]:
    noted = Learning.objects.filter(sprint=sprint, replaced_at=None).select_related("by")
    found = {(one.stage, one.party): one for one in noted}
    current, week_now = stage_now(sprint, now), sprint.timeline.week_of(today_of(sprint, now))
    return [
        StageRow(
            stage=stage,
            week=week,
            is_now=stage == current,
            is_ahead=week > week_now,
            notes=[Note(Party(party), name, found.get((stage, party))) for party, name in names.items()],
        )
        for stage, week in stage_weeks(sprint.weeks).items()
    ]


@dataclass(frozen=True)
class Cell:
    party: Party
    name: str
    level: Ability | None


@dataclass(frozen=True)
class SkillRow:
    """One skill in words: for each stage, what each side noted."""

    label: str
    stages: list[tuple[StageRow, list[Cell]]]


def skill_rows(rows: list[StageRow]) -> list[SkillRow]:
    """The table that says the same as the drawing."""
    return [
        SkillRow(label, [(row, [_cell(note, name) for note in row.notes]) for row in rows])
        for name, label in skill_labels().items()
    ]


def _cell(note: Note, name: str) -> Cell:
    return Cell(note.party, note.name, Ability(getattr(note.noted, name)) if note.noted else None)


# The drawing. All figures are units of it.
LEFT, TOP, STEP, COLUMN, APART = 34, 16, 26, 84, 9
WIDTH, HEIGHT = LEFT + COLUMN * len(Stage), TOP + STEP * (len(Ability) - 1) + 34


@dataclass(frozen=True)
class Point:
    x: int
    y: int


@dataclass(frozen=True)
class ChartLine:
    """A party's marks, and the segments between stages that follow each other."""

    party: Party
    points: list[Point]
    segments: list[tuple[Point, Point]]


@dataclass(frozen=True)
class Chart:
    """One skill over the three stages: a line a party, beside each other where both noted the same."""

    label: str
    lines: list[ChartLine]
    levels: list[tuple[int, int]]
    stages: list[tuple[str, int]]
    width: int = WIDTH
    height: int = HEIGHT


def charts(rows: list[SkillRow]) -> list[Chart]:
    return [_chart(row) for row in rows]


def _chart(row: SkillRow) -> Chart:
    parties = [cell.party for cell in row.stages[0][1]]
    return Chart(
        label=row.label,
        lines=[_line(row, at, party) for at, party in enumerate(parties)],
        levels=[(level.value, _y(level)) for level in Ability],
        stages=[(_("Week %(week)s") % {"week": one.week}, _x(at)) for at, (one, _cells) in enumerate(row.stages)],
    )


def _line(row: SkillRow, at: int, party: Party) -> ChartLine:
    """`at` is the party's place on the screen: which of two marks at one spot stands left."""
    shift = APART if at else -APART
    places = [
        Point(_x(number) + shift, _y(level)) if (level := cells[at].level) else None
        for number, (_stage, cells) in enumerate(row.stages)
    ]
    return ChartLine(
        party=party,
        points=[place for place in places if place],
        segments=[(before, after) for before, after in pairwise(places) if before and after],
    )


def _x(stage: int) -> int:
    return LEFT + COLUMN // 2 + COLUMN * stage


def _y(level: int) -> int:
    return TOP + STEP * (len(Ability) - level)
