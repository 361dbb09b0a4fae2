"""The end of a seat."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from ledger.record import append_event
from partners import rules
from partners.actions.handovers import close_for
from partners.actions.invitations import lock
from partners.emails.seats import notify_of_removal
from partners.models import Person, Seat
from partners.parties import Role
from partners.rules import Refused


@transaction.atomic
def end_seat(*, by: Person, seat: Seat, now: datetime) -> Seat:
    """A lead ends the seat of a member of their own side, or of a role beside the parties; anyone but a lead their own.

    It is refused from the next request on. What the person wrote stays. Ending it again changes nothing.
    """
    lock(seat.partnership)
    held = Seat.objects.select_for_update(of=("self",)).select_related("partnership", "person").get(pk=seat.pk)
    if held.role == Role.LEAD or not may_end(by, held):
        raise Refused(_("Only the lead of their own side can remove a member."))
    if not Seat.objects.filter(pk=held.pk, ended_at=None).update(ended_at=now, ended_by=by):
        return held
    held.ended_at, held.ended_by = now, by
    close_for(held.person, held.partnership, by=by, now=now)
    payload = {"seat": held.pk, "name": held.person.name, "role": held.role, "party": held.party}
    event = append_event(chain=held.partnership_id, kind="seat.ended", by=by, at=now, payload=payload)
    if by != held.person:
        notify_of_removal(held, key=event.digest, now=now)
    return held


def may_end(by: Person, seat: Seat) -> bool:
    if by.pk == seat.person_id:
        return seat.ended_at is None and rules.decides_for_themselves(by)
    own_side = seat.party in (None, rules.party_of(by, seat.partnership))
    return own_side and rules.assents(by, seat.partnership)
