"""Whole acts of a sprint, for tests that begin further on."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from agreements.models import Agreement
from mail.models import OutboxMail
from partners.models import Person
from partners.parties import Party
from sprints import actions
from sprints.domain.milestones import MilestoneStatus, MilestoneSubject, signed_digest, sprint_status
from sprints.emails.hourly import CHANGES
from sprints.models import Milestone, Proposal, Sprint
from tests.factories.agreements import lead, make_agreement, open_for_signing, sign_both
from tests.factories.people import NOW
from tests.snapshots import kept

FIRST_DAY = date(2027, 3, 1)


@kept
def signed_agreement() -> Agreement:
    agreement = make_agreement()
    sign_both(open_for_signing(agreement))
    agreement.refresh_from_db()
    return agreement


def propose_start(
    agreement: Agreement,
    party: Party = Party.CITY,
    *,
    first_day: date = FIRST_DAY,
    weeks: int = 18,
    now: datetime = NOW,
) -> Proposal:
    act = {"by": lead(agreement, party), "partnership": agreement.partnership, "now": now}
    return actions.propose_start(first_day=first_day, weeks=weeks, **act)


def agree_to(proposal: Proposal, *, now: datetime = NOW) -> None:
    by = lead(proposal.sprint.partnership.agreement, Party(proposal.party).other)
    actions.agree_to_proposal(by=by, proposal=proposal, shown=proposal.digest, now=now)


def started_sprint(
    by: Party = Party.CITY, *, first_day: date = FIRST_DAY, weeks: int = 18, now: datetime = NOW
) -> Sprint:
    if (by, first_day, weeks, now) == (Party.CITY, FIRST_DAY, 18, NOW):
        return usual_sprint()
    proposal = propose_start(signed_agreement(), by, first_day=first_day, weeks=weeks, now=now)
    return agreed_sprint(proposal, now=now)


@kept
def usual_sprint() -> Sprint:
    return agreed_sprint(propose_start(signed_agreement()), now=NOW)


def agreed_sprint(proposal: Proposal, *, now: datetime) -> Sprint:
    agree_to(proposal, now=now)
    return Sprint.objects.select_related("partnership__program").get(pk=proposal.sprint_id)


def pause(sprint: Sprint, first: date, last: date) -> None:
    """A pause that both sides agree to."""
    act = {"by": lead_in(sprint, Party.CITY), "sprint": sprint, "reason": "Holidays.", "now": NOW}
    agree_to(actions.propose_pause(first=first, last=last, **act))
    sprint.refresh_from_db()


def in_los_angeles(sprint: Sprint) -> Sprint:
    """For tests that speak of this clock, wherever the other programs of the tests are."""
    program = sprint.partnership.program
    program.time_zone = "America/Los_Angeles"
    program.save()
    return sprint


def recipients_of(kind: str) -> list[Person]:
    """Whose next mail tells of this."""
    waiting = OutboxMail.objects.filter(kind=CHANGES).select_related("person").order_by("pk")
    return [one.person for one in waiting if any(thing["kind"] == kind for thing in one.about["things"])]


def lead_in(sprint: Sprint, party: Party) -> Person:
    return lead(sprint.partnership.agreement, party)


def first_joint(sprint: Sprint) -> Milestone:
    return sprint.milestones.filter(joint=True).first()


def at(sprint: Sprint, *, week: int, day: int = 0) -> datetime:
    """Noon of a day of a week, in the program's zone."""
    start = sprint.timeline.starts(week) + timedelta(days=day)
    return datetime(start.year, start.month, start.day, 12, tzinfo=sprint.partnership.program.zone)


def say_outcome(milestone: Milestone, *, by: Person, words: str = "Twelve tenants told us what they need.") -> None:
    actions.say_outcome(by=by, milestone=milestone, outcome=words, shown=signed_digest(fresh(milestone)), now=NOW)


def add_words(milestone: Milestone, *, by: Person, title: str = "Notes of the interviews") -> None:
    actions.add_evidence(by=by, milestone=milestone, title=title, words="What we heard, in our words.", now=NOW)


def ready(milestone: Milestone) -> Milestone:
    """With words and evidence, so that it can be signed off."""
    by = lead_in(milestone.sprint, Party.COMMUNITY)
    say_outcome(milestone, by=by)
    add_words(milestone, by=by)
    return fresh(milestone)


def sign_off(milestone: Milestone, party: Party, *, shown: str = "", now: datetime = NOW) -> None:
    by = lead_in(milestone.sprint, party)
    shown = shown or signed_digest(fresh(milestone))
    actions.sign_off(by=by, subject=MilestoneSubject(milestone), shown=shown, now=now)


def fresh(milestone: Milestone) -> Milestone:
    return Milestone.objects.select_related("sprint__partnership__program").get(pk=milestone.pk)


def stands(milestone: Milestone, *, now: datetime = NOW) -> MilestoneStatus:
    milestones = sprint_status(fresh(milestone).sprint, now=now).milestones
    return next(one for one in milestones if one.milestone == milestone)
