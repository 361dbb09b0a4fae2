"""What stands in people's calendars follows the plan, and readers that are not ours see the hours that we meant.

What it shows of hours cannot differ between databases: those tests know none.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import vobject
from django.core.exceptions import ValidationError
from icalendar import Calendar, Event
from playwright.sync_api import Browser

from agreements.actions import end
from agreements.models import Agreement
from partners.models import Partnership
from partners.parties import Party
from sprints import actions
from sprints.domain import calendars
from sprints.domain.milestones import plan_content, plan_digest
from sprints.models import Meeting, Milestone, Sprint
from tests.chromium import needs_chromium
from tests.factories.meetings import schedule, take_on
from tests.factories.people import NOW, TODAY, proved
from tests.factories.sprints import first_joint, lead_in, pause, ready, sign_off, started_sprint

ICAL_JS = Path(__file__).parents[1] / "vendor" / "ical.min.js"
LATER = NOW + timedelta(days=3)
ZONES = ["America/Los_Angeles", "Australia/Lord_Howe", "Africa/Casablanca", "Europe/Dublin", "America/Phoenix", "UTC"]
FIRST_HOUR, HOURS = datetime(2027, 1, 1, tzinfo=UTC), 2 * 8766
LENGTHS = (15, 60, 90)


@pytest.fixture
def sprint() -> Sprint:
    return started_sprint()


def read(sprint: Sprint) -> Calendar:
    sprint = Sprint.objects.get(pk=sprint.pk)
    return Calendar.from_ical(calendars.feed(sprint, lead_in(sprint, Party.CITY), now=LATER))


def event_of(sprint: Sprint, thing: object) -> Event:
    return next(event for event in read(sprint).events if event["uid"] == f"{thing.pk}@topcities")


def stamps(event: Event) -> tuple[int, datetime, datetime]:
    return event["sequence"], event["last-modified"].dt, event["dtstamp"].dt


def change(milestone: Milestone, *, party: Party, **changed: object) -> None:
    act = {"by": lead_in(milestone.sprint, party), "sprint": milestone.sprint, "milestone": milestone}
    content = plan_content(milestone) | changed
    actions.change_freely(content=content, shown=plan_digest(milestone), reason="So it is.", now=LATER, **act)


def free_one(sprint: Sprint) -> Milestone:
    return sprint.milestones.filter(joint=False, week__gte=2, last_week__lt=10).first()


@pytest.mark.django_db
def test_a_moved_milestone_reaches_who_subscribed_and_the_others_stay(sprint: Sprint, party: Party) -> None:
    milestone, other = free_one(sprint), first_joint(sprint)
    assert stamps(event_of(sprint, milestone)) == (0, NOW, NOW)
    change(milestone, party=party, last_week=milestone.last_week + 1)
    moved = event_of(sprint, milestone)
    assert moved["dtstart"].dt == sprint.timeline.ends(milestone.last_week + 1)
    assert stamps(moved) == (1, LATER, LATER)
    assert stamps(event_of(sprint, other)) == (0, NOW, NOW)
    assert read(sprint).LAST_MODIFIED == LATER


@pytest.mark.django_db
def test_a_pause_moves_each_day_ahead_of_it(sprint: Sprint) -> None:
    before = event_of(sprint, first_joint(sprint))
    pause(sprint, date(2027, 3, 8), date(2027, 3, 14))
    after = event_of(sprint, first_joint(sprint))
    if before["dtstart"].dt >= date(2027, 3, 8):
        assert after["dtstart"].dt == before["dtstart"].dt + timedelta(days=7)
    days = {event["uid"]: event for event in read(sprint).events}
    assert {event["sequence"] for event in days.values()} == {1}
    assert max(event["dtstart"].dt for event in days.values()) == sprint.timeline.last_day


@pytest.mark.django_db
def test_what_is_done_is_not_due_and_what_was_dropped_is_cancelled(sprint: Sprint, party: Party) -> None:
    signed, dropped = ready(first_joint(sprint)), free_one(sprint)
    sign_off(signed, party, now=LATER)
    assert event_of(sprint, signed)["summary"] == f"Due: {signed.name}"
    sign_off(signed, party.other, now=LATER)
    done = event_of(sprint, signed)
    assert (done["summary"], done["status"], stamps(done)) == (f"Done: {signed.name}", "CONFIRMED", (2, LATER, LATER))
    change(dropped, party=party, dropped=True)
    gone = event_of(sprint, dropped)
    assert (gone["summary"], gone["status"], gone["sequence"]) == (f"Dropped: {dropped.name}", "CANCELLED", 1)


@pytest.mark.django_db
def test_the_end_of_the_agreement_cancels_what_lies_ahead_and_nothing_else(sprint: Sprint, party: Party) -> None:
    held, ahead = schedule(sprint, day=TODAY + timedelta(days=1)), schedule(sprint)
    item = take_on(ahead)
    early = ready(next(one for one in sprint.milestones.filter(joint=False) if party in one.leaders))
    actions.finish(by=lead_in(sprint, party), milestone=early, now=NOW)
    before = {event["uid"]: event for event in read(sprint).events}
    assert {event["status"] for event in before.values()} == {"CONFIRMED"}
    agreement = sprint.partnership.agreement
    end(by=lead_in(sprint, party), agreement=agreement, reason="We part as friends.", **proved(LATER))
    after = {event["uid"]: event for event in read(sprint).events}
    stays = {f"{one.pk}@topcities" for one in (held, early)}
    assert {uid for uid, event in after.items() if event["status"] == "CONFIRMED"} == stays
    assert f"{item.pk}@topcities" in after
    for uid, event in after.items():
        assert event["sequence"] == before[uid]["sequence"] + (uid not in stays)
        assert uid in stays or stamps(event)[1:] == (LATER, LATER)
    assert (
        f"SEQUENCE:{after[f'{ahead.pk}@topcities']['sequence']}"
        in calendars.meetings_file(Sprint.objects.get(pk=sprint.pk), [ahead]).decode()
    )


@pytest.mark.django_db
def test_a_pause_cancels_the_meetings_on_its_days(sprint: Sprint) -> None:
    inside, outside = schedule(sprint, day=date(2027, 3, 10)), schedule(sprint, day=date(2027, 3, 17))
    pause(sprint, date(2027, 3, 8), date(2027, 3, 14))
    assert (event_of(sprint, inside)["status"], event_of(sprint, inside)["sequence"]) == ("CANCELLED", 1)
    assert event_of(sprint, outside)["status"] == "CONFIRMED"
    with pytest.raises(ValidationError, match="rests on this day"):
        schedule(sprint, day=date(2027, 3, 11))


@pytest.mark.django_db
def test_what_was_done_and_is_not_any_more_comes_back_as_a_change(sprint: Sprint) -> None:
    by = lead_in(sprint, Party.CITY)
    item, other = (take_on(schedule(sprint)) for _each in range(2))
    for done in (True, False):
        actions.say_action_item(by=by, item=item, done=done, now=LATER)
    assert stamps(event_of(sprint, item)) == (2, LATER, LATER)
    assert event_of(sprint, other)["sequence"] == 0


@pytest.mark.django_db
def test_hints_are_as_rfc_7986_writes_them_and_the_key_is_not_in_the_file(sprint: Sprint) -> None:
    lines = calendars.feed(sprint, lead_in(sprint, Party.CITY), now=NOW).decode().replace("\r\n ", "").split("\r\n")
    names = " and ".join(sprint.partnership.names_on_screen().values()).replace(",", "\\,")
    for line in ("REFRESH-INTERVAL;VALUE=DURATION:PT6H", "X-PUBLISHED-TTL:PT6H", "COLOR:teal", "CALSCALE:GREGORIAN"):
        assert line in lines
    assert {line.partition(":")[2] for line in lines if line.startswith(("NAME:", "X-WR-CALNAME:"))} == {
        f"Sprint of {names}"
    }
    assert not any(line.startswith("SOURCE") or "/calendars/" in line for line in lines)


# --- Hours ---


def meetings_at(zone: str, moments: list[datetime]) -> list[Meeting]:
    return [
        Meeting(
            number=1,
            title=f"{start:%Y%m%dT%H%MZ}",
            starts_at=start,
            minutes=LENGTHS[number % 3],
            time_zone=zone,
            scheduled_at=NOW,
        )
        for number, start in enumerate(moments)
    ]


def every_hour() -> list[datetime]:
    return [FIRST_HOUR + timedelta(hours=number) for number in range(HOURS)]


def telling_hours(zone: str) -> list[datetime]:
    """The day around each change of the clocks, and an hour of each week."""
    hours, clocks = every_hour(), ZoneInfo(zone)
    offsets = [hour.astimezone(clocks).utcoffset() for hour in hours]
    changes = [number for number in range(1, HOURS) if offsets[number] != offsets[number - 1]]
    return [hours[n] for n in range(HOURS) if n % 199 == 0 or any(abs(n - change) < 26 for change in changes)]


def written(meetings: list[Meeting]) -> str:
    partnership = Agreement(partnership=Partnership(slug="elm-street")).partnership
    return calendars.meetings_file(Sprint(partnership=partnership), meetings).decode()


def meant(meetings: list[Meeting]) -> dict[str, tuple[int, int]]:
    return {one.title: (int(one.starts_at.timestamp()), int(one.ends_at.timestamp())) for one in meetings}


@pytest.mark.any_database
@pytest.mark.parametrize("zone", ZONES[:3])
def test_each_meeting_ends_after_it_starts_in_every_hour_of_two_years(zone: str) -> None:
    """As the clocks write it, which is what a program reads; and the moment that it reads is the one that was meant."""
    for meeting in meetings_at(zone, every_hour()):
        starts, ends = calendars.times_of(meeting)
        assert starts.replace(tzinfo=None) < ends.replace(tzinfo=None)
        read = [moment.replace(fold=0).astimezone(UTC) for moment in (starts, ends)]
        assert read == [meeting.starts_at, meeting.ends_at]


@pytest.mark.any_database
@pytest.mark.parametrize("zone", ZONES)
def test_vobject_reads_the_hours_that_we_meant(zone: str) -> None:
    meetings = meetings_at(zone, telling_hours(zone))
    found = vobject.readOne(written(meetings)).vevent_list
    assert {
        one.summary.value: (int(one.dtstart.value.timestamp()), int(one.dtend.value.timestamp())) for one in found
    } == meant(meetings)


@pytest.mark.any_database
@pytest.mark.browser
@needs_chromium
def test_ical_js_reads_the_hours_that_we_meant(browser: Browser) -> None:
    page = browser.new_page()
    page.evaluate(ICAL_JS.read_text())
    for zone in ZONES:
        meetings = meetings_at(zone, telling_hours(zone))
        found = page.evaluate(READ, written(meetings))
        assert {title: (starts, ends) for title, starts, ends in found} == meant(meetings)
    page.close()


READ = """text => {
    const calendar = new ICAL.Component(ICAL.parse(text));
    ICAL.TimezoneService.reset();
    calendar.getAllSubcomponents("vtimezone").forEach(zone => ICAL.TimezoneService.register(zone));
    return calendar.getAllSubcomponents("vevent").map(one => new ICAL.Event(one)).map(
        one => [one.summary, one.startDate.toUnixTime(), one.endDate.toUnixTime()]);
}"""


@pytest.mark.any_database
@pytest.mark.parametrize("zone", ZONES)
def test_a_zone_is_one_rule_a_year_as_outlook_reads_it(zone: str) -> None:
    found = Calendar.from_ical(written(meetings_at(zone, [FIRST_HOUR])))
    assert found.get_missing_tzids() == set()
    for one in found.timezones:
        parts = one.subcomponents
        assert [part.name for part in parts] in (["STANDARD"], ["DAYLIGHT", "STANDARD"], ["STANDARD", "DAYLIGHT"])
        for part in parts:
            assert "RDATE" not in part
            assert len(parts) == 1 or part["rrule"].keys() == {"FREQ", "BYDAY", "BYMONTH"}
            assert part["dtstart"].dt < datetime(2027, 1, 1)  # noqa: DTZ001
