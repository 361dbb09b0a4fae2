"""The research as people see it: who confirms an analysis, and which are confirmed. Reads only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from ledger.canonical import digest
from partners.models import Partnership
from partners.parties import Party
from sprints.domain.commitments import holder_of
from sprints.domain.findings import finding_digest
from sprints.domain.milestones import answers_to, voices_on
from sprints.models import Activity, Evidence, Finding, ResearchPlan, SignOff, SignOffAnswer, Sprint
from sprints.plan import ANALYSIS_CLAUSE

PLAN = ("questions", "people", "languages", "compensation", "consent", "keeping")


def research_plan_of(sprint: Sprint) -> ResearchPlan:
    """The one there is, or an empty one that is not kept."""
    return ResearchPlan.objects.filter(sprint=sprint).first() or ResearchPlan(sprint=sprint)


def research_plan_content(plan: ResearchPlan) -> dict[str, Any]:
    return {name: getattr(plan, name) for name in PLAN}


def research_plan_digest(plan: ResearchPlan) -> str:
    return digest(research_plan_content(plan))


def checkers(partnership: Partnership) -> list[Party]:
    """Who confirms that an analysis is accurate and comprehensive: whoever promised to check it. Where nobody promises
    it any more, either side may."""
    return who_checks(holder_of(partnership, ANALYSIS_CLAUSE))


def who_checks(holder: Party | None) -> list[Party]:
    return [holder] if holder else list(Party)


@dataclass(frozen=True)
class FindingRow:
    """A finding, what was answered to it as it is now, and who is still asked."""

    finding: Finding
    digest: str
    yes: SignOff | None
    changes: SignOff | None
    again: bool
    waits_for: list[Party]

    @property
    def confirmed(self) -> bool:
        return self.yes is not None and self.changes is None and self.finding.withdrawn_at is None


def finding_rows(findings: Iterable[Finding], partnership: Partnership) -> list[FindingRow]:
    """In three queries, however many. Their activities and datasets should be prefetched."""
    findings, who = list(findings), checkers(partnership)
    answers = answers_to(finding.pk for finding in findings)
    return [finding_row(finding, who, answers.get(finding.pk, {})) for finding in findings]


def finding_row(finding: Finding, who: list[Party], answers: Mapping[Party, SignOff]) -> FindingRow:
    current = finding_digest(finding)
    voices = voices_on(current, answers)
    said = [answers[party] for party in who if party in answers and answers[party].digest == current]
    yes = next((answer for answer in said if answer.answer == SignOffAnswer.YES), None)
    changes = next((answer for answer in said if answer.answer == SignOffAnswer.CHANGES), None)
    open_to = [] if said or finding.withdrawn_at else who
    return FindingRow(finding, current, yes, changes, any(map(voices.is_asked_again, who)), open_to)


def standing_findings(sprint: Sprint) -> list[Finding]:
    found = Finding.objects.filter(sprint=sprint, withdrawn_at=None).select_related("added_by")
    return list(found.prefetch_related("activities", "datasets"))


def standing_activities(sprint: Sprint) -> list[Activity]:
    return list(Activity.objects.filter(sprint=sprint, withdrawn_at=None).select_related("added_by"))


def unconfirmed(evidence: Iterable[Evidence], partnership: Partnership) -> list[FindingRow]:
    """The findings among the evidence that are not confirmed as they are now."""
    findings = {one.finding.pk: one.finding for one in evidence if one.finding}
    if not findings:
        return []
    return [row for row in finding_rows(findings.values(), partnership) if not row.confirmed]


def supported(finding: Finding) -> dict[UUID, Evidence]:
    """The milestones that it is evidence for, by their ids."""
    found = finding.evidence.filter(withdrawn_at=None).select_related("milestone")
    return {one.milestone_id: one for one in found}
