"""The built-in plan: its order at any length, and the agreement's promises in it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from agreements.wording.template import parts
from partners.weeks import FEWEST_WEEKS, MOST_WEEKS, WEEKS
from sprints.plan import PLAN, Phase, plan_of

PROMISES = [part.key for part in parts() if part.kind in {"goal", "commitment"}]


def test_each_goal_and_commitment_of_the_agreement_has_a_milestone() -> None:
    planned = {key for one in PLAN for key in one.clauses}
    assert planned == set(PROMISES)


def test_four_milestones_are_signed_off_by_both_sides() -> None:
    assert [one.week for one in PLAN if one.joint] == [5, 9, 16, 17]


def test_at_the_built_in_length_nothing_moves() -> None:
    assert plan_of(WEEKS) == PLAN


@given(st.integers(FEWEST_WEEKS, MOST_WEEKS))
def test_at_any_length_the_order_stays_and_the_ends_meet(weeks: int) -> None:
    planned = plan_of(weeks)
    assert [one.title for one in planned] == [one.title for one in PLAN]
    due = [one.last_week for one in planned]
    assert due == sorted(due) and due[0] == 0 and due[1] >= 1 and due[-1] == weeks
    assert all(one.week <= one.last_week for one in planned)
    assert {one.phase for one in planned} == set(Phase)
