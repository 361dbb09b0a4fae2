"""What each side's people can do is noted three times, by the side itself; the growth is drawn, and said in a table."""

from __future__ import annotations

import re
from datetime import datetime

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agreements.refusals import NotNow, Stale
from ledger.models import Event
from partners.parties import Party, Role
from partners.rules import Refused
from sprints import actions
from sprints.domain.learning import charts, learning_digest, learning_of, skill_rows, stage_now, stage_rows, stage_weeks
from sprints.models import Learning, Sprint, Stage
from tests.factories.decisions import NOTE, note, todo
from tests.factories.people import client_of, everybody, member_of
from tests.factories.sprints import at, lead_in, started_sprint
from tests.pages import sprint_url as url
from tests.pages import text_of

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
NAMES = {party.value: f"The {party} side" for party in Party}
ASKS = "Note what your people can do now, so that it shows what grows."


@pytest.fixture
def sprint() -> Sprint:
    return started_sprint()


def typed(sprint: Sprint, party: Party, now: datetime, **said: object) -> dict:
    stage = stage_now(sprint, now)
    return NOTE | {"shown": learning_digest(stage, learning_of(sprint, stage, party))} | said


@pytest.mark.parametrize(
    ("weeks", "noted"), [(18, [1, 9, 18]), (12, [1, 6, 12]), (22, [1, 11, 22]), (4, [1, 2, 4]), (52, [1, 26, 52])]
)
def test_it_is_noted_at_the_start_halfway_and_at_the_end(weeks: int, noted: list[int]) -> None:
    assert list(stage_weeks(weeks).values()) == noted


@pytest.mark.parametrize(
    ("week", "day", "stage"),
    [
        (1, -1, None),
        (1, 0, "start"),
        (8, 6, "start"),
        (9, 0, "middle"),
        (17, 6, "middle"),
        (18, 0, "end"),
        (18, 40, "end"),
    ],
)
def test_a_stage_lasts_until_the_next_begins(sprint: Sprint, week: int, day: int, stage: str | None) -> None:
    assert stage_now(sprint, at(sprint, week=week, day=day)) == stage


def test_a_lead_or_a_member_notes_it_for_their_side(sprint: Sprint, party: Party) -> None:
    now = at(sprint, week=1, day=2)
    with time_machine.travel(now, tick=False):
        for by, level in ((member_of(sprint.partnership, party), 1), (lead_in(sprint, party), 4)):
            answer = client_of(by).post(url(sprint, "learning/note/"), typed(sprint, party, now, open_data=level))
            assert answer.status_code == 302
        page = text_of(client_of(lead_in(sprint, party.other)).get(url(sprint, "learning/")))
    standing = learning_of(sprint, Stage.START, party)
    assert (standing.open_data, standing.by) == (4, lead_in(sprint, party))
    assert Learning.objects.count() == 2, "what was corrected is kept"
    assert "4 · On our own" in page
    assert NOTE["voice"] in page
    assert "Not answered yet" in page


def test_nobody_says_in_hindsight_what_people_could_do_before(sprint: Sprint, party: Party) -> None:
    now = at(sprint, week=9)
    with time_machine.travel(now, tick=False):
        client_of(lead_in(sprint, party)).post(url(sprint, "learning/note/"), typed(sprint, party, now))
        page = text_of(client_of(lead_in(sprint, party)).get(url(sprint, "learning/")))
    assert [one.stage for one in Learning.objects.all()] == [Stage.MIDDLE]
    assert "Was not noted" in page
    assert "Comes later" in page
    before = learning_digest(Stage.START, None)
    with pytest.raises(Stale):
        act = {"by": lead_in(sprint, party.other), "sprint": sprint, "now": now}
        actions.note_learning(shown=before, **act, **NOTE)
    with pytest.raises(NotNow):
        act = {"by": lead_in(sprint, party), "sprint": sprint, "now": at(sprint, week=1, day=-1)}
        actions.note_learning(shown=before, **act, **NOTE)


