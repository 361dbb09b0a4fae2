"""The decision log as people see it: what is signed off of a decision, and its state. Reads only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from ledger.canonical import digest
from partners.parties import Party
from sprints.domain.milestones import answers_to, voices_on
from sprints.domain.sign_offs import Answered
from sprints.models import Decision, SignOff, Sprint
from sprints.states import DecisionState, decision_state

TEXTS = ("question", "options", "choice", "why", "affected")


def decision_content(decision: Decision) -> dict[str, Any]:
    """What both sides sign off. Dissent stands beside it, and changes nothing."""
    said = {name: getattr(decision, name) for name in TEXTS}
    return {"decision": str(decision.pk), "reverses": str(decision.reverses_id or "")} | said


def decision_digest(decision: Decision) -> str:
    return digest(decision_content(decision))


def decision_labels() -> dict[str, str]:
    """What each text of a decision answers, in the order in which it is read."""
    return {
        "question": _("The question"),
        "options": _("The options"),
        "choice": _("What was chosen"),
        "why": _("Why"),
        "affected": _("Who is affected"),
    }


@dataclass(frozen=True)
class DecisionRow:
    """A decision with what both sides say to it. `reversal` is the decision that takes it back, or would."""

    decision: Decision
    answered: Answered
    state: DecisionState
    reversal: Decision | None

    @property
    def is_open(self) -> bool:
        return self.state in {DecisionState.WAITS, DecisionState.CHANGES}

    @property
    def waits_for(self) -> list[Party]:
        """Those whose word is missing. Where changes are asked for, it is the turn of whoever did not ask for them."""
        voices = self.answered.voices
        if not self.is_open:
            return []
        if self.state == DecisionState.WAITS:
            return voices.missing()
        return [party for party in Party if not voices.asks_for_changes(party)] or list(Party)


def decision_rows(sprint: Sprint) -> list[DecisionRow]:
    """The whole log, the newest first."""
    found = Decision.objects.filter(sprint=sprint).select_related("reverses", "proposed_by", "changed_by")
    return rows_of_decisions(found.prefetch_related("reversed_by"))


def rows_of_decisions(decisions: Iterable[Decision]) -> list[DecisionRow]:
    """In a constant number of queries, where `reversed_by` was prefetched."""
    decisions = list(decisions)
    reversals = {one.pk: next(iter(one.reversed_by.all()), None) for one in decisions}
    everything = {one.pk: one for one in [*decisions, *filter(None, reversals.values())]}
    answers = answers_to(everything)
    stands = {pk: _answered(one, answers.get(pk, {})) for pk, one in everything.items()}
    return [_row(one, reversals[one.pk], stands) for one in decisions]


def decision_row(decision: Decision) -> DecisionRow:
    return rows_of_decisions([decision])[0]


def _answered(decision: Decision, answers: Mapping[Party, SignOff]) -> Answered:
    content = decision_content(decision)
    return Answered(content, voices_on(digest(content), answers), answers)


def _row(decision: Decision, reversal: Decision | None, stands: Mapping[UUID, Answered]) -> DecisionRow:
    taken_back = reversal is not None and stands[reversal.pk].voices.both
    state = decision_state(stands[decision.pk].voices, taken_back=taken_back)
    return DecisionRow(decision, stands[decision.pk], state, reversal)
