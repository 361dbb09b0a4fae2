"""The end of a seat."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
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


@dataclass(frozen=True)
class SeatEnd:
    """A seat ends now. `to` takes over what its person took on; None: it waits for the lead of that side."""

    seat: Seat
    to: Person | None
    by: Person
    now: datetime


Follower = Callable[[SeatEnd], AbstractContextManager[None]]
_followers: list[Follower] = []


def follows_the_seat(follower: Follower) -> Follower:
    """Name what else changes when a seat ends, in the rooms above. It is entered before anything is written, to take
    its locks, and left after the seat has ended, in the same transaction."""
    _followers.append(follower)
    return follower


@transaction.atomic
def end_seat(*, by: Person, seat: Seat, now: datetime, to: Person | None = None) -> Seat:
    """A lead ends the seat of a member of their own side, or of a role beside the parties; anyone but a lead their own.

    It is refused from the next request on. What the person wrote stays; what they took on is `to`'s from now on. Ending
    it again changes nothing. Raises ValidationError where `to` does not take part.
    """
    lock(seat.partnership)
    held = Seat.objects.select_for_update(of=("self",)).select_related("partnership", "person").get(pk=seat.pk)
    require_may_end(by, held)
    if held.ended_at:
        return held
    _require_seated(held, to)
    with ExitStack() as following:
        for follower in _followers:
            following.enter_context(follower(SeatEnd(held, to, by=by, now=now)))
        _end(held, by=by, now=now)
    return held


def _require_seated(seat: Seat, to: Person | None) -> None:
    """Whoever takes over has another seat here."""
    others = Seat.objects.filter(partnership=seat.partnership_id, person__is_active=True, ended_at=None)
    if to and not others.exclude(pk=seat.pk).filter(person=to).exists():
        raise ValidationError({"to": _("Choose from the people of this partnership.")})


def _end(seat: Seat, *, by: Person, now: datetime) -> None:
    """Runs under the partnership's lock."""
    seat.ended_at, seat.ended_by = now, by
    seat.save(update_fields=["ended_at", "ended_by"])
    close_for(seat.person, seat.partnership, by=by, now=now)
    payload = {"seat": seat.pk, "name": seat.person.name, "role": seat.role, "party": seat.party}
    event = append_event(chain=seat.partnership_id, kind="seat.ended", by=by, at=now, payload=payload)
    if by != seat.person:
        notify_of_removal(seat, key=event.digest, now=now)


def require_may_end(by: Person, seat: Seat) -> None:
    """Raises Refused."""
    if seat.role == Role.LEAD or not may_end(by, seat):
        raise Refused(_("Only the lead of their own side can remove a member."))


def may_end(by: Person, seat: Seat) -> bool:
    if by.pk == seat.person_id:
        return seat.ended_at is None and rules.decides_for_themselves(by)
    own_side = seat.party in (None, rules.party_of(by, seat.partnership))
    return own_side and rules.assents(by, seat.partnership)
