"""The private address of a person's calendar: made, shown once, taken back."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from partners import rules
from partners.models import Person
from partners.tokens import hashed, new_token
from sprints.actions.transactions import lock_for, lock_sprint, record_event
from sprints.models import CalendarFeed, Sprint


@transaction.atomic
def make_calendar_feed(*, by: Person, sprint: Sprint, now: datetime) -> str:
    """A new address for this person's calendar: its token, which is not kept. An earlier address ends."""
    sprint = lock_for(rules.takes_part, by, sprint)
    _end(sprint, by, now)
    token = new_token()
    CalendarFeed.objects.create(sprint=sprint, person=by, token_hash=hashed(token), made_at=now)
    record_event(sprint, "calendar.made", by=by, now=now, payload={})
    return token


@transaction.atomic
def revoke_calendar_feed(*, by: Person, sprint: Sprint, now: datetime) -> None:
    """The address answers no more; whoever holds it sees nothing from now on."""
    sprint = lock_sprint(sprint)
    rules.require(rules.takes_part, by, sprint.partnership)
    if _end(sprint, by, now):
        record_event(sprint, "calendar.revoked", by=by, now=now, payload={})


def _end(sprint: Sprint, person: Person, now: datetime) -> int:
    return CalendarFeed.objects.filter(sprint=sprint, person=person, revoked_at=None).update(revoked_at=now)
