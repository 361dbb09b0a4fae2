"""Decisions, check-ins, notes and executive buy-in for tests that begin there."""

from __future__ import annotations

from datetime import datetime

from partners.models import Person
from partners.parties import Party, Role
from sprints import actions
from sprints.domain.check_ins import check_in_digest, check_in_of, week_now
from sprints.domain.decisions import DecisionSubject
from sprints.domain.learning import learning_digest, learning_of, stage_now
from sprints.domain.overview import overview_of
from sprints.domain.todo import sprint_todo
from sprints.models import BuyIn, CheckIn, Decision, Learning, Sprint
from tests.factories.people import NOW, make_seat
from tests.factories.sprints import lead_in

DECISION = {
    "question": "Do people need an account?",
    "options": "Nobody needs one\nEverybody needs one\nOnly for reminders",
    "choice": "Only for reminders.",
    "why": "Twelve of fourteen residents would not open one to read.",
    "affected": "Tenants without an e-mail address.",
}
CHECK_IN = {"rating": "on track", "words": "The stewards answer within a day.", "together": "yes"}
NOTE = {"open_data": 2, "design": 3, "private_partners": 1, "voice": "They are asked, and wait to see what follows."}


def todo(sprint: Sprint, party: Party, now: datetime = NOW) -> list[str]:
    return [task.text for task in sprint_todo(sprint.partnership.agreement, overview_of(sprint, now), party)]


def decide(sprint: Sprint, party: Party = Party.CITY, *, reverses: Decision | None = None, **said: str) -> Decision:
    act = {"by": lead_in(sprint, party), "sprint": sprint, "reverses": reverses, "now": NOW}
    return actions.propose_decision(**act, **(DECISION | said))


def again(decision: Decision) -> Decision:
    return Decision.objects.select_related("sprint__partnership__program", "reverses").get(pk=decision.pk)


def row_of(decision: Decision) -> DecisionSubject:
    return DecisionSubject(again(decision))


def sign(decision: Decision, *parties: Party) -> None:
    for party in parties or Party:
        found = row_of(decision)
        actions.sign_off(by=lead_in(found.sprint, party), subject=found, shown=found.digest, now=NOW)


def say_week(sprint: Sprint, party: Party, *, by: Person | None = None, now: datetime = NOW, **said: str) -> CheckIn:
    week = week_now(sprint, now)
    shown = check_in_digest(week, check_in_of(sprint, week, party))
    act = {"by": by or lead_in(sprint, party), "sprint": sprint, "shown": shown, "now": now}
    return actions.check_in(**act, **(CHECK_IN | said))


def note(sprint: Sprint, party: Party, *, now: datetime = NOW, **said: object) -> Learning:
    stage = stage_now(sprint, now)
    shown = learning_digest(stage, learning_of(sprint, stage, party))
    return actions.note_learning(by=lead_in(sprint, party), sprint=sprint, shown=shown, now=now, **(NOTE | said))


def sponsor_of(sprint: Sprint) -> Person:
    seat = sprint.partnership.seats.filter(role=Role.EXECUTIVE_SPONSOR, ended_at=None).first()
    return (seat or make_seat(sprint.partnership, Role.EXECUTIVE_SPONSOR)).person


def support(sprint: Sprint, occasion: str = "start", *, now: datetime = NOW, **said: object) -> BuyIn:
    act = {"by": sponsor_of(sprint), "sprint": sprint, "occasion": occasion, "now": now}
    return actions.record_buy_in(**act, **({"words": "This has my word, and two people's time."} | said))
