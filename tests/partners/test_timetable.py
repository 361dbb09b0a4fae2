"""One slot in each local week, on the wall's hour, whatever clocks do."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from partners.timetable import WEEK, slot_of

# Clocks change in March and November, in April and October, by half an hour, and never.
ZONES = ["America/New_York", "Pacific/Auckland", "Australia/Lord_Howe", "America/Phoenix"]
STEP = timedelta(minutes=30)


@pytest.mark.parametrize("zone", [ZoneInfo(name) for name in ZONES], ids=ZONES)
def test_each_week_of_two_years_has_one_slot_at_nine_on_its_monday(zone: ZoneInfo) -> None:
    now, slots = datetime(2026, 12, 1, tzinfo=UTC), {}
    while now < datetime(2028, 12, 1, tzinfo=UTC):
        slot = slot_of(now, zone=zone, weekday=0, hour=9)
        assert slots.setdefault(slot.week, slot) == slot, "whenever it is asked in a week, it is the same"
        now += STEP
    for slot in slots.values():
        there = slot.due.astimezone(zone)
        assert (there.weekday(), there.hour, there.minute) == (0, 9, 0)
        assert abs(slot.next_due - slot.due - WEEK) <= timedelta(hours=1)
    weeks = [slot.due for slot in sorted(slots.values(), key=lambda slot: slot.due)]
    assert all(timedelta(days=6) < later - sooner < timedelta(days=8) for sooner, later in pairwise(weeks))


def test_it_is_due_from_its_hour_until_it_is_not_worth_it_any_more() -> None:
    zone = ZoneInfo("America/Chicago")
    slot = slot_of(datetime(2027, 3, 8, 12, tzinfo=UTC), zone=zone, weekday=0, hour=9)
    assert slot.week == "2027-W10"
    assert slot.due == datetime(2027, 3, 8, 15, tzinfo=UTC)
    assert slot.next_due == datetime(2027, 3, 15, 14, tzinfo=UTC), "the clock changes in between"
    for hours, is_now in [(-1, False), (0, True), (47, True), (48, False)]:
        assert slot.is_now(slot.due + timedelta(hours=hours)) is is_now


@pytest.mark.parametrize("day", [datetime(2027, 3, 14, tzinfo=UTC), datetime(2027, 11, 7, tzinfo=UTC)])
def test_an_hour_that_is_skipped_or_comes_twice_is_one_moment(day: datetime) -> None:
    zone = ZoneInfo("America/New_York")
    for hour in (1, 2):
        moments = {
            slot_of(day + timedelta(minutes=minutes), zone=zone, weekday=6, hour=hour).due
            for minutes in range(5 * 60, 24 * 60, 10)
        }
        assert len(moments) == 1
