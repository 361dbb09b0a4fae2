"""All that is signed off, by its name. Reads only."""

from __future__ import annotations

from typing import Any

from sprints.domain.decisions import DecisionSubject
from sprints.domain.milestones import MilestoneSubject
from sprints.domain.reports import ReportSubject
from sprints.domain.research import FindingSubject
from sprints.domain.sign_offs import Subject
from sprints.domain.sustainability import PlanSubject

SUBJECTS: dict[str, type[Subject[Any]]] = {
    one.kind: one for one in (MilestoneSubject, DecisionSubject, PlanSubject, FindingSubject, ReportSubject)
}
