"""A sealed report on the promises: the facts that both sides ask for, and who has. Reads only."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid5

from ledger.canonical import digest
from partners.parties import Party
from sprints.answered import Answered
from sprints.models import SignOff, Sprint
from sprints.promises import as_data, lasting
from sprints.standing import answers_to, standing_of, voices_on


def report_id(sprint: Sprint) -> UUID:
    """What both sides' answers to the report are about."""
    return uuid5(sprint.partnership_id, "report on promises")


def asked_for(sprint: Sprint, now: datetime) -> Answered:
    """The facts as they are now, and what both sides say to them: new facts ask again."""
    facts = lasting(as_data(sprint.partnership, standing_of(sprint, now=now), now=now))
    answers = answers_to([report_id(sprint)]).get(report_id(sprint), {})
    return Answered(facts, voices_on(digest(facts), answers), answers)


def asks_for_report(sprint: Sprint, party: Party, now: datetime) -> bool:
    """The other side asked for the report as it would be now, and this one has not."""
    if not SignOff.objects.filter(subject=report_id(sprint), party=party.other, replaced_at=None).exists():
        return False
    voices = asked_for(sprint, now).voices
    return voices.says_yes(party.other) and not voices.says_yes(party)
