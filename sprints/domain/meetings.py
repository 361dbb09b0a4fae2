"""A meeting as people see it: its digests, who can be there, and what is still open of it. Reads only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from ledger.canonical import digest
from partners.models import Partnership, Person
from sprints.models import Meeting, Sprint
from sprints.timeline import Pause, moment_of


def meeting_digest(meeting: Meeting) -> str:
    """Of what stands in calendars: a change of it is refused where somebody was quicker."""
    said = {"title": meeting.title, "place": meeting.place, "agenda": meeting.agenda, "minutes": meeting.minutes}
    starts = int(meeting.starts_at.timestamp())
    return digest(said | {"starts": starts, "cancelled": meeting.cancelled_at is not None})


def record_digest(meeting: Meeting) -> str:
    """Of what was kept about it."""
    present = sorted(str(person.pk) for person in meeting.present.all())
    return digest({"notes": meeting.notes, "guests": meeting.guests, "present": present})


def meetings_in(sprint: Sprint, pause: Pause, now: datetime) -> list[Meeting]:
    """Those that are ahead and lie on a day of this pause, by the clocks of the place where they are held."""
    ahead = sprint.meetings.filter(cancelled_at=None, starts_at__gt=now)
    return [one for one in ahead if pause.holds(one.starts_at.astimezone(one.zone).date())]


def people_of(partnership: Partnership) -> QuerySet[Person]:
    """Everybody with a seat now who may sign in, by name."""
    seated = Person.objects.filter(is_active=True, seats__partnership=partnership, seats__ended_at=None)
    return seated.order_by("name").distinct()


def skipped_hour(day: date | None, at: time | None, sprint: Sprint) -> str:
    """Why there is no such time on that day, where the clocks are moved in between; empty where there is."""
    try:
        if day and at:
            moment_of(day, at, sprint.partnership.program.zone)
    except ValueError:
        return _("The clocks skip this hour on that day. Choose another time.")
    return ""


@dataclass(frozen=True)
class MeetingRow:
    meeting: Meeting
    is_over: bool
    open_items: int


def meeting_rows(sprint: Sprint, now: datetime) -> list[MeetingRow]:
    """In their order; three queries at any number."""
    meetings = sprint.meetings.prefetch_related("present", "action_items")
    return [
        MeetingRow(
            meeting=meeting,
            is_over=meeting.ends_at < now,
            open_items=sum(item.is_open for item in meeting.action_items.all()),
        )
        for meeting in meetings
    ]
