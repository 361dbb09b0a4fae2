"""By which rule the clocks of a zone change each year, as calendar programs read it. Pure: zones, and no clock.

Outlook reads of a zone what recurs every year, one change to daylight saving time and one back, and nothing else: no
lists of dates (MS-STANOICAL 2.2.47, MS-OXCICAL 2.1.3.1.1.19). A zone whose clocks follow no such rule has none here.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo

# So many years tell the fourth Sunday of a month from its last.
YEARS = 12
LAST = -1
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)


@dataclass(frozen=True)
class ClockChange:
    """Every year in this month, on the nth of this weekday (0 is Monday, the nth `LAST` the last one)."""

    first: datetime  # by the clocks before it, naive
    nth: int
    before: timedelta
    after: timedelta
    name: str

    @property
    def is_daylight(self) -> bool:
        """As Outlook takes it: the greater of the two offsets is daylight saving time, in Ireland, too."""
        return self.after > self.before


@lru_cache(maxsize=64)
def clock_changes(zone: ZoneInfo, year: int) -> tuple[ClockChange, ...] | None:
    """The rule from this year on: two changes, or none where the clocks stay. None where there is no such rule."""
    years = [_changes_in(zone, year + later) for later in range(YEARS)]
    if {len(found) for found in years} - {0, 2} or len({len(found) for found in years}) > 1:
        return None
    rules = [_rule(zone, moments) for moments in zip(*years, strict=True)]
    return None if None in rules else tuple(rule for rule in rules if rule)


def _changes_in(zone: ZoneInfo, year: int) -> list[datetime]:
    """The first moment of each other offset in this year, in UTC."""
    first, after = datetime(year, 1, 1, tzinfo=UTC), datetime(year + 1, 1, 1, tzinfo=UTC)
    days = [first + DAY * number for number in range((after - first).days + 1)]
    return [_moment(zone, one, other) for one, other in pairwise(days) if _offset(zone, one) != _offset(zone, other)]


def _moment(zone: ZoneInfo, before: datetime, after: datetime) -> datetime:
    """The minute of the change between these two."""
    while after - before > MINUTE:
        middle = before + MINUTE * ((after - before) // MINUTE // 2)
        before, after = (before, middle) if _offset(zone, middle) != _offset(zone, before) else (middle, after)
    return after


def _rule(zone: ZoneInfo, moments: tuple[datetime, ...]) -> ClockChange | None:
    """The rule that all of these follow, if they follow one."""
    said = [
        (_offset(zone, moment - MINUTE), _offset(zone, moment), moment.astimezone(zone).tzname()) for moment in moments
    ]
    there = [
        (moment + offset).replace(tzinfo=None) for moment, (offset, _after, _name) in zip(moments, said, strict=True)
    ]
    nth = set.intersection(*map(_places, there))
    if not nth or len({(one.month, one.weekday(), one.time()) for one in there}) > 1 or len(set(said)) > 1:
        return None
    before, after, name = said[0]
    return ClockChange(there[0], min(nth), before, after, name or "")


def _places(day: datetime) -> set[int]:
    """Which of its weekday it is in its month; the last one has two names."""
    is_last = day.day + 7 > monthrange(day.year, day.month)[1]
    return {(day.day - 1) // 7 + 1} | ({LAST} if is_last else set())


def _offset(zone: ZoneInfo, moment: datetime) -> timedelta:
    return moment.astimezone(zone).utcoffset() or timedelta()


def comes_twice(there: datetime) -> bool:
    """Whether the clocks there show this time twice on that day: before they are set back, and after."""
    return there.replace(fold=0).utcoffset() != there.replace(fold=1).utcoffset()
