"""What staff look at where both sides share it, beside the text: what shows that things were done. Reads only."""

from __future__ import annotations

from dataclasses import dataclass

from partners.models import Partnership
from sprints.domain.milestones import standing_evidence
from sprints.models import Evidence, Milestone


@dataclass(frozen=True)
class MilestoneEvidence:
    milestone: Milestone
    evidence: list[Evidence]


def evidence_rows(partnership: Partnership) -> list[MilestoneEvidence]:
    """The milestones that have some, in the order of the plan. As many queries for any number."""
    evidence = Evidence.objects.filter(milestone__sprint__partnership=partnership, withdrawn_at=None)
    rows = Milestone.objects.filter(pk__in=evidence.values("milestone"))
    found = rows.prefetch_related("evidence__further_files", "evidence__added_by", "evidence__finding")
    return [MilestoneEvidence(one, standing_evidence(one)) for one in found]
