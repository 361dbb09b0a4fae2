"""The rows of the wall: after any history, on any day, a row that holds says what follows from the facts."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from agreements import actions as agreements
from agreements.refusals import NotNow, NotReady, Stale
from partners import actions as partners
from partners.models import Program
from partners.parties import Party, Role
from programs.actions.wall import refresh_wall
from programs.domain.wall import derived, of_program, stale, wall_rows
from programs.models import WallRow
from sprints import actions as sprints
from sprints.domain.check_ins import check_in_digest, check_in_of
from sprints.domain.milestones import MilestoneSubject, signed_digest
from sprints.models import Milestone, Rating, Sprint, Together
from tests.factories.meetings import MEETING
from tests.factories.people import make_seat
from tests.factories.sprints import add_words, agree_to, at, fresh, lead_in, ready, usual_sprint

pytestmark = pytest.mark.django_db
EXAMPLES = int(os.environ.get("EXAMPLES", "5"))
REFUSALS = (PermissionDenied, NotNow, NotReady, Stale, ValidationError, ValueError, AttributeError)
Act = Callable[[Sprint, Party, datetime], object]


def milestone_of(sprint: Sprint, number: int) -> Milestone:
    return fresh(Milestone.objects.get(sprint=sprint, number=number))


def add_evidence(sprint: Sprint, party: Party, now: datetime) -> None:
    by, milestone = lead_in(sprint, party), milestone_of(sprint, 5)
    sprints.add_evidence(by=by, milestone=milestone, title="What we saw", words="Trees.", now=now)


def say_outcome(sprint: Sprint, party: Party, now: datetime) -> None:
    milestone = milestone_of(sprint, 5)
    by, shown = lead_in(sprint, party), signed_digest(milestone)
    sprints.say_outcome(by=by, milestone=milestone, outcome=f"Done at {now}.", shown=shown, now=now)


def sign_off(sprint: Sprint, party: Party, now: datetime) -> None:
    milestone = milestone_of(sprint, 5)
    act = {"by": lead_in(sprint, party), "subject": MilestoneSubject(milestone), "now": now}
    sprints.sign_off(shown=signed_digest(milestone), **act)


def ask_for_changes(sprint: Sprint, party: Party, now: datetime) -> None:
    milestone = milestone_of(sprint, 5)
    act = {"by": lead_in(sprint, party), "subject": MilestoneSubject(milestone), "now": now}
    sprints.ask_for_changes(shown=signed_digest(milestone), reason="More.", **act)


def finish(sprint: Sprint, party: Party, now: datetime) -> None:
    led = [one for one in sprint.milestones.all() if party in one.leaders and not one.joint and one.week]
    milestone = fresh(led[0])
    add_words(milestone, by=lead_in(sprint, party))
    sprints.finish(by=lead_in(sprint, party), milestone=fresh(milestone), now=now)


def check_in(sprint: Sprint, party: Party, now: datetime) -> None:
    week = sprint.timeline.week_of(now.astimezone(sprint.partnership.program.zone).date())
    facts = {"rating": Rating.STUCK, "words": "We wait.", "together": Together.YES}
    shown = check_in_digest(week, check_in_of(sprint, week, party))
    sprints.check_in(by=lead_in(sprint, party), sprint=sprint, shown=shown, now=now, **facts)


def meet(sprint: Sprint, party: Party, now: datetime) -> None:
    day = now.astimezone(sprint.partnership.program.zone).date()
    sprints.schedule_meeting(by=lead_in(sprint, party), sprint=sprint, now=now, **MEETING | {"day": day + timedelta(2)})


def rest(sprint: Sprint, party: Party, now: datetime) -> None:
    first = now.astimezone(sprint.partnership.program.zone).date() + timedelta(1)
    by, reason = lead_in(sprint, party), "Rest."
    proposal = sprints.propose_pause(
        by=by, sprint=sprint, first=first, last=first + timedelta(3), reason=reason, now=now
    )
    agree_to(proposal, now=now)


def leave(sprint: Sprint, party: Party, now: datetime) -> None:
    seat = make_seat(sprint.partnership, Role.MEMBER, party)
    partners.end_seat(by=lead_in(sprint, party), seat=seat, now=now)


def invite(sprint: Sprint, party: Party, now: datetime) -> None:
    facts = {"role": Role.EXECUTIVE_SPONSOR, "name": "Ines", "email": f"{now.timestamp()}@example.org"}
    partners.invite(by=lead_in(sprint, party), partnership=sprint.partnership, now=now, **facts)


def amend(sprint: Sprint, party: Party, now: datetime) -> None:
    agreements.amend(by=lead_in(sprint, party), agreement=sprint.partnership.agreement, reason="Better.", now=now)


ACTS: list[Act] = [
    add_evidence, say_outcome, sign_off, ask_for_changes, finish, check_in, meet, rest, leave, invite, amend,
]  # fmt: skip
HOURS = st.sampled_from([0, 0, 1, 7, 30, 24 * 5, 24 * 20])
steps = st.lists(st.tuples(st.sampled_from(ACTS), st.sampled_from(list(Party)), HOURS), min_size=3, max_size=8)


def keys(row: WallRow) -> dict:
    """All that a row holds, but for when it was made."""
    apart = {"derived_at", "holds_until", "program", "partnership"}
    return {field.name: getattr(row, field.name) for field in WallRow._meta.fields if field.name not in apart}


def what_follows(program: Program, now: datetime) -> list[dict]:
    return [
        keys(row)
        for row in derived(program, of_program(program, program.partnerships.values_list("pk", flat=True)), now)
    ]


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)
@given(history=steps)
def test_a_row_that_holds_says_what_follows_from_the_facts(history: list[tuple[Act, Party, int]]) -> None:
    with transaction.atomic():
        sprint = usual_sprint()
        program, now = sprint.partnership.program, at(sprint, week=4)
        for act, party, hours in history:
            now += timedelta(hours=hours)
            with_refusals(act, sprint, party, now)
            refresh_wall(program, now=now)
            assert not stale(program, now)
            kept = [keys(row) for row in WallRow.objects.filter(program=program)]
            assert kept == what_follows(program, now), act.__name__
        transaction.set_rollback(True)


def with_refusals(act: Act, sprint: Sprint, party: Party, now: datetime) -> None:
    try:
        with transaction.atomic():
            act(Sprint.objects.select_related("partnership__program").get(pk=sprint.pk), party, now)
    except REFUSALS:
        pass


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.__name__)
def test_what_somebody_does_is_seen_at_once(act: Act, party: Party) -> None:
    sprint = usual_sprint()
    program, now = sprint.partnership.program, at(sprint, week=4)
    if act in {sign_off, ask_for_changes}:
        ready(milestone_of(sprint, 5))
    refresh_wall(program, now=now)
    assert not stale(program, now)
    act(sprint, party, now)
    assert [one.pk for one in stale(program, now)] == [sprint.partnership_id]
    (row,) = wall_rows(program, now)
    assert row.facts.last[party] == row.today
