"""A side says that staff may see more than facts, or takes that back; and staff open what both sides share."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from ledger.record import append_event
from partners import rules
from partners.actions.handovers import leads_of
from partners.actions.invitations import lock
from partners.domain.sharing import staff_may_see
from partners.emails.sharing import notify_of_sharing
from partners.models import Partnership, Person, Shared, Sharing
from partners.rules import Refused


@transaction.atomic
def share_with_staff(*, by: Person, partnership: Partnership, shared: Shared, now: datetime) -> None:
    """A lead says yes for their side. The same again changes nothing."""
    lock(partnership)
    rules.require(rules.assents, by, partnership)
    side = {"partnership": partnership, "shared": shared, "party": rules.side_of(by, partnership)}
    _yes, is_new = Sharing.objects.standing().get_or_create(**side, defaults={"said_at": now, "said_by": by})
    if is_new:
        kind = "sharing.began" if staff_may_see(shared, partnership) else "sharing.agreed"
        _tell(partnership, shared, kind, by=by, now=now)


@transaction.atomic
def stop_sharing(*, by: Person, partnership: Partnership, shared: Shared, now: datetime) -> None:
    """A lead takes their side's yes back, alone and at once. Nothing changes where none stands."""
    lock(partnership)
    rules.require(rules.assents, by, partnership)
    standing = Sharing.objects.standing().filter(partnership=partnership, shared=shared)
    own = standing.filter(party=rules.side_of(by, partnership))
    if own.update(taken_back_at=now, taken_back_by=by):
        _tell(partnership, shared, "sharing.taken_back", by=by, now=now)


@transaction.atomic
def open_drafts(*, by: Person, partnership: Partnership, now: datetime) -> None:
    """Staff look at drafts, comments and evidence. Both sides read who did and when, in the history and on *People*."""
    lock(partnership)
    rules.require(rules.helps, by, partnership)
    if not staff_may_see(Shared.DRAFTS, partnership):
        raise Refused(_("The two partners do not share their drafts with the staff of the program."))
    append_event(chain=partnership.pk, kind="drafts.opened", by=by, at=now, payload={})


def _tell(partnership: Partnership, shared: Shared, kind: str, *, by: Person, now: datetime) -> None:
    payload = {"shared": shared, "party": rules.side_of(by, partnership)}
    event = append_event(chain=partnership.pk, kind=kind, by=by, at=now, payload=payload)
    others = [person for person in leads_of(partnership) if person != by]
    notify_of_sharing(event, to=others, now=now)
