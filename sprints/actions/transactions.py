"""What every act upon a sprint begins and ends with: lock it, check that it runs, write down what was done."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from rules.predicates import Predicate

from agreements.refusals import NotNow
from ledger.models import Event
from ledger.record import append_event
from partners.models import Person
from partners.rules import require
from sprints.domain.states import closed
from sprints.models import Sprint

WITH = ("partnership__program", "partnership__agreement")


def lock_sprint(sprint: Sprint) -> Sprint:
    """The sprint's row, locked until the transaction ends. Everything is checked again after this."""
    return Sprint.objects.select_for_update(of=("self",)).select_related(*WITH).get(pk=sprint.pk)


def lock_running_sprint(sprint: Sprint) -> Sprint:
    """The locked sprint. Raises NotNow before it has begun, and after the agreement has ended."""
    held = lock_sprint(sprint)
    require_open(closed(held.partnership, held))
    return held


def lock_for(rule: Predicate, by: Person, sprint: Sprint) -> Sprint:
    """The running sprint, locked, where the rule lets this person act. Raises Refused."""
    held = lock_running_sprint(sprint)
    require(rule, by, held.partnership)
    return held


def require_open(why: str) -> None:
    """`why`: the words of `sprints/domain/states.py` that the page shows, too. Raises NotNow with them."""
    if why:
        raise NotNow(why)


def record_event(sprint: Sprint, kind: str, *, by: Person | None, now: datetime, payload: dict[str, Any]) -> Event:
    """Append what was done to the partnership's chain."""
    return append_event(chain=sprint.partnership_id, kind=kind, by=by, at=now, payload=payload)
