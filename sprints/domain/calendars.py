"""A sprint as people's calendar programs read it: the one writer of iCalendar.

What is due on a day is that day's, whatever the zone (VALUE=DATE); a meeting is at a moment and names its zone. The
library escapes and folds each text, so that nothing typed here can become a line of its own. SEQUENCE and LAST-MODIFIED
follow the ledger: no act can change what stands in calendars and leave them as they were.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, Timezone, TimezoneDaylight, TimezoneStandard, vText

from ledger.models import Event as LedgerEvent
from mail.outbox import absolute
from partners.domain.names import both_names
from partners.models import Person, Program
from sprints.domain.action_items import open_items
from sprints.domain.cohort_days import cohort_days
from sprints.domain.milestones import MilestoneStatus, SprintStatus, sprint_status, today_of
from sprints.models import ActionItem, Meeting, Sprint
from sprints.states import MilestoneState
from sprints.timeline import CohortDay
from sprints.zone_rules import ClockChange, clock_changes, comes_twice

REFRESH = timedelta(hours=6)
COLOR = "teal"  # a name of CSS: what RFC 7986 takes
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
# The entries of the ledger that change a milestone in a calendar: its day, its title, whether it is done.
OF_A_MILESTONE = (
    "milestone.changed",
    "milestone.finished",
    "milestone.done_before",
    "milestone.taken_up_again",
    "milestone.signed_off",
    "milestone.changes_asked",
)
OF_AN_ITEM = ("action_item.done", "action_item.reopened", "action_item.handed_on", "action_item.moved")
# A pause moves what lies ahead of it; a finding that changes can undo a sign-off.
OF_ALL_MILESTONES = ("pause.agreed", "finding.changed", "finding.withdrawn")


class Change(NamedTuple):
    """An entry of the ledger. `about` is a milestone's number or an item's id; None: all of them."""

    kind: str
    at: datetime
    about: int | str | None


def feed(sprint: Sprint, person: Person, *, now: datetime) -> bytes:
    """The whole sprint for one person: what is due, the meetings, the days of the whole program, and what this person
    took on."""
    changes = _changes([sprint.partnership_id])[sprint.partnership_id]
    milestones = sprint_status(sprint, now=now).milestones if sprint.first_day else []
    days = [_milestone(sprint, one, changes) for one in milestones]
    items = open_items([sprint]).filter(owner=person)
    meetings = list(sprint.meetings.all())
    events = [*days, *[_action_item(sprint, item, changes) for item in items], *[_meeting(sprint, m) for m in meetings]]
    events += [_cohort_day_of(sprint, day) for day in cohort_days(sprint.partnership)]
    calendar = _calendar(events, meetings)
    name = _("Sprint of %(names)s") % {"names": both_names(sprint.partnership)}
    _add_hints(calendar, name, sprint.partnership.program, reverse("sprint", args=[sprint.partnership.slug]))
    return bytes(calendar.to_ical())


def program_feed(
    program: Program,
    sprints: Iterable[SprintStatus],
    meetings: list[Meeting],
    days: Iterable[CohortDay],
    *,
    page: str,
) -> bytes:
    """The program's own days and those of its sprints, for staff: when each begins and ends, its joint sign-offs, and
    when they meet. What the partners write about a meeting stays theirs. `page`: where these days stand on our site."""
    found = list(sprints)
    changes = _changes([one.sprint.partnership_id for one in found])
    events = [event for one in found for event in _to_staff(one, changes[one.sprint.partnership_id])]
    events += [_cohort_day(day, absolute(page)) for day in days]
    calendar = _calendar([*events, *map(_meeting_to_staff, meetings)], meetings)
    _add_hints(calendar, program.name, program, page)
    return bytes(calendar.to_ical())


def meetings_file(sprint: Sprint, meetings: list[Meeting]) -> bytes:
    """Meetings as they stand, for who follows no address."""
    return bytes(_calendar([_meeting(sprint, meeting) for meeting in meetings], meetings).to_ical())


def times_of(meeting: Meeting) -> tuple[datetime, datetime]:
    """Its start and end as calendars read them: by the clocks of its zone. In UTC where these clocks show the hour
    twice, and where no program would know by which rule they change."""
    starts, ends = meeting.starts_at.astimezone(meeting.zone), meeting.ends_at.astimezone(meeting.zone)
    if comes_twice(starts) or comes_twice(ends) or clock_changes(meeting.zone, _rule_year(starts)) is None:
        return starts.astimezone(UTC), ends.astimezone(UTC)
    return starts, ends


def _rule_year(starts: datetime) -> int:
    """The rule has begun before anything that is read by it."""
    return starts.year - 1


def _calendar(events: Iterable[Event], meetings: Iterable[Meeting]) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", "-//TOPcities Partnership//Sprint//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    for zone, year in _zones(meetings).items():
        calendar.add_component(_zone(zone, clock_changes(zone, year) or (), year))
    for event in events:
        calendar.add_component(event)
    return calendar


def _add_hints(calendar: Calendar, called: str, program: Program, page: str) -> None:
    """What it is called and how often to look again: as RFC 7986 says it, and as programs before it read it. Its own
    address is left out: who passes the file on would pass on the key."""
    name = vText(called)  # the library takes it for no text
    for property_ in ("name", "x-wr-calname"):
        calendar.add(property_, name)
    calendar.color = COLOR
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT6H")
    calendar.add("x-wr-timezone", program.time_zone)
    calendar.add("url", absolute(page))
    if calendar.events:
        calendar.LAST_MODIFIED = max(event.LAST_MODIFIED for event in calendar.events)


def _zones(meetings: Iterable[Meeting]) -> dict[ZoneInfo, int]:
    """The zones by which something is written, each with the year in which its rule begins."""
    written = [times_of(meeting)[0] for meeting in meetings]
    years: dict[ZoneInfo, int] = {}
    for starts in written:
        if isinstance(starts.tzinfo, ZoneInfo) and starts.tzinfo.key != "UTC":
            years[starts.tzinfo] = min(_rule_year(starts), years.get(starts.tzinfo, starts.year))
    return years


def _zone(zone: ZoneInfo, changes: Iterable[ClockChange], year: int) -> Timezone:
    found = Timezone()
    found.add("tzid", zone.key)
    for change in changes or [_stays(zone, year)]:
        part = TimezoneDaylight() if change.is_daylight else TimezoneStandard()
        part.add("dtstart", change.first)
        part.add("tzname", change.name)
        part.add("tzoffsetfrom", change.before)
        part.add("tzoffsetto", change.after)
        if changes:
            weekday = f"{change.nth}{WEEKDAYS[change.first.weekday()]}"
            part.add("rrule", {"freq": "yearly", "bymonth": change.first.month, "byday": weekday})
        found.add_component(part)
    return found


def _stays(zone: ZoneInfo, year: int) -> ClockChange:
    first = datetime(year, 1, 1, tzinfo=zone)
    offset = first.utcoffset() or timedelta()
    return ClockChange(first.replace(tzinfo=None), 1, offset, offset, first.tzname() or zone.key)


def _changes(chains: Iterable[UUID]) -> dict[UUID, list[Change]]:
    """What the ledgers of these partnerships say of their sprints' days, in one query. Of an entry that was erased
    nobody knows what it was about: it counts for all."""
    kinds = (*OF_A_MILESTONE, *OF_ALL_MILESTONES, *OF_AN_ITEM)
    found: dict[UUID, list[Change]] = {chain: [] for chain in chains}
    entries = LedgerEvent.objects.filter(chain__in=found, kind__in=kinds).order_by("sequence")
    rows = entries.values_list("chain", "kind", "at", "content__payload__number", "content__payload__item")
    for chain, kind, at, number, item in rows:
        about = None if kind in OF_ALL_MILESTONES else item if kind in OF_AN_ITEM else number
        found[chain].append(Change(kind, at, about))
    return found


def _to_staff(status: SprintStatus, changes: Iterable[Change]) -> Iterator[Event]:
    sprint, names = status.sprint, both_names(status.sprint.partnership)
    page = absolute(reverse("partnership", args=[sprint.partnership.slug]))
    begun = sprint.begun_at or sprint.partnership.created_at
    paused = [change.at for change in changes if change.kind == "pause.agreed"]
    first, last = sprint.timeline.starts(1), sprint.timeline.last_day
    for edge, says, day in (("first", _("Week 1 begins"), first), ("last", _("Last day"), last)):
        event = _event(f"{edge}-{sprint.partnership_id}", f"{says}: {names}", page)
        _stamp(event, begun, max([begun, *paused]), len(paused), ended=None)
        yield _day(event, day)
    for one in status.milestones:
        if one.milestone.joint:
            event = _milestone(sprint, one, changes, page)
            event["summary"] = vText(f"{event['summary']} ({names})")
            yield event


def _cohort_day_of(sprint: Sprint, day: CohortDay) -> Event:
    """Among a partnership's own, with the name of the program, whose it is."""
    page = absolute(reverse("meetings", args=[sprint.partnership.slug]))
    named = day._replace(what=f"{day.what} ({sprint.partnership.program.name})")
    return _cohort_day(named, page, ended=_ended_before(sprint, day.starts_at))


