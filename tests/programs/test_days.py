"""The days of a whole program: as a page, and as a calendar at a private address of each of its staff."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from icalendar import Calendar, Event

from agreements.actions import end
from partners.models import Partnership, Program
from partners.parties import Party
from programs import actions
from programs.domain.days import days_ahead
from programs.models import DayKind, ProgramFeed
from sprints.models import Sprint
from tests.factories.meetings import schedule
from tests.factories.people import NOW, client_of, lead_of, others, proved, staff_of
from tests.factories.sprints import first_joint, pause, started_sprint
from tests.pages import page_of

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
AGENDA = "How the quinces are counted"


@pytest.fixture
def sprint() -> Sprint:
    found = started_sprint()
    meeting = schedule(found)
    found.meetings.filter(pk=meeting.pk).update(title=AGENDA, agenda=AGENDA, place=AGENDA)
    return found


@pytest.fixture
def program(sprint: Sprint) -> Program:
    return sprint.partnership.program


def at(program: Program, name: str) -> str:
    return reverse(name, args=[program.slug])


def address(program: Program) -> str:
    """As staff are shown it, once."""
    answer = client_of(staff_of(program)).post(at(program, "program_feed_make"))
    return answer.context["address"].partition("testserver")[2] or "/" + answer.context["address"].split("/", 3)[3]


def last_day_in(calendar: Calendar, sprint: Sprint) -> Event:
    return next(one for one in calendar.events if one["uid"] == f"last-{sprint.partnership_id}@topcities")


def read(client: Client, where: str) -> Calendar:
    return Calendar.from_ical(client.get(where).content)


def test_staff_find_all_days_on_a_page_and_no_words_of_the_partners(program: Program, sprint: Sprint) -> None:
    joint = first_joint(sprint)
    with time_machine.travel(NOW):
        shown = page_of(staff_of(program), at(program, "program_days"))
        assert at(program, "program_days") in page_of(staff_of(program), at(program, "program"))
    assert f"Sign-off: {joint.name}" in shown and "Meeting" in shown and AGENDA not in shown
    for who, person in others(sprint.partnership, staff_of(program)):
        assert client_of(person).get(at(program, "program_days")).status_code == 404, who


def test_a_calendar_reads_them_at_a_private_address(program: Program, sprint: Sprint, client: Client) -> None:
    where = address(program)
    body = client.get(where).content.decode()
    calendar = Calendar.from_ical(body)
    names = " and ".join(sprint.partnership.names_on_screen().values())
    told = [str(event["summary"]) for event in calendar.events]
    assert f"Week 1 begins: {names}" in told and f"Meeting of {names}" in told
    assert any(first_joint(sprint).name in one and names in one for one in told)
    assert "quinces" not in body and staff_of(program).email not in body
    for event in calendar.events:
        assert event["dtend"].dt > event["dtstart"].dt and f"/partnerships/{sprint.partnership.slug}/" in event["url"]


def test_it_follows_the_plan_and_leaves_out_what_has_ended(program: Program, sprint: Sprint, client: Client) -> None:
    where = address(program)
    last = last_day_in(read(client, where), sprint)
    first = sprint.timeline.starts(4)
    pause(sprint, first, first + timedelta(days=6))
    moved = last_day_in(read(client, where), sprint)
    assert moved["dtstart"].dt == last["dtstart"].dt + timedelta(days=7)
    assert (last["sequence"], moved["sequence"]) == (0, 1)
    by = lead_of(sprint.partnership, Party.CITY)
    end(by=by, agreement=sprint.partnership.agreement, reason="We are done.", **proved(NOW))
    assert not read(client, where).events and days_ahead(program, NOW) == []


def test_days_of_the_whole_program_stand_among_them(program: Program, client: Client) -> None:
    by, starts = staff_of(program), NOW + timedelta(days=9)
    said = {"kind": DayKind.CALL, "about": "Data day", "place": "City hall", "starts_at": starts}
    day = actions.add_program_day(by=by, program=program, now=NOW, **said)
    where = address(program)
    with time_machine.travel(NOW):
        assert "Call of the whole cohort: Data day" in page_of(by, at(program, "program_days"))
    event = next(one for one in read(client, where).events if "Data day" in one["summary"])
    assert (event["dtstart"].dt, event["location"], event["status"]) == (starts, "City hall", "CONFIRMED")
    actions.take_back_program_day(by=by, day=day, now=NOW + timedelta(hours=1))
    event = next(one for one in read(client, where).events if "Data day" in one["summary"])
    assert (event["status"], event["sequence"]) == ("CANCELLED", 1)


def test_an_address_ends_when_it_is_taken_back_replaced_or_its_holder_leaves(program: Program, client: Client) -> None:
    first, second = address(program), address(program)
    assert [client.get(one).status_code for one in (first, second)] == [404, 200]
    actions.revoke_program_feed(by=staff_of(program), program=program, now=NOW)
    assert client.get(second).status_code == 404
    third, kept = address(program), ProgramFeed.objects.get(revoked_at=None)
    assert third.split("/")[2] not in kept.token_hash, "only its hash is kept"
    assert client.get(third).status_code == 200
    program.staff.all().delete()
    assert client.get(third).status_code == 404


def test_more_partnerships_take_no_more_queries(program: Program) -> None:
    with CaptureQueriesContext(connection) as one:
        days_ahead(program, NOW)
    for _number in range(2):
        Partnership.objects.filter(pk=started_sprint().partnership_id).update(program=program)
    with CaptureQueriesContext(connection) as three:
        found = days_ahead(program, NOW)
    assert len(three) == len(one) <= 12
    assert max(len(things) for _day, things in found) >= 3
