"""The sprints of the demonstration: one in its seventh week, and one that is over."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from partners.models import Partnership, Person, Seat
from partners.parties import Party, Role
from sprints import actions
from sprints.domain.milestones import MilestoneSubject, signed_digest
from sprints.models import Milestone, Sprint
from sprints.rules import leads_milestone
from topcities.demo.decisions import decided, deciding
from topcities.demo.people import lead_of
from topcities.demo.research import researched
from topcities.demo.showcase import handed_on, on_the_way
from topcities.demo.teams import CITY, COMMUNITY

# By the milestone's number: what came of it, and what shows it.
CAME_OF_IT = {
    1: ("Both leads signed, and the city manager speaks for the work.", "Note of the city manager"),
    2: ("Everyone knows who does what, when we meet, and what residents are paid.", "Working norms, one page"),
    3: ("We ask why some blocks lose their trees within two years.", "Research plan and questions"),
    4: ("Twenty-two residents of four neighborhoods told us how street trees are cared for.", "22 interviews in short"),
    5: ("Young trees die where nobody knows whose task the watering is.", "Problem statement, two pages"),
    7: ("Planting records and watering routes can be joined by block.", "What the stewards showed us"),
}
OTHERWISE = ("We did what we said, and wrote down what we learned.", "Notes")


def in_week_seven(partnership: Partnership, now: datetime) -> None:
    """One milestone is late, one sign-off waits for one side, and a proposal waits for the other."""
    sprint = begun(partnership, day_of(partnership, now) - timedelta(days=6 * 7 + 2), now - timedelta(days=50))
    milestones = {milestone.number: milestone for milestone in sprint.milestones.all()}
    show(milestones[1], now - timedelta(days=49))
    for number in (2, 3, 4):
        show(milestones[number], noon(sprint, milestones[number]))
    sign_off(milestones[5], [COMMUNITY], noon(sprint, milestones[5]))
    show(milestones[7], now - timedelta(hours=20), finish=False)
    rest = sprint.timeline.starts(11)
    reason = "Schools are closed, and most families are away."
    actions.propose_pause(
        by=lead_of(partnership, CITY), sprint=sprint, first=rest, last=rest + timedelta(days=6), reason=reason, now=now
    )
    on_the_way(sprint, now)
    researched(sprint, now)
    deciding(sprint, now)


def finished(partnership: Partnership, now: datetime) -> None:
    """Eighteen weeks, all of them lived."""
    sprint = begun(partnership, day_of(partnership, now) - timedelta(days=18 * 7 + 9), now - timedelta(days=150))
    for milestone in sprint.milestones.all():
        then = noon(sprint, milestone)
        if milestone.joint:
            sign_off(milestone, list(Party), then)
        else:
            show(milestone, then)
    decided(sprint)
    handed_on(sprint, now - timedelta(days=8))


def begun(partnership: Partnership, first_day: date, then: datetime, *, weeks: int = 18) -> Sprint:
    start: dict[str, Any] = {"partnership": partnership, "first_day": first_day, "weeks": weeks}
    proposal = actions.propose_start(by=lead_of(partnership, CITY), now=then, **start)
    by = lead_of(partnership, COMMUNITY)
    actions.agree_to_proposal(by=by, proposal=proposal, shown=proposal.digest, now=then + timedelta(hours=5))
    return Sprint.objects.select_related("partnership__program").get(partnership=partnership)


def day_of(partnership: Partnership, now: datetime) -> date:
    return now.astimezone(partnership.program.zone).date()


def noon(sprint: Sprint, milestone: Milestone) -> datetime:
    """Of the day before it is due."""
    day = sprint.timeline.ends(milestone.last_week) - timedelta(days=1)
    return datetime(day.year, day.month, day.day, 12, tzinfo=sprint.partnership.program.zone)


def show(milestone: Milestone, then: datetime, *, finish: bool = True) -> None:
    """Words and evidence, and where no joint sign-off is asked for, that it is done."""
    by = _leader(milestone)
    says, title = CAME_OF_IT.get(milestone.number, OTHERWISE)
    milestone = Milestone.objects.select_related("sprint__partnership__program").get(pk=milestone.pk)
    actions.say_outcome(by=by, milestone=milestone, outcome=says, shown=signed_digest(milestone), now=then)
    actions.add_evidence(by=by, milestone=milestone, title=title, words=says, now=then + timedelta(minutes=5))
    if finish and not milestone.joint:
        actions.finish(by=by, milestone=milestone, now=then + timedelta(hours=1))


def _leader(milestone: Milestone) -> Person:
    """Somebody who leads it: a member of a side, where a side leads, or whoever is beside them."""
    partnership = milestone.sprint.partnership
    seats = Seat.objects.filter(partnership=partnership, ended_at=None).select_related("person").order_by("pk")
    leaders = [seat.person for seat in seats if leads_milestone(seat.person, milestone)]
    members = {seat.person for seat in seats if seat.role == Role.MEMBER}
    return next((person for person in leaders if person in members), leaders[0])


def sign_off(milestone: Milestone, parties: list[Party], then: datetime) -> None:
    show(milestone, then, finish=False)
    for hours, party in enumerate(parties, start=2):
        milestone = Milestone.objects.select_related("sprint__partnership__program").get(pk=milestone.pk)
        by = lead_of(milestone.sprint.partnership, party)
        now = then + timedelta(hours=hours)
        subject = MilestoneSubject(milestone)
        actions.sign_off(by=by, subject=subject, shown=subject.digest, now=now)
