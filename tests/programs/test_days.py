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
from partners.rules import Refused
from programs import actions
from programs.domain.days import days_ahead
from programs.models import DayKind, ProgramFeed
from sprints.actions import make_calendar_feed
from sprints.models import Sprint
from tests.factories.agreements import make_agreement
from tests.factories.meetings import schedule
from tests.factories.people import NOW, client_of, lead_of, make_partnership, make_program, others, proved, staff_of
from tests.factories.sprints import first_joint, pause, started_sprint
from tests.pages import page_of
from topcities.weekly.digest import parts_for

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


def test_each_partnership_has_them_among_its_own_and_nobody_of_it_can_change_them(
    program: Program, sprint: Sprint, party: Party
) -> None:
    """On its page of meetings, in the calendars of its people and in their weekly mail, as they are now."""
    by, me, starts = staff_of(program), lead_of(sprint.partnership, party), NOW + timedelta(days=9)
    elsewhere = staff_of(other := make_program())
    for staff, where, about in ((by, program, "Data day"), (elsewhere, other, "Somebody else's day")):
        said = {"kind": DayKind.CALL, "about": about, "place": "City hall", "starts_at": starts}
        actions.add_program_day(by=staff, program=where, now=NOW, **said)
    day, meetings = program.days.get(), reverse("meetings", args=[sprint.partnership.slug])
    feed = reverse("calendar_feed", args=[make_calendar_feed(by=me, sprint=sprint, now=NOW)])
    (part,) = parts_for([me], now=NOW)[me.pk]
    assert [task.url for task in part.coming if "Data day (of the whole program)" in task.text] == [meetings]
    with time_machine.travel(NOW):
        page = page_of(me, meetings)
    assert "Data day" in page and f"Set by the staff of {program.name}" in page
    assert reverse("program_day_take_back", args=[program.slug, day.pk]) not in page
    with pytest.raises(Refused):
        actions.take_back_program_day(by=me, day=day, now=NOW)
    event = next(one for one in read(Client(), feed).events if "Data day" in one["summary"])
    assert program.name in event["summary"] and (event["location"], event["status"]) == ("City hall", "CONFIRMED")
    assert "Somebody else" not in page + str(read(Client(), feed).to_ical()) + str(part.coming)
    actions.take_back_program_day(by=by, day=day, now=NOW)
    with time_machine.travel(NOW):
        assert "Data day" not in page_of(me, meetings)
    event = next(one for one in read(Client(), feed).events if "Data day" in one["summary"])
    assert (event["status"], event["sequence"]) == ("CANCELLED", 1)
    (part,) = parts_for([me], now=NOW)[me.pk]
    assert "Data day" not in str(part.coming)


def test_they_come_before_a_sprint_begins_and_none_lies_ahead_of_a_partnership_that_has_ended(
    program: Program, sprint: Sprint, party: Party
) -> None:
    by, early = staff_of(program), make_agreement(make_partnership(program=program)).partnership
    said = {"kind": DayKind.CALL, "about": "Data day", "place": "", "starts_at": NOW + timedelta(days=9)}
    actions.add_program_day(by=by, program=program, now=NOW, **said)
    me = lead_of(early, party)
    (part,) = parts_for([me], now=NOW)[me.pk]
    assert [task.url for task in part.coming] == [reverse("partnership", args=[early.slug])]
    token = make_calendar_feed(by=(lead := lead_of(sprint.partnership, party)), sprint=sprint, now=NOW)
    end(by=lead, agreement=sprint.partnership.agreement, reason="We are done.", **proved(NOW))
    with time_machine.travel(NOW):
        assert "Data day" not in page_of(lead, reverse("meetings", args=[sprint.partnership.slug]))
    calendar = read(Client(), reverse("calendar_feed", args=[token]))
    assert [one["status"] for one in calendar.events if "Data day" in one["summary"]] == ["CANCELLED"]


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
