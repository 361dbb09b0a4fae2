"""What somebody who tries the product finds: a sprint in week 7 that is not all well, and one that is at its end."""

from __future__ import annotations

import pytest
from django.utils import timezone

from partners.parties import Party
from sprints.domain.check_ins import week_rows
from sprints.domain.milestones import sprint_status
from sprints.domain.overview import overview_of
from sprints.domain.plan import week_of
from sprints.domain.todo import sprint_todo
from sprints.models import Sprint
from sprints.states import MilestoneState
from topcities import demo

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


def test_one_sprint_is_in_week_seven_and_one_is_over() -> None:
    now = timezone.now()
    demo.load(now=now)
    sprints = Sprint.objects.filter(first_day__isnull=False).select_related("partnership__program")
    over, running = sprints.order_by("first_day")
    assert week_of(running, now) == "Week 7 of 18"
    agreement, outlook = running.partnership.agreement, overview_of(running, now)
    assert outlook.delays
    assert all(sprint_todo(agreement, outlook, party) for party in Party), "something waits for each side"
    assert any(row.differs for row in week_rows(running, running.partnership.names_on_screen(), now, None))
    ended = sprint_status(over, now=now)
    assert ended.is_over
    assert {one.state for one in ended.milestones} <= {MilestoneState.DONE, MilestoneState.DROPPED}
    assert not over.showcase.checks.filter(done_at=None).exists(), "nobody prepares a day that is over"
