"""A meeting as people see it: its digests, who can be there, and what is still to be done. Reads only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from ledger.canonical import digest
from partners.models import Partnership, Person
from sprints.domain.milestones import today_of
from sprints.models import ActionItem, Meeting, Sprint


def meeting_digest(meeting: Meeting) -> str:
    """Of what stands in calendars: a change of it is refused where somebody was quicker."""
    said = {"title": meeting.title, "place": meeting.place, "agenda": meeting.agenda, "minutes": meeting.minutes}
    starts = int(meeting.starts_at.timestamp())
    return digest(said | {"starts": starts, "cancelled": meeting.cancelled_at is not None})


def record_digest(meeting: Meeting) -> str:
    """Of what was kept about it."""
    present = sorted(str(person.pk) for person in meeting.present.all())
    return digest({"notes": meeting.notes, "guests": meeting.guests, "present": present})


def people_of(partnership: Partnership) -> QuerySet[Person]:
    """Everybody with a seat now, by name."""
    return Person.objects.filter(seats__partnership=partnership, seats__ended_at=None).order_by("name").distinct()


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
            open_items=sum(item.done_at is None for item in meeting.action_items.all()),
        )
        for meeting in meetings
    ]


@dataclass(frozen=True)
class ItemRow:
    """What somebody took on; `days_late` where its day is past and it is not done."""

    item: ActionItem
    days_late: int


def item_rows(sprint: Sprint, meeting: Meeting | None, now: datetime) -> list[ItemRow]:
    """Of one meeting; or, of all, those that are not done."""
    today = today_of(sprint, now)
    found = ActionItem.objects.filter(meeting__sprint=sprint).select_related("owner", "meeting", "done_by")
    found = found.filter(meeting=meeting) if meeting else found.filter(done_at=None)
    return [ItemRow(item, 0 if item.done_at else max(0, (today - item.due).days)) for item in found]