def _cohort_day(day: CohortDay, page: str, *, ended: datetime | None = None) -> Event:
    event, changed = _event(day.key, day.what, page), day.taken_back_at or day.added_at
    taken_back = day.taken_back_at is not None
    _stamp(event, day.added_at, changed, int(taken_back), cancelled=taken_back, ended=ended)
    event.add("dtstart", day.starts_at.astimezone(UTC))
    event.add("dtend", day.ends_at.astimezone(UTC))
    if day.place:
        event.add("location", day.place)
    return event


def _meeting_to_staff(meeting: Meeting) -> Event:
    """That they meet, and when."""
    partnership = meeting.sprint.partnership
    says = _("Meeting of %(names)s") % {"names": both_names(partnership)}
    event = _event(meeting.pk, says, absolute(reverse("partnership", args=[partnership.slug])))
    return _at_its_time(event, meeting.sprint, meeting)


def _meeting(sprint: Sprint, meeting: Meeting) -> Event:
    address = _address("meeting", sprint, meeting.number)
    event = _event(meeting.pk, meeting.title, address, meeting.agenda)
    if meeting.place:
        event.add("location", meeting.place)
    return _at_its_time(event, sprint, meeting)


def _at_its_time(event: Event, sprint: Sprint, meeting: Meeting) -> Event:
    ended = _ended_before(sprint, meeting.starts_at)
    changed, cancelled = meeting.changed_at or meeting.scheduled_at, meeting.cancelled_at is not None
    _stamp(event, meeting.scheduled_at, changed, meeting.revision, cancelled=cancelled, ended=ended)
    starts, ends = times_of(meeting)
    event.add("dtstart", starts)
    event.add("dtend", ends)
    return event


