"""What of the plan was done before the partnership came here: what can be said so, and what a proposal says.

Reads only. It is for what nobody has worked on here yet: whatever has words, evidence or an answer goes the usual way.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _

from partners.dates import day_words
from sprints.domain.milestones import MilestoneStatus, SprintStatus
from sprints.models import Milestone, Proposal, Sprint
from sprints.models.proposal import ProposalOutcome

FURTHEST = timedelta(days=366)


@dataclass(frozen=True)
class PriorMilestone:
    """A line of a proposal: a milestone, as it was called then, and the day on which it was done."""

    number: int
    title: str
    day: date

    @property
    def name(self) -> str:
        return _(self.title)


def came_on(sprint: Sprint) -> date:
    """The day, in the program's zone, on which both had agreed to the first day. Raises ValueError before it."""
    if sprint.begun_at is None:
        raise ValueError("this sprint has not begun")
    return sprint.begun_at.astimezone(sprint.partnership.program.zone).date()


def prior_work(standing: SprintStatus) -> list[MilestoneStatus]:
    """Where the first day had passed when the sprint began here: the milestones whose days had, too, and that nobody
    has worked on since."""
    came = came_on(standing.sprint)
    if standing.sprint.timeline.first_day >= came:
        return []
    return [one for one in standing.milestones if one.is_open and one.due < came and _is_untouched(one)]


def _is_untouched(one: MilestoneStatus) -> bool:
    return not (one.milestone.outcome or one.evidence or one.subject.given)


def refused_prior_work(days: Mapping[int, date], standing: SprintStatus) -> dict[str, str]:
    """What of these days, by a milestone's number, cannot be; by field."""
    came = came_on(standing.sprint)
    first = standing.sprint.timeline.first_day - FURTHEST
    says = _("It was done before you came here: at the latest on %(day)s, and at most a year before the first day.")
    wrong = [number for number, day in days.items() if not first <= day <= came]
    return {f"day_{number}": says % {"day": day_words(came)} for number in wrong}


def prior_lines(found: Proposal) -> list[PriorMilestone]:
    """What a proposal says, in the order of the plan."""
    return [
        PriorMilestone(one["number"], one["title"], date.fromisoformat(one["day"]))
        for one in found.content["milestones"]
    ]


def still_open(found: Proposal, standing: SprintStatus) -> dict[int, MilestoneStatus]:
    """Those of a proposal that can still be confirmed as it says them, by their number."""
    said = {(line.number, line.title) for line in prior_lines(found)}
    return {
        one.milestone.number: one for one in prior_work(standing) if (one.milestone.number, one.milestone.title) in said
    }


def prior_rows(found: Proposal) -> list[tuple[str, object, object]]:
    """(milestone, nothing, its day) for the page; of what was confirmed in part, which were not."""
    lines = prior_lines(found)
    kept = _confirmed(found.sprint, [line.number for line in lines])
    left_out = _("Not confirmed") if found.outcome == ProposalOutcome.AGREED else ""
    return [(line.name, "", line.day if not left_out or line.number in kept else left_out) for line in lines]


def _confirmed(sprint: Sprint, numbers: Collection[int]) -> set[int]:
    done = Milestone.objects.filter(sprint=sprint, number__in=numbers, done_before__isnull=False)
    return set(done.values_list("number", flat=True))
