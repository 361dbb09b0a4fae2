"""A side says that everybody may see the partnership's page, or takes that back; it holds back a piece, or lets it go.

What opens needs both sides, what closes needs one. Neither side can undo what the other one holds.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from agreements.refusals import NotNow, Stale
from ledger.record import append_event
from partners import rules
from partners.actions.handovers import leads_of
from partners.actions.invitations import lock
from partners.models import Partnership, Person
from programs.domain.public_items import item_groups, item_keys, items_digest
from programs.domain.publications import is_public, publication_closed
from programs.emails.publications import notify_of_publication
from programs.models import HeldItem, Publication


@transaction.atomic
def publish(*, by: Person, partnership: Partnership, shown: str, now: datetime) -> None:
    """A lead says yes for their side, to the page with these items (`items_digest`). The same again changes nothing.

    Raises NotNow before a signature and after the end, Stale where the list has changed meanwhile.
    """
    held = _locked(by, partnership)
    side = {"partnership": held, "party": rules.side_of(by, held)}
    if Publication.objects.standing().filter(**side).exists():
        return
    if why := publication_closed(held):
        raise NotNow(why)
    if items_digest(item_groups(held, now=now)) != shown:
        raise Stale
    Publication.objects.create(**side, said_at=now, said_by=by)
    _tell(held, "publication.began" if is_public(held) else "publication.agreed", by=by, now=now)


@transaction.atomic
def take_back_publication(*, by: Person, partnership: Partnership, now: datetime) -> None:
    """A lead takes their side's yes back, alone and at once, at any time. Nothing changes where none stands."""
    held = _locked(by, partnership)
    own = Publication.objects.standing().filter(partnership=held, party=rules.side_of(by, held))
    if own.update(taken_back_at=now, taken_back_by=by):
        _tell(held, "publication.taken_back", by=by, now=now)


@transaction.atomic
def hold_back(*, by: Person, partnership: Partnership, item: str, now: datetime) -> None:
    """A lead keeps something off the page for their side. The same again changes nothing. Raises NotNow for what is
    on no page."""
    held = _locked(by, partnership)
    side = {"partnership": held, "party": rules.side_of(by, held), "item": item}
    if HeldItem.objects.standing().filter(**side).exists():
        return
    if item not in item_keys(held, now=now):
        raise NotNow(_("This is not on the page any more. Nothing was changed."))
    HeldItem.objects.create(**side, held_at=now, held_by=by)
    _record(held, "publication.held_back", by=by, now=now, item=item)


@transaction.atomic
def let_go(*, by: Person, partnership: Partnership, item: str, now: datetime) -> None:
    """A lead holds it back no more. It is shown when the other side does not hold it either."""
    held = _locked(by, partnership)
    own = HeldItem.objects.standing().filter(partnership=held, party=rules.side_of(by, held), item=item)
    if own.update(let_go_at=now, let_go_by=by):
        _record(held, "publication.let_go", by=by, now=now, item=item)


def _locked(by: Person, partnership: Partnership) -> Partnership:
    """As it is now, its row locked until the transaction ends, for a lead. Raises Refused."""
    lock(partnership)
    held = Partnership.objects.select_related("program", "agreement").get(pk=partnership.pk)
    rules.require(rules.assents, by, held)
    return held


def _tell(partnership: Partnership, kind: str, *, by: Person, now: datetime) -> None:
    key = _record(partnership, kind, by=by, now=now)
    others = [person for person in leads_of(partnership) if person != by]
    party = rules.side_of(by, partnership)
    notify_of_publication(partnership, kind, to=others, by=by, party=party, key=key, now=now)


def _record(partnership: Partnership, kind: str, *, by: Person, now: datetime, **more: str) -> str:
    payload = {"party": rules.side_of(by, partnership), **more}
    return append_event(chain=partnership.pk, kind=kind, by=by, at=now, payload=payload).digest
