"""A program's own plan: what begins after it was published takes it, what runs keeps its own."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction

from agreements.refusals import Stale
from ledger.canonical import digest
from ledger.models import Event
from partners.actions.program_editions import DraftChanged
from partners.parties import Party
from sprints import actions
from sprints.domain.plans import current_plan, plan_named
from sprints.models import Milestone, PlanDraft, PlanEdition, Sprint
from sprints.plan import BUILT_IN, content_of, plan_of
from sprints.plan_check import plan_cautions, plan_problems
from tests.factories.editions import PROMISES, plan_draft, publish_plan
from tests.factories.people import NOW, make_program, staff_of
from tests.factories.sprints import agree_to, propose_start, signed_agreement

TITLE = "Signed, and a champion found"


@pytest.mark.django_db
def test_what_begins_after_takes_the_new_plan_and_what_runs_keeps_its_own(party: Party) -> None:
    first, second = signed_agreement(), signed_agreement()
    program = first.partnership.program
    second.partnership.program = program
    second.partnership.save()
    asked_before = propose_start(first, party, weeks=22)
    edition = publish_plan(program, title=TITLE)
    asked_after = propose_start(second, party.other, weeks=22)
    agree_to(asked_before)
    agree_to(asked_after)
    plans = {one.partnership_id: one.plan for one in Sprint.objects.all()}
    assert plans == {first.partnership_id: "built-in-22", second.partnership_id: edition.name}
    titles = {one.sprint.partnership_id: one.title for one in Milestone.objects.filter(number=1)}
    assert titles[second.partnership_id] == TITLE != titles[first.partnership_id]


@pytest.mark.django_db
def test_a_published_plan_sets_how_many_weeks_are_suggested_and_is_told_in_the_ledger() -> None:
    program = make_program()
    edition = publish_plan(program)
    program.refresh_from_db()
    assert program.sprint_weeks == 22 and current_plan(program).name == edition.name
    assert Event.objects.get(kind="plan.published").content.payload["digest"] == edition.digest
    again = publish_plan(program, source=edition.name)
    assert (again.number, again.based_on) == (2, edition.name) and again.name != edition.name
    assert plan_named(edition.name).milestones == BUILT_IN["built-in-22"].milestones


@pytest.mark.django_db
@pytest.mark.parametrize("act", ["update", "delete"])
def test_the_database_refuses_to_change_what_is_published(act: str) -> None:
    edition = publish_plan(make_program())
    rows = PlanEdition.objects.filter(pk=edition.pk)
    with pytest.raises(DatabaseError, match="never changed or removed"), transaction.atomic():
        rows.update(content={}) if act == "update" else rows.delete()
    assert rows.get().content == edition.content


@pytest.mark.django_db
def test_two_staff_at_once_the_second_save_is_refused_and_nothing_is_lost() -> None:
    program = make_program()
    milestone = plan_draft(program).content["milestones"][4]
    act = {"by": staff_of(program), "program": program, "number": 5, "keys": PROMISES, "now": NOW}
    actions.change_planned(milestone={**milestone, "title": "The first"}, shown=digest(milestone), **act)
    with pytest.raises(Stale):
        actions.change_planned(milestone={**milestone, "title": "The second"}, shown=digest(milestone), **act)
    assert PlanDraft.objects.get().content["milestones"][4]["title"] == "The first"


@pytest.mark.django_db
def test_what_was_published_is_what_was_seen() -> None:
    program = make_program()
    seen = digest(plan_draft(program).content)
    act = {"by": staff_of(program), "program": program, "now": NOW}
    actions.change_plan_weeks(weeks=30, **act)
    with pytest.raises(DraftChanged):
        actions.publish_plan(shown=seen, keys=PROMISES, **act)
    assert not PlanEdition.objects.exists()


@pytest.mark.django_db
def test_a_plan_with_a_fault_is_not_published_and_each_fault_is_named() -> None:
    program = make_program()
    plan_draft(program)
    act = {"by": staff_of(program), "program": program, "now": NOW}
    draft = actions.change_plan_weeks(weeks=20, **act)
    found = plan_problems(draft.content, PROMISES)
    assert {(one.number, one.field) for one in found} == {
        (16, "week"),
        (16, "last_week"),
        (17, "week"),
        (17, "last_week"),
    }
    with pytest.raises(ValidationError):
        actions.publish_plan(shown=digest(draft.content), keys=PROMISES, **act)
    with pytest.raises(ValidationError, match="copy already"):
        plan_draft(program)


@pytest.mark.parametrize("name", BUILT_IN)
def test_a_built_in_plan_has_no_fault_and_goes_through_json_unchanged(name: str) -> None:
    content = content_of(BUILT_IN[name])
    assert plan_problems(content, PROMISES) == [] and plan_of(name, content) == BUILT_IN[name]
    assert plan_cautions(content, {key: key for key in PROMISES}) == []


WRONG: list[dict[str, Any]] = [
    {"week": -1},
    {"week": "1"},
    {"week": True},
    {"week": None, "last_week": None},
    {"last_week": 23},
    {"week": 5, "last_week": 4},
    {"phase": "party"},
    {"phase": ["build"]},
    {"title": ""},
    {"title": 3},
    {"title": "x" * 161},
    {"title": "hidden\u200bspace"},
    {"leaders": []},
    {"leaders": "city"},
    {"leaders": ["mayor"]},
    {"leaders": [["city"]]},
    {"joint": 1},
    {"clauses": ["city-99"]},
    {"clauses": [{}]},
    {"clauses": None},
]


@pytest.mark.parametrize("wrong", WRONG, ids=str)
def test_nothing_that_a_stranger_writes_is_taken_for_a_plan(wrong: dict[str, Any]) -> None:
    content = content_of(BUILT_IN["built-in-22"])
    milestones = [{**content["milestones"][0], **wrong}, *content["milestones"][1:]]
    found = plan_problems({**content, "milestones": milestones}, PROMISES)
    assert {(one.number, one.field) for one in found} <= {(1, field) for field in [*wrong, "last_week"]} and found


@pytest.mark.parametrize(
    "content", [None, [], {}, {"milestones": 3}, {"weeks": 3, "milestones": []}, {"milestones": [0]}]
)
def test_what_has_another_shape_is_no_plan(content: Any) -> None:
    assert plan_problems(content, PROMISES)


def test_whoever_is_swapped_the_cautions_swap() -> None:
    content = content_of(BUILT_IN["built-in-18"])
    for party in Party:
        alone = [{**one, "leaders": [party.value], "joint": False} for one in content["milestones"]]
        said = " ".join(plan_cautions({**content, "milestones": alone}, {}))
        assert f"No milestone is led by the {party.other.label.lower()}." in said
        assert f"led by the {party.label.lower()}." not in said and "signed off by both sides" in said