def test_the_growth_is_drawn_and_said(sprint: Sprint, party: Party) -> None:
    for week, level in ((1, 1), (9, 3), (18, 5)):
        note(sprint, party, now=at(sprint, week=week), open_data=level)
    note(sprint, party.other, now=at(sprint, week=1), open_data=1)
    note(sprint, party.other, now=at(sprint, week=18), open_data=4)
    now = at(sprint, week=18)
    rows = skill_rows(stage_rows(sprint, NAMES, now))
    chart = charts(rows)[0]
    lines = {line.party: line for line in chart.lines}
    assert [point.y for point in lines[party].points] == sorted((p.y for p in lines[party].points), reverse=True)
    assert (len(lines[party].segments), len(lines[party.other].segments)) == (2, 0), "no line over what was not noted"
    assert lines[Party.CITY].points[0].x < lines[Party.COMMUNITY].points[0].x, "the same note stands beside the other"
    assert lines[party].points[0].y == lines[party.other].points[0].y
    inside = [p for line in chart.lines for p in line.points if 0 < p.x < chart.width and 0 < p.y < chart.height]
    assert len(inside) == 5
    with time_machine.travel(now, tick=False):
        answer = client_of(lead_in(sprint, party)).get(url(sprint, "learning/"))
    page = text_of(answer)
    assert answer.content.decode().count('<svg class="learning-chart"') == 3
    for words in ("1 · Not yet", "3 · With some help", "4 · On our own", "5 · We can teach it", "Was not noted"):
        assert words in page
    assert not re.search(r"average|3\.5", page)


def test_it_waits_for_the_side_that_has_not_noted_it(sprint: Sprint, party: Party) -> None:
    now = at(sprint, week=9, day=1)
    assert [ASKS in todo(sprint, one, now) for one in Party] == [True, True]
    note(sprint, party, now=now)
    assert ASKS not in todo(sprint, party, now)
    assert ASKS in todo(sprint, party.other, now)
    assert ASKS in todo(sprint, party, at(sprint, week=18))
    assert ASKS not in todo(sprint, party, at(sprint, week=1, day=-1))


@pytest.mark.parametrize("said", [{"open_data": 0}, {"design": 6}, {"private_partners": ""}, {"voice": " "}])
def test_what_is_not_an_answer_is_refused_in_words(sprint: Sprint, party: Party, said: dict) -> None:
    now = at(sprint, week=1)
    with time_machine.travel(now, tick=False):
        client = client_of(lead_in(sprint, party))
        answer = client.post(url(sprint, "learning/note/"), typed(sprint, party, now, **said))
    assert answer.status_code == 422
    assert not Learning.objects.exists()


def test_saying_the_same_twice_is_saying_it_once(sprint: Sprint, party: Party) -> None:
    now = at(sprint, week=1)
    assert note(sprint, party, now=now) == note(sprint, party, now=now)
    assert Event.objects.filter(kind__startswith="learning").count() == 1


def test_what_was_typed_comes_back_when_a_colleague_was_quicker(sprint: Sprint, party: Party) -> None:
    now = at(sprint, week=1)
    said = typed(sprint, party, now, voice="They are asked too late.")
    note(sprint, party, now=now)
    with time_machine.travel(now, tick=False):
        answer = client_of(lead_in(sprint, party)).post(url(sprint, "learning/note/"), said)
    assert answer.status_code == 409
    assert "They are asked too late." in text_of(answer)


def test_who_may(sprint: Sprint) -> None:
    people, now = everybody(sprint.partnership), at(sprint, week=1)
    said = NOTE | {"shown": learning_digest(Stage.START, None)}
    with time_machine.travel(now, tick=False):
        for name in ("outsider", "superuser"):
            assert client_of(people[name]).get(url(sprint, "learning/")).status_code == 404
            assert client_of(people[name]).post(url(sprint, "learning/note/"), said).status_code == 404
        for name in (Role.TECHNOLOGY_PARTNER, Role.EXECUTIVE_SPONSOR, "staff"):
            assert client_of(people[name]).post(url(sprint, "learning/note/"), said).status_code == 403
        page = client_of(people[Role.TECHNOLOGY_PARTNER]).get(url(sprint, "learning/"))
    assert page.status_code == 200
    assert not page.context["may_note"]
    with pytest.raises(Refused):
        actions.note_learning(by=people[Role.EXECUTIVE_SPONSOR], sprint=sprint, now=now, **said)
    assert not Learning.objects.exists()


def test_the_page_asks_as_often_for_one_note_as_for_all(sprint: Sprint, party: Party) -> None:
    client = client_of(lead_in(sprint, party))
    note(sprint, party, now=at(sprint, week=1))
    with time_machine.travel(at(sprint, week=18), tick=False):
        client.get(url(sprint, "learning/"))
        with CaptureQueriesContext(connection) as few:
            client.get(url(sprint, "learning/"))
        for week in (9, 18):
            for one in Party:
                note(sprint, one, now=at(sprint, week=week))
        with CaptureQueriesContext(connection) as many:
            client.get(url(sprint, "learning/"))
    assert len(few) == len(many)
