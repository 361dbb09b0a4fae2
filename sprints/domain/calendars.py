"""A sprint as people's calendar programs read it: the one writer of iCalendar.

What is due on a day is that day's, whatever the zone (VALUE=DATE); a meeting is at a moment and names its zone. The
library escapes and folds each text, so that nothing typed here can become a line of its own.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from mail.outbox import absolute
from partners.models import Person
from sprints.models import ActionItem, Meeting, Milestone, Sprint

REFRESH = timedelta(hours=6)


def feed(sprint: Sprint, person: Person) -> bytes:
    """The whole sprint for one person: what is due, the meetings, and what this person took on."""
    days = [_milestone(sprint, milestone) for milestone in sprint.milestones.filter(dropped_at=None)]
    items = ActionItem.objects.filter(meeting__sprint=sprint, owner=person, done_at=None).select_related("meeting")
    meetings = [_meeting(sprint, meeting) for meeting in sprint.meetings.all()]
    calendar = _calendar([*days, *[_action_item(sprint, item) for item in items], *meetings])
    calendar.calendar_name = sprint.partnership.program.name
    calendar.refresh_interval = REFRESH
    return bytes(calendar.to_ical())


def one_meeting(sprint: Sprint, meeting: Meeting) -> bytes:
    return bytes(_calendar([_meeting(sprint, meeting)]).to_ical())


def _calendar(events: Iterable[Event]) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", "-//TOPcities Partnership//Sprint//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    for event in events:
        calendar.add_component(event)
    calendar.add_missing_timezones()
    return calendar


def _meeting(sprint: Sprint, meeting: Meeting) -> Event:
    address = _address("meeting", sprint, meeting.number)
    event = _event(meeting.pk, meeting.title, meeting.changed_at or meeting.scheduled_at, address, meeting.agenda)
    event.add("dtstart", meeting.starts_at.astimezone(meeting.zone))
    event.add("dtend", meeting.ends_at.astimezone(meeting.zone))
    event.add("sequence", meeting.revision)
    event.add("status", "CANCELLED" if meeting.cancelled_at else "CONFIRMED")
    if meeting.place:
        event.add("location", meeting.place)
    return event


def _milestone(sprint: Sprint, milestone: Milestone) -> Event:
    address = _address("milestone", sprint, milestone.number)
    summary = _("Due: %(title)s") % {"title": milestone.name}
    stamp = sprint.begun_at or milestone.added_at
    return _day(_event(milestone.pk, summary, stamp, address), sprint.timeline.ends(milestone.last_week))


def _action_item(sprint: Sprint, item: ActionItem) -> Event:
    address = _address("meeting", sprint, item.meeting.number)
    summary = _("To do: %(what)s") % {"what": item.what}
    return _day(_event(item.pk, summary, item.added_at, address), item.due)


def _event(key: UUID, summary: str, stamp: datetime, address: str, words: str = "") -> Event:
    event = Event()
    event.add("uid", f"{key}@topcities")
    event.add("dtstamp", stamp)
    event.add("summary", summary)
    event.add("description", f"{words}\n\n{address}".strip())
    event.add("url", address)
    return event


def _day(event: Event, day: date) -> Event:
    """A whole day that keeps nobody busy."""
    event.add("dtstart", day)
    event.add("dtend", day + timedelta(days=1))
    event.add("transp", "TRANSPARENT")
    return event


def _address(name: str, sprint: Sprint, number: int) -> str:
    return absolute(reverse(name, args=[sprint.partnership.slug, number]))