def _milestone(sprint: Sprint, one: MilestoneStatus, changes: Iterable[Change], page: str = "") -> Event:
    """`page`: the address that it leads to, where its reader opens no page of a milestone."""
    milestone = one.milestone
    says = {MilestoneState.DONE: _("Done: %(title)s"), MilestoneState.DROPPED: _("Dropped: %(title)s")}
    summary = says.get(one.state, _("Due: %(title)s")) % {"title": milestone.name}
    event = _event(milestone.pk, summary, page or _address("milestone", sprint, milestone.number))
    own = _own(changes, milestone.number, (*OF_A_MILESTONE, *OF_ALL_MILESTONES))
    ended = None if one.state == MilestoneState.DONE else _ended_before(sprint, one.due)
    changed, dropped = max([milestone.added_at, *own]), one.state == MilestoneState.DROPPED
    _stamp(event, milestone.added_at, changed, len(own), cancelled=dropped, ended=ended)
    return _day(event, one.due)


def _action_item(sprint: Sprint, item: ActionItem, changes: Iterable[Change]) -> Event:
    summary = _("To do: %(what)s") % {"what": item.what}
    event = _event(item.pk, summary, _address("meeting", sprint, item.meeting.number))
    own = _own(changes, str(item.pk), OF_AN_ITEM)
    _stamp(event, item.added_at, max([item.added_at, *own]), len(own), ended=_ended_before(sprint, item.due))
    return _day(event, item.due)


def _own(changes: Iterable[Change], key: int | str, kinds: Iterable[str]) -> list[datetime]:
    """When this one was changed."""
    return [change.at for change in changes if change.kind in kinds and change.about in {key, None}]


def _event(key: UUID | str, summary: str, address: str, words: str = "") -> Event:
    event = Event()
    event.add("uid", f"{key}@topcities")
    event.add("summary", summary)
    event.add("description", f"{words}\n\n{address}".strip())
    event.add("url", address)
    return event


def _ended_before(sprint: Sprint, lies: date | datetime) -> datetime | None:
    """When the agreement ended, where this moment, or the end of this day, lay ahead of it then."""
    ended = sprint.partnership.agreement.ended_at
    if ended is None:
        return None
    ahead = ended < lies if isinstance(lies, datetime) else today_of(sprint, ended) <= lies
    return ended if ahead else None


def _stamp(
    event: Event, created: datetime, changed: datetime, times: int, *, cancelled: bool = False, ended: datetime | None
) -> None:
    """When it was last changed, and how often: a program takes what has a greater number. What lay ahead when the
    agreement `ended` is cancelled, by one more change."""
    if ended and not cancelled:
        changed, times, cancelled = ended, times + 1, True
    event.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    event.add("created", created)
    event.add("dtstamp", changed)
    event.add("last-modified", changed)
    event.add("sequence", times)


def _day(event: Event, day: date) -> Event:
    """A whole day that keeps nobody busy."""
    event.add("dtstart", day)
    event.add("dtend", day + timedelta(days=1))
    event.add("transp", "TRANSPARENT")
    return event


def _address(name: str, sprint: Sprint, number: int) -> str:
    return absolute(reverse(name, args=[sprint.partnership.slug, number]))
