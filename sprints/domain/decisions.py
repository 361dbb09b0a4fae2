"""The decision log as people see it: what is signed off of a decision, and its state. Reads only."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ledger.canonical import digest
from partners.parties import Party
from sprints.domain.sign_offs import Subject
from sprints.models import Decision, SignOffAnswer, Sprint
from sprints.states import DecisionState, decision_state

TEXTS = ("question", "options", "choice", "why", "affected")


def decision_content(decision: Decision) -> dict[str, Any]:
    """What both sides sign off. Dissent stands beside it, and changes nothing."""
    said = {name: getattr(decision, name) for name in TEXTS}
    return {"decision": str(decision.pk), "reverses": str(decision.reverses_id or "")} | said


def decision_digest(decision: Decision) -> str:
    return digest(decision_content(decision))


class DecisionSubject(Subject[Decision]):
    """A decision. `reversal` is the decision that takes it back, or would."""

    kind = key = "decision"
    model, page = Decision, "decision"
    signed_event, changes_event = "decision.signed_off", "decision.changes_asked"
    done_label = gettext_lazy("Both sides have signed it off: it is decided")
    open_label = gettext_lazy("Read the decision")

    @cached_property
    def content(self) -> dict[str, Any]:
        return decision_content(self.row)

    @cached_property
    def reversal(self) -> DecisionSubject | None:
        found = next(iter(self.row.reversed_by.all()), None)
        return DecisionSubject(found) if found else None

    @property
    def state(self) -> DecisionState:
        return decision_state(self.answers, taken_back=self.reversal is not None and self.reversal.answers.both)

    @property
    def is_open(self) -> bool:
        return self.state in {DecisionState.WAITS, DecisionState.CHANGES}

    @property
    def waits_for(self) -> list[Party]:
        """Those whose word is missing. Where changes are asked for, it is the turn of whoever did not ask for them."""
        if not self.is_open:
            return []
        return self.asked_to_change or self.answers.missing

    def closed_to(self, answer: SignOffAnswer, shown: str) -> str:
        """To say yes again to what is made is no mistake; to ask for changes of it comes too late."""
        if self.is_open or (answer == SignOffAnswer.YES and shown == self.digest):
            return ""
        return _("Both sides have made this decision. To take it back, write a new one that names it.")

    @property
    def labels(self) -> dict[str, str]:
        return {
            "question": _("The question"),
            "options": _("The options"),
            "choice": _("What was chosen"),
            "why": _("Why"),
            "affected": _("Who is affected"),
        }

    def mail_says(self, party: Party) -> list[Promise | str]:
        if party not in self.waits_for:
            return []
        if self.answers.asks_for_changes(party.other):
            return [_("%(name)s asks for changes.")]
        if self.answers.says_yes(party.other):
            return [_("%(name)s has signed off. It is done when you do too.")]
        return [_("It is decided when both sides have signed it off, and not before.")]


def decision_log(sprint: Sprint) -> list[DecisionSubject]:
    """The whole log, the newest first."""
    found = Decision.objects.filter(sprint=sprint).select_related("reverses", "proposed_by", "changed_by")
    return decision_subjects(found.prefetch_related("reversed_by"))


def decision_subjects(decisions: Iterable[Decision]) -> list[DecisionSubject]:
    """In a constant number of queries, where `reversed_by` was prefetched."""
    decisions = list(decisions)
    reversals = {one.pk: next(iter(one.reversed_by.all()), None) for one in decisions}
    everything = {one.pk: one for one in [*decisions, *filter(None, reversals.values())]}
    subjects = {one.row.pk: one for one in DecisionSubject.of_all(everything.values())}
    for pk, reversal in reversals.items():
        subjects[pk].reversal = subjects[reversal.pk] if reversal else None
    return [subjects[one.pk] for one in decisions]
