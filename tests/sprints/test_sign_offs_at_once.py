"""Both sides speak in the same instant on a decision, a plan, a finding, a report: as on a milestone (test_at_once)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest

from agreements.refusals import Stale
from ledger.models import Event
from ledger.verify import verify_ledger
from partners.parties import Party
from sprints import actions
from sprints.domain.decisions import decision_digest
from sprints.domain.milestones import answers_to
from sprints.domain.report_requests import asked_for
from sprints.domain.research import checkers
from sprints.domain.sustainability import plan_of
from sprints.models import Sprint
from tests.concurrency import at_once
from tests.factories.decisions import DECISION, again, decide, row_of, sign
from tests.factories.people import NOW
from tests.factories.research import confirm, find
from tests.factories.sprints import lead_in, started_sprint
from tests.factories.sustainability import shown_plan, sign_plan, sustained, write

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 3
OTHERWISE = DECISION | {"choice": "A letter instead of an app."}


def on_a_decision(sprint: Sprint) -> tuple[Callable[[Party], object], object]:
    decision = decide(sprint)
    return partial(sign, decision), decision.pk


def on_the_plan(sprint: Sprint) -> tuple[Callable[[Party], object], object]:
    return partial(sign_plan, sprint), plan_of(sustained(sprint)).pk


@pytest.mark.parametrize("on", [on_a_decision, on_the_plan])
def test_each_voice_counts_once(on: Callable) -> None:
    for number in range(ROUNDS):
        speak, subject = on(started_sprint())
        outcomes = at_once(*[partial(speak, party) for party in [*Party, *Party]])
        assert outcomes == [None] * 4, number
        assert set(answers_to([subject])[subject]) == set(Party)
    assert verify_ledger().intact
    assert Event.objects.filter(kind__endswith=".signed_off").count() == ROUNDS * 2


def test_a_report_that_both_ask_for_is_one() -> None:
    for _number in range(ROUNDS):
        sprint = started_sprint()
        ask = partial(actions.ask_for_sealed_report, sprint=sprint, shown=asked_for(sprint, NOW).voices.digest, now=NOW)
        outcomes = at_once(*[partial(ask, by=lead_in(sprint, party)) for party in [*Party, *Party]])
        assert not any(isinstance(outcome, Exception) for outcome in outcomes), outcomes
        assert sprint.sealed_reports.count() == 1


def test_a_finding_is_confirmed_once() -> None:
    for _number in range(ROUNDS):
        sprint = started_sprint()
        finding, (party, *_others) = find(sprint), checkers(sprint.partnership)
        assert at_once(*[partial(confirm, finding, party)] * 3) == [None] * 3
        assert list(answers_to([finding.pk])[finding.pk]) == [party]


@pytest.mark.parametrize("party", Party)
def test_nobody_stands_behind_a_plan_that_changed_in_that_instant(party: Party) -> None:
    for _number in range(ROUNDS):
        sprint = sustained(started_sprint())
        shown = shown_plan(sprint)
        yes = partial(actions.sign_off_plan, by=lead_in(sprint, party), sprint=sprint, shown=shown, now=NOW)
        signed, written = at_once(yes, partial(write, sprint, party.other, hosting="Elsewhere"))
        assert signed is None or isinstance(signed, Stale)
        assert not isinstance(written, Exception)
        plan = plan_of(sprint)
        answers = answers_to([plan.pk]).get(plan.pk, {})
        assert all(answer.digest == shown != shown_plan(sprint) for answer in answers.values())


@pytest.mark.parametrize("party", Party)
def test_nor_behind_a_decision(party: Party) -> None:
    for _number in range(ROUNDS):
        decision = decide(started_sprint(), party)
        act = {"by": lead_in(decision.sprint, party), "decision": again(decision), "now": NOW}
        changing = partial(actions.change_decision, shown=decision_digest(decision), **act, **OTHERWISE)
        signed, changed = at_once(partial(sign, decision, party.other), changing)
        assert signed is None or isinstance(signed, Stale)
        assert not isinstance(changed, Exception)
        assert not row_of(decision).answered.voices.both, "the yes was to other words"
