"""All that is read to say what waits in a sprint, for many sprints in a constant number of queries. Reads only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol, TypeVar
from uuid import UUID

from partners.models import Seat
from partners.parties import Party, Role
from sprints.domain.buy_in import OccasionRow
from sprints.domain.buy_in import rows_of_occasions as occasions_of
from sprints.domain.commitments import holders
from sprints.domain.datasets import DatasetRow, dataset_row
from sprints.domain.decisions import DecisionRow, rows_of_decisions
from sprints.domain.milestones import SprintStatus, answers_to, sprint_statuses, today_of
from sprints.domain.report_requests import report_id
from sprints.domain.research import FindingRow, finding_row, who_checks
from sprints.domain.sustainability import plan_answered
from sprints.models import (
    ActionItem,
    BuyIn,
    CheckIn,
    Dataset,
    Decision,
    Finding,
    Learning,
    Meeting,
    Product,
    Proposal,
    SignOff,
    Sprint,
    SustainabilityPlan,
)
from sprints.plan import ANALYSIS_CLAUSE, BUY_IN_CLAUSE, DATASETS_CLAUSE
from sprints.states import Voices

Row = TypeVar("Row")


class OfSprint(Protocol):
    """A row that stands in a sprint."""

    sprint_id: int


OneOfSprint = TypeVar("OneOfSprint", bound=OfSprint)
AHEAD = timedelta(days=14)


@dataclass(frozen=True)
class SprintOverview:
    """A sprint now. `standing` is None before it has begun, and then nothing but `proposals` is looked up.

    `holders` says who answers for a clause, by its key; `checked_in` holds (week, party), `noted` (stage, party);
    `meetings` are those of the next two weeks, `items` what somebody took on and has not done.
    """

    sprint: Sprint
    now: datetime
    proposals: list[Proposal]
    standing: SprintStatus | None
    holders: Mapping[str, Party]
    findings: list[FindingRow]
    datasets: list[DatasetRow]
    decisions: list[DecisionRow]
    checked_in: set[tuple[int, str]]
    noted: set[tuple[str, str]]
    occasions: list[OccasionRow]
    has_sponsor: bool
    plan: SustainabilityPlan | None
    plan_voices: Voices | None
    report: Mapping[Party, SignOff]
    meetings: list[Meeting]
    items: list[ActionItem]

    @property
    def plan_waits_for(self) -> list[Party]:
        """Those who have not signed off the sustainability plan as it is now, where the other side has."""
        voices = self.plan_voices
        return [party for party in voices.missing() if voices.says_yes(party.other)] if voices else []

    @property
    def plan_is_agreed(self) -> bool:
        return self.plan_voices is not None and self.plan_voices.both

    @property
    def today(self) -> date:
        return today_of(self.sprint, self.now)


def overview_of(sprint: Sprint | None, now: datetime) -> SprintOverview | None:
    return overviews([sprint], now)[sprint.pk] if sprint else None


def overviews(sprints: Collection[Sprint], now: datetime) -> dict[int, SprintOverview]:
    """By the sprint's id. `sprints` with their partnerships and programs."""
    begun = [sprint for sprint in sprints if sprint.first_day]
    found = _Found(begun, now)
    stands = sprint_statuses(begun, now=now)
    proposals = _by_sprint(Proposal.objects.filter(sprint__in=sprints, settled_at=None))
    return {sprint.pk: found.outlook(sprint, stands.get(sprint.pk), proposals[sprint.pk], now) for sprint in sprints}


class _Found:
    """The rows of these sprints, each kind in one query or two."""

    def __init__(self, sprints: list[Sprint], now: datetime) -> None:
        of_these = {"sprint__in": sprints}
        partnerships = [sprint.partnership_id for sprint in sprints]
        self.holders = holders(partnerships, (ANALYSIS_CLAUSE, BUY_IN_CLAUSE, DATASETS_CLAUSE))
        findings = Finding.objects.filter(**of_these, withdrawn_at=None).prefetch_related("activities", "datasets")
        self.findings = _by_sprint(findings)
        self.datasets = _by_sprint(Dataset.objects.filter(**of_these, dropped_at=None))
        decisions = rows_of_decisions(Decision.objects.filter(**of_these).prefetch_related("reversed_by"))
        self.decisions = _grouped((row.decision.sprint_id, row) for row in decisions)
        self.check_ins = _by_sprint(CheckIn.objects.filter(**of_these, replaced_at=None))
        self.learnings = _by_sprint(Learning.objects.filter(**of_these, replaced_at=None))
        self.buy_ins = _by_sprint(BuyIn.objects.filter(**of_these).order_by("at"))
        self.plans = {plan.sprint_id: plan for plan in SustainabilityPlan.objects.filter(**of_these)}
        self.products = {product.sprint_id: product for product in Product.objects.filter(**of_these)}
        meetings = Meeting.objects.filter(starts_at__range=(now, now + AHEAD), cancelled_at=None)
        self.meetings = _by_sprint(meetings.filter(**of_these))
        items = ActionItem.objects.filter(meeting__sprint__in=sprints, done_at=None).select_related("meeting")
        self.items = _grouped((item.meeting.sprint_id, item) for item in items)
        self.sponsored = _sponsored(partnerships)
        findings_asked = [finding.pk for some in self.findings.values() for finding in some]
        reports = [report_id(sprint) for sprint in sprints]
        self.answers = answers_to([*findings_asked, *reports, *(plan.pk for plan in self.plans.values())])

    def outlook(
        self, sprint: Sprint, standing: SprintStatus | None, proposals: list[Proposal], now: datetime
    ) -> SprintOverview:
        held = self.holders.get(sprint.partnership_id, {})
        plan, today, who = self.plans.get(sprint.pk), today_of(sprint, now), who_checks(held.get(ANALYSIS_CLAUSE))
        return SprintOverview(
            sprint=sprint,
            now=now,
            proposals=proposals,
            standing=standing,
            holders=held,
            findings=[finding_row(one, who, self.answers.get(one.pk, {})) for one in self.findings[sprint.pk]],
            datasets=[dataset_row(one, today) for one in self.datasets[sprint.pk]],
            decisions=self.decisions[sprint.pk],
            checked_in={(one.week, one.party) for one in self.check_ins[sprint.pk]},
            noted={(one.stage, one.party) for one in self.learnings[sprint.pk]},
            occasions=occasions_of(sprint, self.buy_ins[sprint.pk], now) if standing else [],
            has_sponsor=sprint.partnership_id in self.sponsored,
            plan=plan,
            plan_voices=self._plan_voices(plan, sprint) if plan else None,
            report=self.answers.get(report_id(sprint), {}),
            meetings=self.meetings[sprint.pk],
            items=self.items[sprint.pk],
        )

    def _plan_voices(self, plan: SustainabilityPlan, sprint: Sprint) -> Voices:
        product = self.products.get(sprint.pk) or Product(sprint=sprint)
        return plan_answered(plan, product, self.answers.get(plan.pk, {})).voices


def _sponsored(partnerships: Iterable[UUID]) -> set[UUID]:
    seats = Seat.objects.filter(partnership__in=list(partnerships), role=Role.EXECUTIVE_SPONSOR, ended_at=None)
    return set(seats.values_list("partnership", flat=True))


def _by_sprint(rows: Iterable[OneOfSprint]) -> dict[int, list[OneOfSprint]]:
    return _grouped((row.sprint_id, row) for row in rows)


def _grouped(pairs: Iterable[tuple[int, Row]]) -> dict[int, list[Row]]:
    found: dict[int, list[Row]] = defaultdict(list)
    for sprint, row in pairs:
        found[sprint].append(row)
    return found
