"""All that is read to say what waits in a sprint, for many sprints in a constant number of queries. Reads only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any, Protocol, TypeVar
from uuid import UUID

from django.db.models import prefetch_related_objects

from partners.parties import Party, Role
from sprints.domain.action_items import open_items
from sprints.domain.buy_in import OccasionRow, rows_of_occasions
from sprints.domain.commitments import holders
from sprints.domain.datasets import DatasetRow, dataset_row
from sprints.domain.decisions import decision_subjects
from sprints.domain.delays import Delay, delays
from sprints.domain.milestones import SprintStatus, sprint_statuses, today_of
from sprints.domain.reports import ReportSubject
from sprints.domain.research import finding_subjects, who_checks
from sprints.domain.sign_offs import Subject
from sprints.domain.states import state_of
from sprints.domain.sustainability import plan_subjects
from sprints.domain.vacancies import Vacancy, held_in, vacancies
from sprints.models import (
    ActionItem,
    BuyIn,
    CheckIn,
    Dataset,
    Decision,
    Finding,
    Learning,
    Meeting,
    Proposal,
    Sprint,
    SustainabilityPlan,
)
from sprints.plan import ANALYSIS_CLAUSE, BUY_IN_CLAUSE, DATASETS_CLAUSE
from sprints.states import ASKS, SprintState

Row = TypeVar("Row")


class OfSprint(Protocol):
    """A row that stands in a sprint."""

    sprint_id: int


OneOfSprint = TypeVar("OneOfSprint", bound=OfSprint)
AHEAD = timedelta(days=14)


@dataclass(frozen=True)
class SprintOverview:
    """A sprint now. `standing` is None before it has begun, and then nothing but `proposals` is looked up.

    `holders` says who answers for a clause, by its key; `subjects` are what is signed off, by kind; `checked_in` holds
    (week, party), `noted` (stage, party); `meetings` are those of the next two weeks, `items` what somebody took on
    and has not done, `vacancies` what nobody holds any more, `roles` those beside the parties that somebody has.
    """

    sprint: Sprint
    now: datetime
    proposals: list[Proposal]
    standing: SprintStatus | None
    holders: Mapping[str, Party]
    subjects: Mapping[str, list[Subject[Any]]]
    datasets: list[DatasetRow]
    checked_in: set[tuple[int, str]]
    noted: set[tuple[str, str]]
    occasions: list[OccasionRow]
    roles: Collection[str]
    meetings: list[Meeting]
    items: list[ActionItem]
    vacancies: list[Vacancy]

    @property
    def has_sponsor(self) -> bool:
        return Role.EXECUTIVE_SPONSOR in self.roles

    @cached_property
    def delays(self) -> list[Delay]:
        """What of the plan is late, and whom it waits for."""
        winner = self.holders.get(BUY_IN_CLAUSE)
        asks = self.standing if self.state in ASKS else None
        return delays(asks, self.occasions, winner, self.roles) if asks else []

    @property
    def today(self) -> date:
        return today_of(self.sprint, self.now)

    @cached_property
    def state(self) -> SprintState:
        return state_of(self.sprint, self.now)


def overview_of(sprint: Sprint | None, now: datetime) -> SprintOverview | None:
    return overviews([sprint], now)[sprint.pk] if sprint else None


def overviews(sprints: Collection[Sprint], now: datetime) -> dict[int, SprintOverview]:
    """By the sprint's id. `sprints` with their partnerships and programs."""
    begun = [sprint for sprint in sprints if sprint.first_day]
    # Their states follow from it, too; what was looked up before stays.
    prefetch_related_objects([sprint.partnership for sprint in sprints], "agreement__editions")
    found = _Found(begun, now)
    stands = sprint_statuses(begun, now=now)
    proposals = _by_sprint(_within(Proposal.objects.filter(sprint__in=sprints, settled_at=None), sprints))
    return {sprint.pk: found.outlook(sprint, stands.get(sprint.pk), proposals[sprint.pk], now) for sprint in sprints}


