"""Weeks and dates: any weekday to start on, pauses, and the ends."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from sprints.timeline import Pause, Timeline

MONDAY = date(2027, 3, 1)


def test_week_one_starts_on_the_first_day_whatever_weekday() -> None:
    for weekday in range(7):
        first_day = MONDAY + timedelta(weekday)
        timeline = Timeline(first_day, 18)
        assert timeline.week_of(first_day) == 1
        assert timeline.week_of(first_day - timedelta(1)) == 0
        assert timeline.week_of(first_day + timedelta(6)) == 1
        assert timeline.week_of(first_day + timedelta(7)) == 2
        assert timeline.last_day == first_day + timedelta(18 * 7 - 1)
        assert timeline.week_of(timeline.last_day + timedelta(1)) == 19


def test_a_pause_shifts_what_lies_ahead_and_leaves_what_is_past() -> None:
    pause = Pause(MONDAY + timedelta(10), MONDAY + timedelta(16))
    before, after = Timeline(MONDAY, 18), Timeline(MONDAY, 18, (pause,))
    assert after.ends(1) == before.ends(1)
    assert after.starts(2) == before.starts(2)
    assert after.ends(2) == before.ends(2) + timedelta(7)
    assert after.last_day == before.last_day + timedelta(7)
    assert (
        after.is_paused(pause.first) and after.is_paused(pause.last) and not after.is_paused(pause.last + timedelta(1))
    )


def test_a_paused_day_counts_to_the_week_that_it_interrupts() -> None:
    timeline = Timeline(MONDAY, 18, (Pause(MONDAY + timedelta(10), MONDAY + timedelta(16)),))
    assert [timeline.week_of(MONDAY + timedelta(day)) for day in (9, 10, 16, 17)] == [2, 2, 2, 2]
    assert timeline.week_of(timeline.starts(3)) == 3


def test_two_pauses_one_after_the_other_both_count() -> None:
    pauses = (
        Pause(MONDAY + timedelta(8), MONDAY + timedelta(9)),
        Pause(MONDAY + timedelta(10), MONDAY + timedelta(12)),
    )
    assert Timeline(MONDAY, 18, pauses).last_day == Timeline(MONDAY, 18).last_day + timedelta(5)


@given(
    first_day=st.dates(date(2024, 1, 1), date(2031, 12, 31)),
    weeks=st.integers(4, 52),
    pauses=st.lists(st.tuples(st.integers(0, 300), st.integers(0, 20)), max_size=4),
)
def test_every_day_has_one_week_and_weeks_follow_each_other(
    first_day: date, weeks: int, pauses: list[tuple[int, int]]
) -> None:
    timeline = Timeline(first_day, weeks, _apart(first_day, pauses))
    seen = [timeline.week_of(first_day + timedelta(day)) for day in range((timeline.last_day - first_day).days + 1)]
    assert seen[0] == 1 and seen[-1] == weeks
    assert all(later - earlier in (0, 1) for earlier, later in pairwise(seen))
    for week in range(1, weeks + 1):
        assert timeline.week_of(timeline.starts(week)) == timeline.week_of(timeline.ends(week)) == week
        working = [
            day
            for day in range((timeline.ends(week) - timeline.starts(week)).days + 1)
            if not timeline.is_paused(timeline.starts(week) + timedelta(day))
        ]
        assert len(working) == 7


def _apart(first_day: date, pauses: list[tuple[int, int]]) -> tuple[Pause, ...]:
    """Pauses that do not overlap, as the product keeps them."""
    found: list[Pause] = []
    for start, length in sorted(pauses):
        pause = Pause(first_day + timedelta(start), first_day + timedelta(start + length))
        if not found or pause.first > found[-1].last:
            found.append(pause)
    return tuple(found)
