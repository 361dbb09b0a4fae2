"""Meetings: set them, move them, keep what was said and who was there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any, TypedDict, Unpack

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from agreements.refusals import NotNow, Stale
from partners import rules
from partners.models import Person, Seat
from sprints.actions.transactions import lock_for, record_event
from sprints.domain.meetings import meeting_digest, meetings_in, record_digest, skipped_hour
from sprints.domain.states import day_closed
from sprints.emails.hourly import notify_everybody
from sprints.models import Meeting, Sprint
from sprints.timeline import Pause, moment_of
from text.fields import refuse, set_words

FURTHEST = timedelta(days=3 * 366)


class MeetingContent(TypedDict):
    """`day` and `at` by the clocks of the program's zone."""

    title: str
    day: date
    at: time
    minutes: int
    place: str
    agenda: str


@transaction.atomic
def schedule_meeting(*, by: Person, sprint: Sprint, now: datetime, **said: Unpack[MeetingContent]) -> Meeting:
    """Set a meeting, for either side or as staff. Raises ValidationError by field."""
    sprint = lock_for(rules.schedules, by, sprint)
    meeting = Meeting(sprint=sprint, number=sprint.meetings.count() + 1, scheduled_at=now, scheduled_by=by)
    _set(meeting, said, now=now)
    meeting.save()
    record_event(sprint, "meeting.scheduled", by=by, now=now, payload=_payload(meeting))
    notify_everybody(sprint, "meeting.set", about={"meeting": str(meeting.pk)}, by=by, now=now)
    return meeting


@transaction.atomic
def change_meeting(
    *, by: Person, meeting: Meeting, shown: str, now: datetime, **said: Unpack[MeetingContent]
) -> Meeting:
    """Move it, or say more about it: people's calendars follow. `shown` is `meeting_digest` as the person saw it."""
    sprint, meeting = held_meeting(meeting, by=by)
    rules.require(rules.proposes, by, sprint.partnership)
    if meeting_digest(meeting) != shown:
        raise Stale
    _set(meeting, said, now=now)
    if meeting_digest(meeting) == shown:
        return meeting
    meeting.revision += 1
    meeting.changed_at, meeting.changed_by = now, by
    meeting.save()
    record_event(sprint, "meeting.changed", by=by, now=now, payload=_payload(meeting))
    notify_everybody(sprint, "meeting.changed", about={"meeting": str(meeting.pk)}, by=by, now=now)
    return meeting


def _set(meeting: Meeting, said: MeetingContent, *, now: datetime) -> None:
    program = meeting.sprint.partnership.program
    refuse(refused_meeting(said, sprint=meeting.sprint, now=now))
    meeting.starts_at = moment_of(said["day"], said["at"], program.zone)
    meeting.time_zone, meeting.minutes = program.time_zone, said["minutes"]
    set_words(meeting, title=said["title"], place=said["place"], agenda=said["agenda"])


def refused_meeting(typed: Mapping[str, Any], *, sprint: Sprint, now: datetime) -> dict[str, str]:
    """What of its day and time cannot be, by field."""
    day, at = typed.get("day"), typed.get("at")
    rests = day_closed(sprint, day) if day else ""
    return {"day": far_off(day, now) or rests, "at": skipped_hour(day, at, sprint)}


@transaction.atomic
def cancel_meeting(*, by: Person, meeting: Meeting, now: datetime) -> None:
    """It stays in the list and in people's calendars, as cancelled."""
    sprint, meeting = held_meeting(meeting, by=by)
    rules.require(rules.proposes, by, sprint.partnership)
    _cancel(sprint, meeting, by=by, now=now)


def cancel_in_pause(sprint: Sprint, pause: Pause, *, by: Person, now: datetime) -> None:
    """Under the sprint's lock: nobody meets on a day of rest."""
    for meeting in meetings_in(sprint, pause, now):
        _cancel(sprint, meeting, by=by, now=now)


def _cancel(sprint: Sprint, meeting: Meeting, *, by: Person, now: datetime) -> None:
    meeting.cancelled_at = meeting.changed_at = now
    meeting.cancelled_by = meeting.changed_by = by
    meeting.revision += 1
    meeting.save()
    record_event(sprint, "meeting.cancelled", by=by, now=now, payload=_payload(meeting))
    notify_everybody(sprint, "meeting.changed", about={"meeting": str(meeting.pk)}, by=by, now=now)


@transaction.atomic
def record_meeting(
    *, by: Person, meeting: Meeting, notes: str, present: Iterable[Person], guests: int, shown: str, now: datetime
) -> Meeting:
    """Keep what was said and who was there. `shown` is `record_digest` as the person saw it: no notes are lost."""
    sprint, meeting = held_meeting(meeting, by=by)
    if record_digest(meeting) != shown:
        raise Stale
    people = [seated(sprint, person, "present", also=meeting.present.all()) for person in present]
    set_words(meeting, notes=notes)
    meeting.guests = guests
    meeting.recorded_at, meeting.recorded_by = now, by
    meeting.save(update_fields=["notes", "guests", "recorded_at", "recorded_by"])
    meeting.present.set(people)
    said = {"notes": meeting.notes, "guests": guests, "present": [str(person.pk) for person in people]}
    record_event(sprint, "meeting.recorded", by=by, now=now, payload={"meeting": meeting.title} | said)
    return meeting


def held_meeting(meeting: Meeting, *, by: Person) -> tuple[Sprint, Meeting]:
    """The locked sprint and the meeting as it stands, for anyone with a seat."""
    sprint = lock_for(rules.takes_part, by, meeting.sprint)
    meeting = Meeting.objects.get(pk=meeting.pk)
    meeting.sprint = sprint
    if meeting.cancelled_at:
        raise NotNow(_("This meeting was cancelled. Nothing was changed."))
    return sprint, meeting


def seated(sprint: Sprint, person: Person, field: str, also: Iterable[Person] = ()) -> Person:
    seats = Seat.objects.filter(partnership=sprint.partnership_id, person__is_active=True, ended_at=None)
    if not seats.filter(person=person).exists() and person not in also:
        raise ValidationError({field: _("Choose from the people of this partnership.")})
    return person


def far_off(day: date | None, now: datetime) -> str:
    return _("This day is years away. Check the year.") if day and abs(day - now.date()) > FURTHEST else ""


def _payload(meeting: Meeting) -> dict[str, Any]:
    named = {"meeting": meeting.title, "number": meeting.number, "minutes": meeting.minutes, "place": meeting.place}
    return named | {"starts": meeting.starts_at.isoformat(), "zone": meeting.time_zone, "agenda": meeting.agenda}
