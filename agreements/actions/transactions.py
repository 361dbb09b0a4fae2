"""What every act begins and ends with: lock the agreement, check who, and write down what was done."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agreements.models import Agreement
from agreements.refusals import NotNow
from agreements.states import DRAFT_TRANSITIONS, Draft
from ledger.models import Event
from ledger.record import append_events
from partners.models import Partnership, Person
from partners.parties import Party
from partners.rules import BY_LINK, Refused, came_by_link, party_of

NOT_DRAFTING = {
    Draft.FROZEN: gettext_lazy(
        "The agreement is open for signing, so its text cannot change. Reopen it for changes first."
    ),
    Draft.CLOSED: gettext_lazy(
        "The agreement is signed or has ended, so its text cannot change. Start an amendment first."
    ),
}


def lock_agreement(agreement: Agreement) -> Agreement:
    """The agreement's row, locked until the transaction ends. Everything is checked again after this."""
    return Agreement.objects.select_for_update(of=("self",)).select_related("partnership").get(pk=agreement.pk)


def speaks_for(by: Person, partnership: Partnership, rule: Callable[[Person, Partnership], bool]) -> Party:
    """The party that this person speaks for. Raises Refused where the rule says no: nobody acts for another party."""
    party = party_of(by, partnership)
    if party is None or not rule(by, partnership):
        raise Refused(
            str(BY_LINK)
            if came_by_link(by)
            else _("Only the leads of the two partners can do this, each for their own side.")
        )
    return party


def require_drafting(agreement: Agreement) -> None:
    if agreement.draft != Draft.OPEN:
        raise NotNow(str(NOT_DRAFTING[Draft(agreement.draft)]))


def move_draft(agreement: Agreement, act: str) -> None:
    """Take the working draft to the state that the act leads to, if it still is in one that the act starts from."""
    sources, target = DRAFT_TRANSITIONS[act]
    moved = Agreement.objects.filter(pk=agreement.pk, draft__in=sources).update(draft=target)
    if not moved:
        raise NotNow(_("Somebody was quicker: the agreement has changed since you opened the page."))
    agreement.draft = target


def record_event(
    agreement: Agreement, kind: str, *, by: Person | None, now: datetime, payload: dict[str, Any], changed: bool = True
) -> Event:
    """Append what was done to the partnership's chain, and note when the agreement last changed."""
    return record_events(agreement, [(kind, payload)], by=by, now=now, changed=changed)[0]


def record_events(
    agreement: Agreement,
    entries: Sequence[tuple[str, dict[str, Any]]],
    *,
    by: Person | None,
    now: datetime,
    changed: bool = True,
) -> list[Event]:
    """As `record_event`, for all that one act did."""
    if changed:
        Agreement.objects.filter(pk=agreement.pk).update(changed_at=now)
    return append_events(chain=agreement.partnership_id, by=by, at=now, entries=entries)
