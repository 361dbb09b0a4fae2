"""The days of a whole program: when sprints begin and end, joint sign-offs, and when partners meet. Reads only.

The page and the calendar read the same; neither holds what the partners write to each other.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby

from django.utils.translation import gettext as _

from partners.domain.names import both_names
from partners.models import Partnership, Program, ProgramStaff
from partners.tokens import hashed
from programs.domain.start import days_of
from programs.models import ProgramDay, ProgramFeed
from sprints.domain.milestones import SprintStatus, sprint_statuses
from sprints.models import Meeting, Sprint
from sprints.timeline import CohortDay

AHEAD = timedelta(weeks=8)


@dataclass(frozen=True)
class DayEntry:
    """One thing on one day: of a partnership, or (None) of the whole program. `at`: its moment, where it has one."""

    day: date
    icon: str
    what: str
    partnership: Partnership | None
    names: str
    at: datetime | None = None


def statuses_of(program: Program, now: datetime) -> list[SprintStatus]:
    """Of the sprints that have begun under agreements that have not ended; as many queries for any number."""
    begun = Sprint.objects.filter(partnership__program=program, first_day__isnull=False)
    sprints = list(begun.filter(partnership__agreement__ended_at=None).select_related("partnership__agreement"))
    names = Partnership.objects.prefetch_related("organizations").in_bulk([one.partnership_id for one in sprints])
    for sprint in sprints:
        agreement, sprint.partnership = sprint.partnership.agreement, names[sprint.partnership_id]
        sprint.partnership.program, sprint.partnership.agreement = program, agreement
    return list(sprint_statuses(sprints, now=now).values())


def meetings_of(statuses: list[SprintStatus]) -> list[Meeting]:
    """With their sprints."""
    known = {one.sprint.pk: one.sprint for one in statuses}
    found = list(Meeting.objects.filter(sprint__in=known).defer("notes").order_by("starts_at", "pk"))
    for meeting in found:
        meeting.sprint = known[meeting.sprint_id]
    return found


def days_ahead(program: Program, now: datetime) -> list[tuple[date, list[DayEntry]]]:
    """The next eight weeks, and the whole program's own days however far they are; by day in the program's zone."""
    today, statuses = now.astimezone(program.zone).date(), statuses_of(program, now)
    cohort = [_of_cohort(one, program) for one in days_of(program)]
    found = [*cohort, *_of_meetings(statuses, program), *(one for status in statuses for one in _of_sprint(status))]
    near = [one for one in found if today <= one.day and (one.partnership is None or one.day <= today + AHEAD)]
    near.sort(key=lambda one: (one.day, one.at is not None, one.at or now, one.what, one.names))
    return [(day, list(some)) for day, some in groupby(near, key=lambda one: one.day)]


def cohort_days(programs: Collection[int]) -> dict[int, list[CohortDay]]:
    """As calendars and each partnership read them, by the program's id, in one query; with those taken back."""
    found: dict[int, list[CohortDay]] = {program: [] for program in programs}
    for one in ProgramDay.objects.filter(program__in=found):
        key = f"day-{one.program_id}-{one.pk}"
        day = CohortDay(key, _what(one), one.place, one.starts_at, one.added_at, one.taken_back_at)
        found[one.program_id].append(day)
    return found


def _of_cohort(one: ProgramDay, program: Program) -> DayEntry:
    there = one.starts_at.astimezone(program.zone)
    return DayEntry(there.date(), "calendar", _what(one), None, one.place, one.starts_at)


def _what(one: ProgramDay) -> str:
    return f"{one.get_kind_display()}: {one.about}" if one.about else one.get_kind_display()


def _of_sprint(status: SprintStatus) -> Iterator[DayEntry]:
    partnership, timeline = status.sprint.partnership, status.sprint.timeline
    names = both_names(partnership)
    yield DayEntry(timeline.starts(1), "next", _("Week 1 begins"), partnership, names)
    for one in status.milestones:
        if one.milestone.joint and one.is_open:
            says = _("Sign-off: %(title)s") % {"title": one.milestone.name}
            yield DayEntry(one.due, "both", says, partnership, names)
    yield DayEntry(timeline.last_day, "ended", _("Last day"), partnership, names)


def _of_meetings(statuses: list[SprintStatus], program: Program) -> Iterator[DayEntry]:
    for meeting in meetings_of(statuses):
        if meeting.cancelled_at is None:
            day, whose = meeting.starts_at.astimezone(program.zone).date(), meeting.sprint.partnership
            yield DayEntry(day, "calendar", _("Meeting"), whose, both_names(whose), meeting.starts_at)


def program_feed_of(token: str) -> ProgramFeed | None:
    """Whose calendar this token opens: it was not taken back, and its holder is still staff."""
    found = ProgramFeed.objects.filter(token_hash=hashed(token), revoked_at=None, person__is_active=True)
    feed = found.select_related("person", "program").first()
    if feed and ProgramStaff.objects.filter(program=feed.program_id, person=feed.person_id).exists():
        return feed
    return None
