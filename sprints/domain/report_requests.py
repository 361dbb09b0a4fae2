"""A sealed report on the promises: the facts that both sides ask for, and who has. Reads only."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID, uuid5

from ledger.canonical import digest
from partners.parties import Party
from sprints.domain.milestones import answers_to, sprint_status, voices_on
from sprints.domain.promises import as_data, lasting
from sprints.domain.sign_offs import Answered
from sprints.models import SignOff, Sprint


def report_id(sprint: Sprint) -> UUID:
    """What both sides' answers to the report are about."""
    return uuid5(sprint.partnership_id, "report on promises")


def asked_for(sprint: Sprint, now: datetime) -> Answered:
    """The facts as they are now, and what both sides say to them: new facts ask again."""
    facts = lasting(as_data(sprint.partnership, sprint_status(sprint, now=now), now=now))
    answers = answers_to([report_id(sprint)]).get(report_id(sprint), {})
    return Answered(facts, voices_on(digest(facts), answers), answers)


def report_waits_for(answers: Mapping[Party, SignOff], party: Party) -> bool:
    """The other side asked last, and this one has not asked for the same. Facts that are new since take nothing back:
    who asks now asks for them, and then it is the other side's turn."""
    asked, own = answers.get(party.other), answers.get(party)
    return asked is not None and (own is None or (own.digest != asked.digest and own.pk < asked.pk))
