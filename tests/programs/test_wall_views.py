"""Staff keep views of the wall under a name: their own, or for all of them; each with an address of its own."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from partners.models import Person, Program
from programs import actions
from programs.actions.wall_views import MOST
from programs.domain.wall_query import WallQuery
from programs.models import WallView
from tests.factories.people import NOW, client_of, make_person, make_program, staff_of
from tests.pages import page_of

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
LATE = "show=late&q=tree&sort=name"


@pytest.fixture
def program() -> Program:
    return make_program()


@pytest.fixture
def colleague(program: Program) -> Person:
    person = make_person("Cora Colleague")
    program.staff.create(person=person, since=NOW)
    return person


def at(program: Program, name: str, *more: object) -> str:
    return reverse(name, args=[program.slug, *more])


def keep(program: Program, name: str = "Trees", *, for_all: bool = False, by: Person | None = None) -> WallView:
    typed = {"name": name, "query": LATE} | ({"for_all": "on"} if for_all else {})
    answer = client_of(by or staff_of(program)).post(at(program, "wall_view_save"), typed)
    assert (answer.status_code, answer["Location"]) == (302, f"{at(program, 'program')}?{LATE}")
    return WallView.objects.latest("made_at")


def test_a_kept_view_leads_to_the_wall_as_it_was(program: Program) -> None:
    client = client_of(staff_of(program))
    form = client.get(f"{at(program, 'wall_view_save')}?{LATE}&page=3&evil=1").content.decode()
    assert 'value="show=late&amp;q=tree&amp;sort=name"' in form, "what is no part of a view is left out"
    view = keep(program)
    assert client.get(at(program, "wall_view", view.pk))["Location"] == f"{at(program, 'program')}?{LATE}"
    wall = client.get(f"{at(program, 'program')}?{LATE}").content.decode()
    assert at(program, "wall_view", view.pk) in wall and at(program, "wall_view_change", view.pk) in wall


def test_own_views_are_ones_own_and_those_for_all_are_everybodys(program: Program, colleague: Person) -> None:
    own, common = keep(program), keep(program, "Late trees", for_all=True)
    seen = page_of(colleague, at(program, "program"))
    assert at(program, "wall_view", common.pk) in seen and at(program, "wall_view", own.pk) not in seen
    client = client_of(colleague)
    for name in ("wall_view", "wall_view_change", "wall_view_delete"):
        assert client.post(at(program, name, own.pk), {"name": "Mine"}).status_code in {404, 405}
        assert client.get(at(program, name, own.pk)).status_code in {404, 302}
    assert client.post(at(program, "wall_view_change", common.pk), {"name": "Trees"}).status_code == 302
    assert {view.name for view in WallView.objects.all()} == {"Trees"}, "two of that name, of two owners"


def test_one_is_renamed_and_deleted_and_no_name_stands_twice(program: Program) -> None:
    one, two = keep(program, "One"), keep(program, "Two")
    client = client_of(staff_of(program))
    assert client.post(at(program, "wall_view_change", one.pk), {"name": "Two"}).status_code == 422
    assert client.post(at(program, "wall_view_change", one.pk), {"name": "Three"}).status_code == 302
    assert keep(program, "Three").pk == one.pk, "the same name takes its place"
    client.post(at(program, "wall_view_delete", two.pk))
    assert client.post(at(program, "wall_view_delete", two.pk)).status_code == 404
    assert [view.name for view in WallView.objects.all()] == ["Three"]
    with pytest.raises(IntegrityError), transaction.atomic():
        WallView.objects.create(program=program, owner=one.owner, name="Three", made_at=NOW, made_by=one.made_by)


def test_it_leads_nowhere_but_to_the_wall_and_to_nobody_elses(program: Program) -> None:
    view, other = keep(program), make_program(name="Another")
    assert client_of(staff_of(other)).get(at(program, "wall_view", view.pk)).status_code == 404
    assert client_of(staff_of(other)).get(at(other, "wall_view", view.pk)).status_code == 404
    typed = {"name": "Out", "query": "https://evil.example/?show=late&next=//evil.example"}
    answer = client_of(staff_of(program)).post(at(program, "wall_view_save"), typed)
    assert answer["Location"] == at(program, "program") and WallView.objects.get(name="Out").query == ""


def test_there_are_not_more_than_one_finds_something_in(program: Program) -> None:
    staff = staff_of(program)
    facts = {"by": staff, "program": program, "query": WallQuery(), "for_all": False, "now": NOW}
    for number in range(MOST):
        actions.save_wall_view(name=f"View {number}", **facts)
    answer = client_of(staff).post(at(program, "wall_view_save"), {"name": "One more", "query": ""})
    assert answer.status_code == 422 and "Delete one first." in answer.content.decode()
    assert WallView.objects.count() == MOST


def test_words_that_become_too_long_in_an_address_are_not_kept(program: Program) -> None:
    typed = {"name": "Long", "query": f"q={'ñ' * 200}"}
    answer = client_of(staff_of(program)).post(at(program, "wall_view_save"), typed)
    assert answer.status_code == 422 and not WallView.objects.exists()
    assert "too long to be kept" in answer.content.decode()
