"""The research as people see it: who confirms an analysis, and which are confirmed. Reads only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any, ClassVar
from uuid import UUID

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ledger.canonical import digest
from partners.models import Partnership
from partners.parties import Party
from sprints.domain.commitments import holder_of
from sprints.domain.sign_offs import SignOffRow, State, Subject
from sprints.models import Activity, Evidence, Finding, Milestone, ResearchPlan, SignOffAnswer, Sprint
from sprints.plan import ANALYSIS_CLAUSE
from sprints.states import AnswerState

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


def finding_content(finding: Finding) -> dict[str, Any]:
    """Reads what it rests on, from what was prefetched where it was."""
    return {
        "finding": str(finding.pk),
        "title": finding.title,
        "analysis": finding.analysis,
        "activities": sorted(str(one.pk) for one in finding.activities.all()),
        "datasets": sorted(str(one.pk) for one in finding.datasets.all()),
        "withdrawn": finding.withdrawn_at is not None,
    }


def changes_digest(finding: Finding) -> str:
    """Of what it changed, as far as that is written down."""
    return digest(finding.changes)


def finding_digest(finding: Finding) -> str:
    return digest(finding_content(finding))


class FindingSubject(Subject[Finding]):
    """An analysis. The party that promised to check it confirms it; either side, where nobody promises that."""

    kind = key = "finding"
    model, page = Finding, "finding"
    signed_event, changes_event = "finding.confirmed", "finding.rework_asked"
    says: ClassVar = Subject.says | {
        AnswerState.YES: gettext_lazy("Confirmed by %(who)s"),
        AnswerState.YES_BEFORE: gettext_lazy("It has changed since it was confirmed."),
    }
    not_asked = gettext_lazy("The lead of the partner that promised to check the analysis confirms it.")
    open_label = gettext_lazy("Read the finding")
    asks_you = gettext_lazy("An analysis waits for your check: %(title)s")
    asks_your_lead = gettext_lazy("An analysis waits for your lead's check: %(title)s")
    yes_label = gettext_lazy("Confirm: accurate and comprehensive")
    yes_note = ""
    reason_label = gettext_lazy("What is not accurate, or left out?")

    @cached_property
    def content(self) -> dict[str, Any]:
        return finding_content(self.row)

    @cached_property
    def asked(self) -> list[Party]:
        return checkers(self.sprint.partnership)

    @property
    def is_done(self) -> bool:
        said_yes = any(map(self.answers.says_yes, self.asked))
        return said_yes and not self.asks_for_changes and self.row.withdrawn_at is None

    @property
    def is_asked_again(self) -> bool:
        return any(map(self.answers.is_asked_again, self.asked))

    @property
    def waits_for(self) -> list[Party]:
        return [] if self.is_done or self.row.withdrawn_at else self.asked_to_change or self.asked

    def closed_to(self, answer: SignOffAnswer, shown: str) -> str:
        return _("This finding was taken back. Nothing was changed.") if self.row.withdrawn_at else ""

    @property
    def named(self) -> dict[str, Any]:
        activities = [one.title for one in self.row.activities.all()]
        datasets = [one.title for one in self.row.datasets.all()]
        return super().named | {"analysis": self.row.analysis, "activities": activities, "datasets": datasets}

    @property
    def headline(self) -> State | None:
        return State(_("Waits for %(who)s") % {"who": self._who(self.waits_for)}) if self.waits_for else None

    @property
    def says_who(self) -> str:
        says = _("The lead of %(who)s says so: that is what they promised.")
        return says % {"who": self._who(self.asked)}

    @property
    def thanks(self) -> str:
        return _("You have confirmed the analysis.")

    def _who(self, parties: list[Party]) -> str:
        names = self.sprint.partnership.names_on_screen()
        return _(" or ").join(names[party] for party in parties)

    def rows(self, names: Mapping[str, str]) -> list[SignOffRow]:
        return [row for row in super().rows(names) if row.answer]

    def mail_says(self, party: Party) -> list[Promise | str]:
        says = _(
            "Please say whether it is accurate and comprehensive. It supports a sign-off when you have confirmed it."
        )
        if self.asks_for_changes:
            says = _("%(name)s asks for changes.")
        return [says] if party in self.waits_for else []


def finding_subjects(findings: Iterable[Finding], asked: Mapping[int, list[Party]]) -> list[FindingSubject]:
    """In one query, however many. Their activities and datasets should be prefetched. `asked` are the `checkers`, by
    the sprint's id."""
    subjects = FindingSubject.of_all(findings)
    for subject in subjects:
        subject.asked = asked[subject.row.sprint_id]
    return subjects


def standing_findings(sprint: Sprint) -> list[Finding]:
    found = Finding.objects.filter(sprint=sprint, withdrawn_at=None).select_related("added_by")
    return list(found.prefetch_related("activities", "datasets"))


def standing_activities(sprint: Sprint) -> list[Activity]:
    found = Activity.objects.filter(sprint=sprint, withdrawn_at=None).select_related("added_by")
    return list(found.prefetch_related("findings"))


def withdraw_closed(activity: Activity) -> str:
    """Why its author cannot take it back, in words; empty where they can."""
    if all(finding.withdrawn_at for finding in activity.findings.all()):
        return ""
    return _("A finding rests on this activity. Take it out of the finding first.")


def unconfirmed(evidence: Iterable[Evidence], sprint: Sprint) -> list[FindingSubject]:
    """The findings among the evidence that are not confirmed as they are now."""
    findings = {one.finding.pk: one.finding for one in evidence if one.finding}
    if not findings:
        return []
    for finding in findings.values():
        finding.sprint = sprint
    asked = {sprint.pk: checkers(sprint.partnership)}
    return [one for one in finding_subjects(findings.values(), asked) if not one.is_done]


def resting_on(finding: Finding) -> QuerySet[Milestone]:
    """The milestones to sign off that have it among their evidence."""
    return Milestone.objects.filter(evidence__finding=finding, evidence__withdrawn_at=None, joint=True).distinct()


def supported(finding: Finding) -> dict[UUID, Evidence]:
    """The milestones that it is evidence for, by their ids."""
    found = finding.evidence.filter(withdrawn_at=None).select_related("milestone")
    return {one.milestone_id: one for one in found}
