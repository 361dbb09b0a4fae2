"""A day ends where the program is: in any zone, over both changes of the clock, over New Year, from any weekday."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from sprints.domain.milestones import sprint_status
from sprints.domain.plan import week_of
from sprints.models import Sprint
from sprints.states import MilestoneState
from tests.factories.sprints import started_sprint

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
ZONES = ["America/Los_Angeles", "America/St_Johns", "Pacific/Kiritimati"]
# Weeks that hold the spring and the autumn change in North America, and the end of a year.
STARTS = {"spring": date(2027, 3, 10), "autumn": date(2027, 11, 3), "New Year": date(2026, 12, 29)}


@pytest.fixture(params=ZONES)
def zone(request: pytest.FixtureRequest) -> ZoneInfo:
    return ZoneInfo(request.param)


def begun(first_day: date, zone: ZoneInfo) -> Sprint:
    now = datetime.combine(first_day - timedelta(7), time(12), tzinfo=zone)
    sprint = started_sprint(first_day=first_day, now=now)
    program = sprint.partnership.program
    program.time_zone = zone.key
    program.save()
    return sprint


@pytest.mark.parametrize("first_day", STARTS.values(), ids=STARTS)
def test_it_is_due_until_midnight_where_the_program_is(first_day: date, zone: ZoneInfo) -> None:
    sprint = begun(first_day, zone)
    kick_off = sprint.milestones.get(week=1)
    due = sprint.timeline.ends(1)
    assert due == first_day + timedelta(6)
    last_second = datetime.combine(due, time(23, 59, 59), tzinfo=zone)
    next_day = datetime.combine(due + timedelta(1), time(0), tzinfo=zone)
    assert state_at(sprint, kick_off.number, last_second) == MilestoneState.DUE
    assert state_at(sprint, kick_off.number, next_day) == MilestoneState.OVERDUE


@pytest.mark.parametrize("first_day", STARTS.values(), ids=STARTS)
@pytest.mark.parametrize("later", [0, 3])
def test_each_week_says_its_number_from_its_first_second_to_its_last(
    first_day: date, zone: ZoneInfo, later: int
) -> None:
    sprint = begun(first_day + timedelta(later), zone)
    for week in (1, 2, 18):
        for day, moment in ((sprint.timeline.starts(week), time(0)), (sprint.timeline.ends(week), time(23, 59, 59))):
            assert week_of(sprint, datetime.combine(day, moment, tzinfo=zone)) == f"Week {week} of 18"


def state_at(sprint: Sprint, number: int, now: datetime) -> MilestoneState:
    rows = sprint_status(sprint, now=now).milestones
    return next(row.state for row in rows if row.milestone.number == number)
