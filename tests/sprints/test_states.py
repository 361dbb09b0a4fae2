"""The state of a milestone follows from facts; and no column keeps it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.apps import apps

from partners.parties import Party
from sprints.models import SignOff
from sprints.states import Answers, Facts, MilestoneState, days_late, milestone_state

STARTS, DUE = date(2027, 3, 1), date(2027, 3, 7)
NOW = "as it is now"


def facts(**changed: object) -> Facts:
    plain = {"starts": STARTS, "due": DUE, "has_evidence": False, "finished": False, "dropped": False}
    return Facts(**{**plain, **changed})


def answers(**given: SignOff) -> Answers:
    return Answers(NOW, {Party(party): answer for party, answer in given.items()})


YES, EARLIER_YES = SignOff(answer="yes", digest=NOW), SignOff(answer="yes", digest="as it was")
NO = SignOff(answer="changes", digest=NOW)


@pytest.mark.parametrize(
    ("day", "state"),
    [
        (STARTS - timedelta(1), MilestoneState.COMING),
        (STARTS, MilestoneState.DUE),
        (DUE, MilestoneState.DUE),
        (DUE + timedelta(1), MilestoneState.OVERDUE),
    ],
)
def test_it_comes_is_due_until_the_end_of_its_day_and_is_late_after(day: date, state: MilestoneState) -> None:
    assert milestone_state(facts(), day) == state
    assert days_late(facts(), day) == max(0, (day - DUE).days)


def test_evidence_is_in_until_somebody_says_that_it_is_done() -> None:
    assert milestone_state(facts(has_evidence=True), STARTS) == MilestoneState.EVIDENCE_IN
    assert milestone_state(facts(has_evidence=True), DUE + timedelta(9)) == MilestoneState.OVERDUE
    assert milestone_state(facts(has_evidence=True, finished=True), DUE + timedelta(9)) == MilestoneState.DONE
    assert days_late(facts(finished=True), DUE + timedelta(9)) == 0


@pytest.mark.parametrize("party", Party)
def test_one_voice_is_not_enough_whichever_it_is(party: Party) -> None:
    said = Answers(NOW, {party: YES})
    found = facts(has_evidence=True, answers=said)
    assert milestone_state(found, STARTS) == MilestoneState.WAITS
    assert said.missing == [party.other]


def test_both_voices_on_the_same_content_make_it_done() -> None:
    assert milestone_state(facts(answers=answers(city=YES, community=YES)), DUE) == MilestoneState.DONE
    assert milestone_state(facts(answers=answers(city=YES, community=EARLIER_YES)), DUE) == MilestoneState.WAITS


@pytest.mark.parametrize("party", Party)
def test_whoever_asks_for_changes_is_heard(party: Party) -> None:
    said = Answers(NOW, {party: NO, party.other: YES})
    assert milestone_state(facts(has_evidence=True, answers=said), DUE) == MilestoneState.CHANGES


def test_no_column_keeps_a_state_that_follows_from_facts() -> None:
    derived = {"state", "status", "week_now", "is_late", "overdue", "days_late", "progress", "done", "is_done"}
    for model in apps.get_app_config("sprints").get_models():
        assert not derived & {field.name for field in model._meta.get_fields()}, model