class _Found:
    """The rows of these sprints, each kind in one query or two."""

    def __init__(self, sprints: list[Sprint], now: datetime) -> None:
        of_these = {"sprint__in": sprints}
        partnerships = [sprint.partnership_id for sprint in sprints]
        self.holders = holders(partnerships, (ANALYSIS_CLAUSE, BUY_IN_CLAUSE, DATASETS_CLAUSE))
        self.datasets = _by_sprint(Dataset.objects.filter(**of_these, dropped_at=None))
        self.check_ins = _by_sprint(CheckIn.objects.filter(**of_these, replaced_at=None))
        self.learnings = _by_sprint(Learning.objects.filter(**of_these, replaced_at=None))
        self.buy_ins = _by_sprint(BuyIn.objects.filter(**of_these).order_by("at"))
        meetings = Meeting.objects.filter(starts_at__range=(now, now + AHEAD), cancelled_at=None)
        self.meetings = _by_sprint(meetings.filter(**of_these))
        self.items = _grouped((item.meeting.sprint_id, item) for item in open_items(sprints))
        self.held = held_in(sprints, self.items, now)
        self.subjects = _subjects(sprints, self.holders, now)

    def outlook(
        self, sprint: Sprint, standing: SprintStatus | None, proposals: list[Proposal], now: datetime
    ) -> SprintOverview:
        held = self.holders.get(sprint.partnership_id, {})
        return SprintOverview(
            sprint=sprint,
            now=now,
            proposals=proposals,
            standing=standing,
            holders=held,
            subjects=self._subjects_of(sprint, standing),
            datasets=[dataset_row(one, today_of(sprint, now)) for one in self.datasets[sprint.pk]],
            checked_in={(one.week, one.party) for one in self.check_ins[sprint.pk]},
            noted={(one.stage, one.party) for one in self.learnings[sprint.pk]},
            occasions=rows_of_occasions(sprint, self.buy_ins[sprint.pk], now) if standing else [],
            roles=self.held.roles.get(sprint.partnership_id, set()),
            meetings=self.meetings[sprint.pk],
            items=self.items[sprint.pk],
            vacancies=vacancies(sprint, standing, self.held) if standing else [],
        )

    def _subjects_of(self, sprint: Sprint, standing: SprintStatus | None) -> dict[str, list[Subject[Any]]]:
        milestones: list[Subject[Any]] = [one.subject for one in standing.milestones] if standing else []
        return {kind: found[sprint.pk] for kind, found in self.subjects.items()} | {"milestone": milestones}


def _subjects(
    sprints: list[Sprint], held: Mapping[UUID, Mapping[str, Party]], now: datetime
) -> dict[str, dict[int, list[Subject[Any]]]]:
    """What is signed off beside milestones, by kind and by the sprint's id."""
    of_these = {"sprint__in": sprints}
    findings = Finding.objects.filter(**of_these, withdrawn_at=None).prefetch_related("activities", "datasets")
    checks = {one.pk: who_checks(held.get(one.partnership_id, {}).get(ANALYSIS_CLAUSE)) for one in sprints}
    decisions = Decision.objects.filter(**of_these).prefetch_related("reversed_by")
    found: dict[str, Iterable[Subject[Any]]] = {
        "finding": finding_subjects(_within(findings, sprints), checks),
        "decision": decision_subjects(_within(decisions, sprints)),
        "plan": plan_subjects(_within(SustainabilityPlan.objects.filter(**of_these), sprints)),
        "report": ReportSubject.of_all(sprints, now=now),
    }
    return {kind: _grouped((subject.sprint.pk, subject) for subject in subjects) for kind, subjects in found.items()}


def _within(rows: Iterable[Any], sprints: Iterable[Sprint]) -> list[Any]:
    """Each with its sprint, which was read before."""
    rows, known = list(rows), {sprint.pk: sprint for sprint in sprints}
    for row in rows:
        row.sprint = known[row.sprint_id]
    return rows


def _by_sprint(rows: Iterable[OneOfSprint]) -> dict[int, list[OneOfSprint]]:
    return _grouped((row.sprint_id, row) for row in rows)


def _grouped(pairs: Iterable[tuple[int, Row]]) -> dict[int, list[Row]]:
    found: dict[int, list[Row]] = defaultdict(list)
    for sprint, row in pairs:
        found[sprint].append(row)
    return found
