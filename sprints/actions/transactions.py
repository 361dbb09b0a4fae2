"""What every act upon a sprint begins and ends with: lock it, check that it runs, write down what was done."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from rules.predicates import Predicate

from agreements.models import Agreement
from agreements.refusals import NotNow
from agreements.states import AgreementState
from ledger.models import Event
from ledger.record import append_event
from partners.models import Partnership, Person
from partners.rules import require
from sprints.models import Sprint


def lock_sprint(sprint: Sprint) -> Sprint:
    """The sprint's row, locked until the transaction ends. Everything is checked again after this."""
    return Sprint.objects.select_for_update(of=("self",)).select_related("partnership__program").get(pk=sprint.pk)


def lock_running_sprint(sprint: Sprint) -> Sprint:
    """The locked sprint. Raises NotNow before it has begun, and after the agreement has ended."""
    held = lock_sprint(sprint)
    if held.first_day is None:
        raise NotNow(_("The sprint has not begun: both sides agree to its first day first."))
    require_in_force(held.partnership)
    return held


def lock_for(rule: Predicate, by: Person, sprint: Sprint) -> Sprint:
    """The running sprint, locked, where the rule lets this person act. Raises Refused."""
    held = lock_running_sprint(sprint)
    require(rule, by, held.partnership)
    return held


def require_in_force(partnership: Partnership) -> Agreement:
    agreement = Agreement.objects.prefetch_related("editions").get(partnership=partnership)
    if agreement.state == AgreementState.ENDED:
        raise NotNow(_("The agreement has ended, so the sprint can be read but not changed."))
    if agreement.state != AgreementState.IN_FORCE:
        raise NotNow(_("The sprint starts when both sides have signed the agreement."))
    return agreement


def record_event(sprint: Sprint, kind: str, *, by: Person | None, now: datetime, payload: dict[str, Any]) -> Event:
    """Append what was done to the partnership's chain."""
    return append_event(chain=sprint.partnership_id, kind=kind, by=by, at=now, payload=payload)
