"""Weeks and dates of a sprint. Pure: no database, no clock; a day is a date in the program's zone.

Week 1 starts on the sprint's first day, whatever weekday that is, and a week is seven days. A paused day is no day of
any week, so a pause shifts what lies ahead of it and leaves what is past where it was. Week 0 is the week before.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

WEEK = 7


@dataclass(frozen=True, order=True)
class Pause:
    """Days on which the sprint rests, the first and the last included."""

    first: date
    last: date

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    def holds(self, day: date) -> bool:
        return self.first <= day <= self.last


@dataclass(frozen=True)
class Timeline:
    """`pauses` do not overlap."""

    first_day: date
    weeks: int
    pauses: tuple[Pause, ...] = ()

    @property
    def last_day(self) -> date:
        return self.ends(self.weeks)

    def starts(self, week: int) -> date:
        return self._working_day(WEEK * (week - 1))

    def ends(self, week: int) -> date:
        """What is due in this week is due until the end of this day."""
        return self._working_day(WEEK * week - 1)

    def week_of(self, day: date) -> int:
        """0 before the first day, `weeks` + 1 after the last. A paused day counts to the week that it interrupts."""
        if day < self.first_day:
            return 0
        paused = sum((min(day, pause.last + timedelta(1)) - pause.first).days for pause in self._begun_by(day))
        return min((((day - self.first_day).days - paused) // WEEK) + 1, self.weeks + 1)

    def is_paused(self, day: date) -> bool:
        return any(pause.holds(day) for pause in self.pauses)

    def _working_day(self, number: int) -> date:
        """The day with this number among those that are not paused; the first day has number 0."""
        day = self.first_day + timedelta(number)
        for pause in sorted(self.pauses):
            if pause.first <= day:
                day += timedelta(pause.days)
        return day

    def _begun_by(self, day: date) -> list[Pause]:
        return [pause for pause in self.pauses if pause.first < day]


class CohortDay(NamedTuple):
    """A day of a whole program: its key, what it is, where, and when it was added and taken back. It has a start and no
    end: an hour is kept for it."""

    key: str
    what: str
    place: str
    starts_at: datetime
    added_at: datetime
    taken_back_at: datetime | None

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + timedelta(hours=1)

    def is_ahead(self, now: datetime) -> bool:
        return self.taken_back_at is None and self.ends_at > now


def moment_of(day: date, clock: time, zone: ZoneInfo) -> datetime:
    """The moment at which the clocks of a zone show this. Raises ValueError for an hour that is skipped there on that
    day. Of an hour that comes twice it is the first."""
    moment = datetime.combine(day, clock, tzinfo=zone)
    if moment.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != moment.replace(tzinfo=None):
        raise ValueError("the clocks skip this hour")
    return moment


def one_after_another(start: datetime, minutes: list[int]) -> list[datetime]:
    """When each part begins, and as the last of the list when all is over; through a change of the clocks, too."""
    moments = [start.astimezone(UTC)]
    for length in minutes:
        moments.append(moments[-1] + timedelta(minutes=length))
    return moments
