"""The plan as people read it: its milestones, and among them what the executive sponsor is asked for. Reads only."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from partners.parties import Party
from sprints.domain.buy_in import OccasionRow, occasion_rows
from sprints.domain.milestones import MilestoneStatus, SprintStatus
from sprints.plan import Phase
from sprints.states import MilestoneState


@dataclass(frozen=True)
class PlanRow:
    """A line of the plan: of a milestone (`standing`), or of the executive sponsor's word (`support`).

    `kind` is done, late, waits, now, ahead or dropped: what the drawing tells apart, by shape first.
    """

    name: str
    url: str
    week: int
    last_week: int
    due: date
    kind: str
    days_late: int
    phase: str = ""
    joint: bool = False
    missing: list[Party] = field(default_factory=list)
    standing: MilestoneStatus | None = None
    support: OccasionRow | None = None


def plan_entries(standing: SprintStatus, now: datetime) -> list[PlanRow]:
    """In the order of the plan; of one week, milestones first."""
    slug = standing.sprint.partnership.slug
    found = [_milestone(one, slug) for one in standing.milestones]
    found += [_support(row, slug, standing.week) for row in occasion_rows(standing.sprint, now)]
    return sorted(found, key=lambda entry: entry.last_week)


def _milestone(one: MilestoneStatus, slug: str) -> PlanRow:
    milestone = one.milestone
    return PlanRow(
        name=milestone.name,
        url=reverse("milestone", args=[slug, milestone.number]),
        week=milestone.week,
        last_week=milestone.last_week,
        due=one.due,
        kind=_kind_of(one),
        days_late=one.days_late,
        phase=str(Phase(milestone.phase).label),
        joint=milestone.joint,
        missing=one.missing,
        standing=one,
    )


def _kind_of(one: MilestoneStatus) -> str:
    if one.state in {MilestoneState.DONE, MilestoneState.DROPPED}:
        return one.state.value
    if one.state in {MilestoneState.WAITS, MilestoneState.CHANGES}:
        return "waits"
    if one.days_late:
        return "late"
    return "ahead" if one.state == MilestoneState.COMING else "now"


def _support(row: OccasionRow, slug: str, week: int) -> PlanRow:
    kind = "done" if row.buy_in else "late" if row.days_late else "now" if week >= row.week else "ahead"
    return PlanRow(
        name=_("Executive buy-in: %(when)s") % {"when": str(row.occasion.label).lower()},
        url=f"{reverse('buy_in', args=[slug])}#{row.occasion.value}",
        week=row.week,
        last_week=row.week,
        due=row.due,
        kind=kind,
        days_late=row.days_late,
        support=row,
    )
