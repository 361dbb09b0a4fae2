"""Staff put lines of their copy in another order: a template's among their own, a plan's among those of one week."""

from __future__ import annotations

import re

import pytest
from django.http import HttpResponse
from django.test import Client

from agreements.models import TemplateDraft
from agreements.wording.template_edits import neighbours
from partners.models import Program
from sprints.models import PlanDraft
from tests.factories.editions import plan_draft, template_draft
from tests.factories.people import client_of, make_program, staff_of

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]  # forms and words


@pytest.fixture
def program() -> Program:
    return make_program()


@pytest.fixture
def staff(program: Program) -> Client:
    return client_of(staff_of(program))


def typed_on(page: HttpResponse) -> dict[str, str]:
    form = page.context["form"]
    return {name: form[name].value() or "" for name in form.fields}


def button(page: HttpResponse, anchor: str) -> str:
    """The button with this id, as it is drawn."""
    found = re.search(rf'<button[^>]*id="{anchor}"', page.content.decode())
    return found[0] if found else ""


def test_a_goal_moves_with_what_was_typed_and_the_button_keeps_the_focus(program: Program, staff: Client) -> None:
    """The first of its own has no button up, and a line with one place in an agreement has none at all."""
    template_draft(program)
    address = f"/programs/{program.slug}/templates/draft/"
    page = staff.get(address)
    assert button(page, "down-goal-1") and not button(page, "up-goal-1") and not button(page, "down-vision")
    typed = typed_on(page) | {"goal-2_en": "Keep trees alive.", "move": "up:goal-3"}
    answer = staff.post(address, typed)
    assert answer["Location"] == f"{address}?moved=goal-3#up-goal-3"
    page = staff.get(answer["Location"].partition("#")[0])
    assert button(page, "up-goal-3") and [group.is_open for group in page.context["groups"]].count(True) == 1
    answer = staff.post(address, typed_on(page) | {"move": "up:goal-3"})
    assert answer["Location"].endswith("#down-goal-3")  # it is the first now
    content = TemplateDraft.objects.get().content
    assert neighbours(content)[0] == ["goal-3", "goal-1", "goal-2"]
    assert next(one for one in content["lines"] if one["place"] == "goal-2")["texts"]["en"] == "Keep trees alive."
    names = {row.place: row.name for group in staff.get(address).context["groups"] for row in group.rows}
    assert (names["goal-3"], names["goal-2"]) == ("Goal 1", "Goal 3")
    seen = staff.get(f"{address}preview/").content.decode()
    assert seen.index("Diffusion of learning") < seen.index("tackle systemic issues") < seen.index("Keep trees alive.")


def test_an_offered_clause_moves_and_what_cannot_move_stays(program: Program, staff: Client) -> None:
    before = template_draft(program).content
    address = f"/programs/{program.slug}/templates/draft/"
    first, second = neighbours(before)[-1][:2]
    staff.post(address, typed_on(staff.get(address)) | {"move": f"down:{first}"})
    assert neighbours(TemplateDraft.objects.get().content)[-1][:2] == [second, first]
    staff.post(address, typed_on(staff.get(address)) | {"move": f"down:{second}"})
    for move in ("up:vision", "up:goal-1", "up:nothing", "down:" + "x" * 5000):
        staff.post(address, typed_on(staff.get(address)) | {"move": move})
    assert TemplateDraft.objects.get().content == before


def test_a_page_that_is_out_of_date_moves_nothing(program: Program, staff: Client) -> None:
    template_draft(program)
    address = f"/programs/{program.slug}/templates/draft/"
    old = typed_on(staff.get(address))
    staff.post(address, old | {"goal-1_en": "The first."})
    answer = staff.post(address, old | {"move": "down:goal-1"})
    assert answer.status_code == 409 and "The first." in answer.content.decode()
    assert neighbours(TemplateDraft.objects.get().content)[0] == ["goal-1", "goal-2", "goal-3"]


def test_milestones_of_the_same_weeks_change_places_and_no_others(program: Program, staff: Client) -> None:
    draft = plan_draft(program)
    draft.content["milestones"][2] |= {"week": 1, "last_week": 1}
    draft.save()
    titles = [one["title"] for one in draft.content["milestones"]]
    address = f"/programs/{program.slug}/plans/draft/"
    page = staff.get(address)
    assert button(page, "up-3") and button(page, "down-2") and not button(page, "down-3") and not button(page, "up-2")
    seen = page.context["digest"]
    answer = staff.post(f"{address}milestones/3/move/", {"move": "up", "shown": seen})
    assert answer["Location"] == f"{address}#down-2"
    moved = [one["title"] for one in PlanDraft.objects.get().content["milestones"]]
    assert moved == [titles[0], titles[2], titles[1], *titles[3:]]
    answer = staff.post(f"{address}milestones/2/move/", {"move": "down", "shown": seen}, follow=True)
    assert "Nothing was moved" in answer.content.decode()
    now = staff.get(address).context["digest"]
    staff.post(f"{address}milestones/3/move/", {"move": "down", "shown": now})  # into another week
    assert [one["title"] for one in PlanDraft.objects.get().content["milestones"]] == moved
    form = staff.get(f"{address}milestones/2/").context["form"]
    kept = {name: form[name].value() for name in form.fields if form[name].value() not in (None, False)}
    staff.post(f"{address}milestones/2/", kept | {"title": "Research is planned"})
    assert PlanDraft.objects.get().content["milestones"][1]["title"] == "Research is planned"
