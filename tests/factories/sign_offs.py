"""Something of each kind that is signed off, and what a party does with it, for tests that hold for all of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from partners.models import Person
from partners.parties import Party
from sprints import actions
from sprints.domain.decisions import DecisionSubject, decision_digest
from sprints.domain.milestones import MilestoneSubject
from sprints.domain.reports import ReportSubject
from sprints.domain.research import FindingSubject, checkers, finding_digest
from sprints.domain.sign_offs import Subject
from sprints.domain.subjects import SUBJECTS
from sprints.domain.sustainability import PlanSubject
from sprints.models import Sprint
from tests.factories.decisions import DECISION, decide
from tests.factories.people import NOW
from tests.factories.research import find
from tests.factories.sprints import add_words, first_joint, lead_in, ready
from tests.factories.sustainability import describe, sustained, write


@dataclass(frozen=True)
class Kind:
    """`make` leaves one in a sprint; `change` is what the other side then does to it."""

    make: Callable[[Sprint], Subject]
    change: Callable[[Subject, Party], object]


def _change_decision(subject: Subject, party: Party) -> object:
    act = {"by": lead_in(subject.sprint, party), "decision": subject.row, "shown": decision_digest(subject.row)}
    return actions.change_decision(**act, **(DECISION | {"choice": "A letter instead of an app."}), now=NOW)


def _change_finding(subject: Subject, party: Party) -> object:
    rests_on = {"activities": subject.row.activities.all(), "datasets": [], "shown": finding_digest(subject.row)}
    act = {"by": lead_in(subject.sprint, party), "sprint": subject.sprint, "finding": subject.row, "now": NOW}
    return actions.set_finding(title=subject.row.title, analysis="Eleven of twelve.", **rests_on, **act)


KINDS = {
    "milestone": Kind(
        make=lambda sprint: MilestoneSubject(ready(first_joint(sprint))),
        change=lambda subject, party: add_words(subject.row, by=lead_in(subject.sprint, party), title="A second look"),
    ),
    "decision": Kind(make=lambda sprint: DecisionSubject(decide(sprint)), change=_change_decision),
    "plan": Kind(
        make=lambda sprint: PlanSubject.find(sustained(sprint)),
        change=lambda subject, party: write(subject.sprint, party, hosting="On the library's account."),
    ),
    "finding": Kind(make=lambda sprint: FindingSubject(find(sprint)), change=_change_finding),
    "report": Kind(
        make=lambda sprint: ReportSubject(sprint, now=NOW),
        change=lambda subject, party: describe(subject.sprint, party, name="Rent Help, renamed"),
    ),
}
assert set(KINDS) == set(SUBJECTS)


def known(subject: Subject, now: datetime = NOW) -> Subject:
    """As it is now."""
    sprint = Sprint.objects.select_related("partnership__program").get(pk=subject.sprint.pk)
    return type(subject)(subject.row, now=now).again(sprint)


def asked(subject: Subject, party: Party) -> list[Party]:
    """Whose answer is asked for, `party` first. Findings are confirmed by whoever promised it, and by no other."""
    if subject.kind == "finding":
        return checkers(subject.sprint.partnership)
    return [party, party.other]


def sign(subject: Subject, party: Party, *, by: Person | None = None, shown: str = "") -> None:
    subject = known(subject)
    by = by or lead_in(subject.sprint, party)
    actions.sign_off(by=by, subject=subject, shown=shown or subject.digest, now=NOW)


def ask_for_changes(subject: Subject, party: Party, *, reason: str = "Who pays for it?", shown: str = "") -> None:
    subject = known(subject)
    by = lead_in(subject.sprint, party)
    actions.ask_for_changes(by=by, subject=subject, shown=shown or subject.digest, reason=reason, now=NOW)
