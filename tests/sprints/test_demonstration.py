"""What somebody who tries the product finds: a sprint in week 7 that is not all well, and one that is at its end."""

from __future__ import annotations

import pytest
from django.utils import timezone

from partners.parties import Party
from sprints.checked_in import week_rows
from sprints.models import Sprint
from sprints.naming import names_of
from sprints.outlook import outlook_of
from sprints.standing import standing_of
from sprints.states import MilestoneState
from sprints.waiting import things_to_do, week_of
from topcities import demo

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


def test_one_sprint_is_in_week_seven_and_one_is_over() -> None:
    now = timezone.now()
    demo.load(now=now)
    sprints = Sprint.objects.filter(first_day__isnull=False).select_related("partnership__program")
    over, running = sprints.order_by("first_day")
    assert week_of(running, now) == "Week 7 of 18"
    assert standing_of(running, now=now).late
    agreement, outlook = running.partnership.agreement, outlook_of(running, now)
    assert all(things_to_do(agreement, outlook, party) for party in Party), "something waits for each side"
    assert any(row.differs for row in week_rows(running, names_of(running.partnership), now))
    ended = standing_of(over, now=now)
    assert ended.is_over
    assert {one.state for one in ended.milestones} <= {MilestoneState.DONE, MilestoneState.DROPPED}
    assert not over.showcase.checks.filter(done_at=None).exists(), "nobody prepares a day that is over"
