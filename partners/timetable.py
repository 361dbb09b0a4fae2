"""When a person's weekly mail is due: one slot in each of their own weeks. Pure: `now` and the zone are passed in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

WEEK = timedelta(days=7)
# A mail that could not leave in time is still worth reading the day after; later, the next one says more.
STILL_WORTH_IT = timedelta(days=2)


@dataclass(frozen=True)
class Slot:
    """The mail of one local week, "2027-W10" (ISO 8601), and its local day. Both moments are in UTC."""

    week: str
    day: date
    due: datetime
    next_due: datetime

    def is_now(self, now: datetime) -> bool:
        return self.due <= now < self.due + STILL_WORTH_IT


def slot_of(now: datetime, *, zone: ZoneInfo, weekday: int, hour: int) -> Slot:
    """The slot of the week that it is now in that zone. `weekday` counts from Monday, 0.

    A clock that changes keeps the hour on the wall: an hour that is skipped counts as the one after, and of an hour
    that comes twice the first one counts.
    """
    today = now.astimezone(zone).date()
    monday = today - timedelta(days=today.weekday())
    year, week, _day = monday.isocalendar()
    day = monday + timedelta(days=weekday)
    return Slot(f"{year}-W{week:02}", day, _moment(day, hour, zone), _moment(day + WEEK, hour, zone))


def _moment(day: date, hour: int, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(hour), tzinfo=zone).astimezone(UTC)
