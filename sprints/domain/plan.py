"""The plan as people read it: its milestones, and among them what the executive sponsor is asked for. Reads only."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from agreements.domain.readiness import Warning
from agreements.models import Agreement
from partners.parties import Party
from partners.weeks import says_other_weeks, with_weeks
from sprints.domain.buy_in import OccasionRow, occasion_name, occasion_rows
from sprints.domain.commitments import reading_aid, signed_texts
from sprints.domain.milestones import MilestoneStatus, SprintStatus, today_of
from sprints.domain.states import state_of
from sprints.models import Sprint
from sprints.plan import Phase, Plan
from sprints.states import MilestoneState, SprintState
from sprints.timeline import Timeline


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
    waits_for: list[Party] = field(default_factory=list)
    standing: MilestoneStatus | None = None
    support: OccasionRow | None = None


def plan_entries(standing: SprintStatus, now: datetime) -> list[PlanRow]:
    """In the order of the plan; of one week, milestones first."""
    slug = standing.sprint.partnership.slug
    found = [_milestone(one, slug) for one in standing.milestones]
    found += [_support(row, slug, standing.week) for row in occasion_rows(standing.sprint, now)]
    return sorted(found, key=lambda entry: entry.last_week)


def planned_rows(plan: Plan, first_day: date) -> list[PlanRow]:
    """The lines of a plan that nobody has begun yet, as they would be due from this day on."""
    ends = Timeline(first_day, plan.weeks).ends
    return [
        PlanRow(
            name=_(one.title),
            url="",
            week=one.week,
            last_week=one.last_week,
            due=ends(one.last_week),
            kind="ahead",
            days_late=0,
            phase=str(one.phase.label),
            joint=one.joint,
        )
        for one in plan.milestones
    ]


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
        waits_for=one.subject.waits_for,
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
        name=occasion_name(row.occasion),
        url=f"{reverse('buy_in', args=[slug])}#{row.occasion.value}",
        week=row.week,
        last_week=row.week,
        due=row.due,
        kind=kind,
        days_late=row.days_late,
        support=row,
    )


def week_of(sprint: Sprint | None, now: datetime) -> str:
    """ "Week 7 of 18", as every page says it; empty where no sprint has begun."""
    if sprint is None or sprint.first_day is None:
        return ""
    words = {
        SprintState.AHEAD: _("Starts soon"),
        SprintState.PAUSED: _("Week %(week)s of %(weeks)s, paused"),
        SprintState.OVER: _("All %(weeks)s weeks are over"),
        SprintState.ENDED: _("Ended with the agreement"),
    }.get(state_of(sprint, now), _("Week %(week)s of %(weeks)s"))
    return words % {"week": sprint.timeline.week_of(today_of(sprint, now)), "weeks": sprint.weeks}


def plan_warnings(sprint: Sprint, agreement: Agreement) -> list[Warning]:
    """A plan of another length than what was signed. The words of the agreement change by agreement, never here."""
    found = []
    for key, text in signed_texts(sprint.partnership).items():
        if says_other_weeks(text, sprint.weeks):
            wording = with_weeks(text, sprint.weeks)
            message = _(
                "The plan has %(weeks)s weeks, but you signed: “%(signed)s” To amend it, propose: “%(wording)s”"
            )
            words: dict[str, object] = {"weeks": sprint.weeks, "signed": text, "wording": wording}
            if aid := reading_aid(sprint.partnership, text):
                message += " " + _("To help you read. Not what is signed:") + " “%(aid)s”"
                words["aid"] = aid
            page = reverse("clause", args=[sprint.partnership.slug, key])
            found.append(Warning(code="another length", text=message % words, url=page))
    return found
