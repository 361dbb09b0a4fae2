"""Meetings, what people took on there, and the calendar that each person can follow."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from icalendar import Calendar, Event

from agreements.refusals import NotNow, Stale
from ledger.models import Event as LedgerEvent
from partners.models import Person, Seat
from partners.parties import Party, Role
from partners.rules import Refused
from sprints import actions
from sprints.domain import calendars
from sprints.domain.action_items import item_rows
from sprints.domain.meetings import meeting_digest, record_digest
from sprints.models import ActionItem, CalendarFeed, Meeting, Sprint
from tests.factories.people import NOW, client_of, everybody, make_person, make_seat, member_of, staff_of
from tests.factories.sprints import in_los_angeles, lead_in, started_sprint

pytestmark = pytest.mark.django_db
DAY = date(2027, 3, 9)


@pytest.fixture
def sprint() -> Sprint:
    return in_los_angeles(started_sprint())


def set_meeting(sprint: Sprint, *, by: Person | None = None, **changed: object) -> Meeting:
    said = {"title": "Kick-off", "day": DAY, "at": time(9, 30), "minutes": 90, "place": "Room 4", "agenda": "Roles"}
    by = by or lead_in(sprint, Party.CITY)
    return actions.schedule_meeting(by=by, sprint=sprint, now=NOW, **(said | changed))


def url(sprint: Sprint, rest: str = "meetings/") -> str:
    return f"/partnerships/{sprint.partnership.slug}/sprint/{rest}"


def typed(**changed: object) -> dict:
    day = {"day_month": "3", "day_day": "9", "day_year": "2027", "at": "09:30", "minutes": "90"}
    return {"title": "Beta demo", "place": "Library", "agenda": "See it work"} | day | changed


def make_address(client: Client, sprint: Sprint) -> str:
    page = client.post(url(sprint, "calendars/make/")).content.decode()
    return re.search(r"/calendars/[\w-]{40,}/sprint\.ics", page)[0]


def events(body: bytes) -> dict[str, Event]:
    return {str(event["summary"]): event for event in Calendar.from_ical(body).walk("VEVENT")}


@time_machine.travel(NOW, tick=False)
def test_either_side_sets_a_meeting_and_both_see_it(sprint: Sprint, party: Party) -> None:
    answer = client_of(member_of(sprint.partnership, party)).post(url(sprint, "meetings/add/"), typed(), follow=True)
    assert "Beta demo" in answer.content.decode()
    other = client_of(lead_in(sprint, party.other)).get(url(sprint))
    assert "Beta demo" in other.content.decode()
    assert "9:30 AM PST" in other.content.decode()


def test_who_is_on_their_way_follows_the_address_of_a_call(sprint: Sprint) -> None:
    set_meeting(sprint, place="https://meet.example.org/trees")
    set_meeting(sprint, place="javascript:alert(1)")
    page = client_of(lead_in(sprint, Party.CITY)).get(url(sprint)).content.decode()
    assert '<a href="https://meet.example.org/trees" rel="nofollow">' in page
    assert 'href="javascript' not in page


def test_an_hour_that_the_clocks_skip_is_refused_in_words(sprint: Sprint) -> None:
    skipped = {"day": date(2027, 3, 14), "at": time(2, 30)}
    with pytest.raises(ValidationError, match="skip this hour"):
        set_meeting(sprint, **skipped)
    client = client_of(lead_in(sprint, Party.CITY))
    answer = client.post(url(sprint, "meetings/add/"), typed(day_day="14", at="02:30"))
    assert answer.status_code == 422
    assert "See it work" in answer.content.decode()


def test_who_was_there_and_what_was_said(sprint: Sprint, party: Party) -> None:
    meeting, there = set_meeting(sprint), lead_in(sprint, party)
    client = client_of(make_seat(sprint.partnership, Role.PRODUCT_ADVISOR).person)
    said = {
        "shown": record_digest(meeting),
        "present": [str(there.pk)],
        "guests": "2",
        "notes": "We chose the heat map.",
    }
    page = client.post(url(sprint, "meetings/1/record/"), said, follow=True).content.decode()
    assert "We chose the heat map." in page
    assert there.name in page
    assert "And 2 others." in page


def test_notes_written_meanwhile_are_not_lost(sprint: Sprint) -> None:
    meeting = set_meeting(sprint)
    shown = record_digest(meeting)
    said = {"by": lead_in(sprint, Party.CITY), "meeting": meeting, "present": [], "guests": 0, "now": NOW}
    actions.record_meeting(notes="The first one's notes", shown=shown, **said)
    client = client_of(lead_in(sprint, Party.COMMUNITY))
    answer = client.post(url(sprint, "meetings/1/record/"), {"shown": shown, "guests": "0", "notes": "The second's"})
    assert answer.status_code == 409
    assert "The second&#x27;s" in answer.content.decode()
    meeting.refresh_from_db()
    assert meeting.notes == "The first one's notes"


def test_a_change_on_top_of_another_one_is_refused(sprint: Sprint) -> None:
    meeting = set_meeting(sprint)
    said = {"title": "Kick-off", "day": DAY, "at": time(9, 30), "minutes": 90, "agenda": ""}
    act = {"by": lead_in(sprint, Party.CITY), "meeting": meeting, "shown": meeting_digest(meeting), "now": NOW}
    actions.change_meeting(place="Room 5", **said, **act)
    with pytest.raises(Stale):
        actions.change_meeting(place="Room 6", **said, **act)
    meeting.refresh_from_db()
    assert (meeting.place, meeting.revision) == ("Room 5", 1)


def test_what_somebody_took_on_is_late_until_it_is_done(sprint: Sprint, party: Party) -> None:
    meeting, owner = set_meeting(sprint), member_of(sprint.partnership, party)
    by = lead_in(sprint, party.other)
    item = actions.add_action_item(by=by, meeting=meeting, what="Ask the steward", owner=owner, due=DAY, now=NOW)
    after = NOW + timedelta(days=10)
    assert [row.days_late for row in item_rows(sprint, None, after)] == [3]
    client = client_of(owner)
    client.post(url(sprint, f"action-items/{item.pk}/"), {"done": "yes"})
    assert item_rows(sprint, None, after) == []
    client.post(url(sprint, f"action-items/{item.pk}/"), {"open": "yes"})
    assert len(item_rows(sprint, None, after)) == 1
    told = LedgerEvent.objects.filter(kind__startswith="action_item.").order_by("sequence")
    assert list(told.values_list("kind", flat=True)) == [
        "action_item.added",
        "action_item.done",
        "action_item.reopened",
    ]


def test_nobody_outside_takes_something_on(sprint: Sprint) -> None:
    meeting, stranger = set_meeting(sprint), make_person("Olive Outsider")
    client = client_of(lead_in(sprint, Party.CITY))
    day = {"due_month": "3", "due_day": "9", "due_year": "2027"}
    answer = client.post(url(sprint, "meetings/1/action-items/"), {"what": "This", "owner": str(stranger.pk)} | day)
    assert answer.status_code == 422
    with pytest.raises(ValidationError):
        act = {"by": lead_in(sprint, Party.CITY), "meeting": meeting, "what": "This", "now": NOW}
        actions.add_action_item(owner=stranger, due=DAY, **act)
    assert not ActionItem.objects.exists()


def test_a_cancelled_meeting_stays_and_takes_no_more(sprint: Sprint, party: Party) -> None:
    meeting = set_meeting(sprint)
    client_of(lead_in(sprint, party)).post(url(sprint, "meetings/1/cancel/"))
    assert (
        b"STATUS:CANCELLED"
        in client_of(lead_in(sprint, party.other)).get(url(sprint, "meetings/1/meeting.ics")).content
    )
    with pytest.raises(NotNow):
        act = {"by": lead_in(sprint, party), "meeting": meeting, "what": "This", "now": NOW}
        actions.add_action_item(owner=lead_in(sprint, party), due=DAY, **act)


def test_what_is_due_is_a_date_and_a_meeting_names_its_zone(sprint: Sprint, party: Party) -> None:
    set_meeting(sprint)
    client = client_of(lead_in(sprint, party))
    body = Client().get(make_address(client, sprint)).content
    found = events(body)
    assert b"DTSTART;VALUE=DATE:20270307" in body
    due = found["Due: Kick-off: roles, working norms, compensation"]
    assert (due["dtstart"].dt, due["dtend"].dt) == (date(2027, 3, 7), date(2027, 3, 8))
    assert b"DTSTART;TZID=America/Los_Angeles:20270309T093000" in body
    assert b"BEGIN:VTIMEZONE" in body
    assert found["Kick-off"]["dtstart"].dt.astimezone(UTC) == datetime(2027, 3, 9, 17, 30, tzinfo=UTC)


@pytest.mark.parametrize("first_day", [date(2027, 3, 8), date(2027, 10, 25), date(2027, 12, 20)])
def test_dates_stay_dates_over_changes_of_the_clocks_and_new_year(first_day: date) -> None:
    sprint = started_sprint(first_day=first_day)
    found = events(calendars.feed(sprint, lead_in(sprint, Party.CITY), now=NOW))
    days = sorted(event["dtstart"].dt for event in found.values())
    assert all(type(day) is date for day in days)
    assert days[0] == first_day - timedelta(days=1)
    assert days[-1] == first_day + timedelta(days=18 * 7 - 1)


def test_only_ones_own_open_items_are_in_ones_calendar(sprint: Sprint) -> None:
    meeting = set_meeting(sprint)
    for party in Party:
        person = lead_in(sprint, party)
        act = {"by": person, "meeting": meeting, "owner": person, "due": DAY, "now": NOW}
        actions.add_action_item(what=f"Something for {party}", **act)
    body = calendars.feed(sprint, lead_in(sprint, Party.CITY), now=NOW).decode()
    assert f"Something for {Party.CITY}" in body
    assert f"Something for {Party.COMMUNITY}" not in body


def test_text_of_people_is_escaped_and_folded(sprint: Sprint) -> None:
    """Line ends, commas, semicolons, and what looks like a line of the format itself."""
    meeting = set_meeting(sprint, title="Data; maps, and heat \\ shade")
    agenda = "One, two; three\r\nEND:VEVENT\r\nBEGIN:VALARM\rATTACH:http://evil.example\n" + "ñ" * 200
    Meeting.objects.filter(pk=meeting.pk).update(agenda=agenda, place="Room\r\nATTENDEE:mailto:x@example.org")
    meeting.refresh_from_db()
    body = calendars.meetings_file(sprint, [meeting])
    lines = body.split(b"\r\n")
    assert all(len(line) <= 75 for line in lines)
    assert b"\r" not in body.replace(b"\r\n", b"")
    assert not any(line.startswith((b"ATTACH", b"ATTENDEE", b"BEGIN:VALARM")) for line in lines)
    assert [line for line in lines if line == b"END:VEVENT"] == [b"END:VEVENT"]
    assert b"SUMMARY:Data\\; maps\\, and heat \\\\ shade" in body
    found = events(body)["Data; maps, and heat \\ shade"]
    assert found["description"].startswith("One, two; three\nEND:VEVENT\nBEGIN:VALARM\nATTACH:http://evil.example\nñññ")


def test_an_address_is_shown_once_and_only_its_hash_is_kept(sprint: Sprint, party: Party) -> None:
    client = client_of(lead_in(sprint, party))
    address = make_address(client, sprint)
    token = address.split("/")[2]
    assert len(token) >= 43  # 256 bits
    assert token not in client.get(url(sprint)).content.decode()
    with connection.cursor() as cursor:
        cursor.execute("SELECT token_hash FROM sprints_calendarfeed")
        assert token not in str(cursor.fetchall())
    told = LedgerEvent.objects.get(kind="calendar.made")
    assert token not in str(told.content.payload)


def test_a_calendar_program_needs_no_session_and_is_told_not_to_keep_it(sprint: Sprint) -> None:
    address = make_address(client_of(lead_in(sprint, Party.CITY)), sprint)
    answer = Client().get(address)
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert "no-store" in answer["Cache-Control"]
    assert "sessionid" not in answer.cookies
    assert Client().post(address).status_code == 405


def test_an_address_ends_when_it_is_taken_back_or_made_anew(sprint: Sprint, party: Party) -> None:
    client = client_of(lead_in(sprint, party))
    first = make_address(client, sprint)
    second = make_address(client, sprint)
    others = make_address(client_of(lead_in(sprint, party.other)), sprint)
    assert [Client().get(address).status_code for address in (first, second)] == [404, 200]
    client.post(url(sprint, "calendars/revoke/"))
    assert [Client().get(address).status_code for address in (second, others)] == [404, 200]


def test_who_has_two_sprints_has_an_address_for_each(sprint: Sprint) -> None:
    advisor, other = make_seat(sprint.partnership, Role.PRODUCT_ADVISOR).person, started_sprint()
    make_seat(other.partnership, Role.PRODUCT_ADVISOR, person=advisor)
    client = client_of(advisor)
    kept = make_address(client, other)
    first = make_address(client, sprint)
    assert make_address(client, sprint) != first
    client.post(url(sprint, "calendars/revoke/"))
    assert Client().get(kept).status_code == 200


def test_an_address_ends_with_the_seat(sprint: Sprint, party: Party) -> None:
    member = member_of(sprint.partnership, party)
    address = make_address(client_of(member), sprint)
    assert Client().get(address).status_code == 200
    Seat.objects.filter(person=member).update(ended_at=NOW, ended_by=lead_in(sprint, party))
    assert Client().get(address).status_code == 404
    assert Client().get(f"/calendars/{'x' * 43}/sprint.ics").status_code == 404


def test_an_address_shows_one_partnership_only(sprint: Sprint) -> None:
    other = started_sprint()
    set_meeting(other, title="A secret of others")
    address = make_address(client_of(lead_in(sprint, Party.CITY)), sprint)
    assert b"A secret of others" not in Client().get(address).content
    assert CalendarFeed.objects.count() == 1


def test_outsiders_see_nothing_and_staff_change_nothing(sprint: Sprint) -> None:
    set_meeting(sprint, title="What could leak")
    people = everybody(sprint.partnership)
    for address in ("meetings/", "meetings/1/", "meetings/1/meeting.ics", "meetings/add/"):
        assert client_of(people["outsider"]).get(url(sprint, address)).status_code == 404
        assert client_of(people["superuser"]).get(url(sprint, address)).status_code == 404
    staff = client_of(staff_of(sprint.partnership.program))
    assert staff.post(url(sprint, "meetings/1/cancel/")).status_code == 403
    assert staff.post(url(sprint, "calendars/make/")).status_code == 403
    advisor = client_of(people[Role.PRODUCT_ADVISOR])
    assert advisor.get(url(sprint, "meetings/1/")).status_code == 200
    assert advisor.post(url(sprint, "meetings/add/"), typed()).status_code == 403
    with pytest.raises(Refused):
        set_meeting(sprint, by=people[Role.PRODUCT_ADVISOR])
    assert LedgerEvent.objects.filter(kind="refused").count() == 3


@time_machine.travel(NOW, tick=False)
def test_the_number_of_queries_does_not_grow(sprint: Sprint) -> None:
    person = lead_in(sprint, Party.CITY)
    client = client_of(person)
    address = make_address(client, sprint)
    counts = []
    for number in range(12):
        meeting = set_meeting(sprint, title=f"Meeting {number}", day=DAY + timedelta(days=number))
        act = {"by": person, "meeting": meeting, "owner": person, "due": DAY, "now": NOW}
        actions.add_action_item(what=f"Item {number}", **act)
        if number in {0, 11}:
            counts.append(
                [queries(client, url(sprint)), queries(client, url(sprint, "meetings/1/")), queries(Client(), address)]
            )
    assert counts[0] == counts[1]


def queries(client: Client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as counted:
        assert client.get(address).status_code == 200
    return len(counted)
