"""The built-in plans: their order at any length, and the agreement's promises in them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agreements.wording.template import parts
from partners.weeks import FEWEST_WEEKS, MOST_WEEKS
from sprints.plan import BUILT_IN, PLAN, Phase, Plan, built_in_for

PROMISES = [part.key for part in parts() if part.kind in {"goal", "commitment"}]


def test_each_goal_and_commitment_of_the_agreement_has_a_milestone() -> None:
    planned = {key for one in PLAN for key in one.clauses}
    assert planned == set(PROMISES)


def test_four_milestones_are_signed_off_by_both_sides() -> None:
    assert [one.week for one in PLAN if one.joint] == [5, 9, 16, 17]


def test_the_longer_plan_gives_time_where_teams_ran_out_of_it() -> None:
    longer = BUILT_IN["built-in-22"]
    assert [one.last_week for one in longer.milestones if one.joint] == [7, 11, 20, 21]
    weeks = {one.title: (one.week, one.last_week) for one in longer.milestones}
    assert weeks["Interviews with residents"] == (4, 6) and weeks["Problem scoping and research plan"] == (2, 3)
    assert weeks["Testing with residents, accessibility included"] == (16, 17)
    assert weeks["Demo Day; code, data and lessons published"] == (22, 22)


@pytest.mark.parametrize("plan", BUILT_IN.values(), ids=BUILT_IN)
def test_at_its_own_length_nothing_moves(plan: Plan) -> None:
    assert plan.scaled_to(plan.weeks) == plan.milestones and built_in_for(plan.weeks) == plan


def test_another_length_takes_the_nearer_plan() -> None:
    chosen = {weeks: built_in_for(weeks).weeks for weeks in (FEWEST_WEEKS, 18, 19, 20, 21, 22, MOST_WEEKS)}
    assert chosen == {4: 18, 18: 18, 19: 18, 20: 18, 21: 22, 22: 22, 52: 22}


@given(st.integers(FEWEST_WEEKS, MOST_WEEKS), st.sampled_from(sorted(BUILT_IN)))
def test_at_any_length_the_order_stays_and_the_ends_meet(weeks: int, name: str) -> None:
    planned = BUILT_IN[name].scaled_to(weeks)
    assert [(one.title, one.clauses, one.leaders) for one in planned] == [
        (one.title, one.clauses, one.leaders) for one in PLAN
    ]
    due = [one.last_week for one in planned]
    assert due == sorted(due) and due[0] == 0 and due[1] >= 1 and due[-1] == weeks
    assert all(one.week <= one.last_week for one in planned)
    assert {one.phase for one in planned} == set(Phase)
