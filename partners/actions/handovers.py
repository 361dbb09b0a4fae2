"""The lead of a side hands over: offered, taken back, accepted or declined. Until it is accepted nothing changes."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from ledger.models import Event
from ledger.record import append_event
from partners import rules
from partners.actions.invitations import lock
from partners.authentication_proof import Proof, require_fresh
from partners.emails.handovers import notify_of_handover
from partners.models import Handover, HandoverOutcome, Partnership, Person, Seat
from partners.parties import Party, Role
from partners.rules import Refused
from text.fields import clean_words


class HandoverClosed(Exception):
    """It was answered or taken back already. Its text says which, in a plain sentence."""


@dataclass(frozen=True)
class LeadChange:
    """A side's lead changes now: from whom to whom, and who makes it so."""

    partnership: Partnership
    party: Party
    before: Person
    after: Person
    by: Person
    now: datetime


Follower = Callable[[LeadChange], AbstractContextManager[None]]
_followers: list[Follower] = []


def follows_the_lead(follower: Follower) -> Follower:
    """Name what else changes with a lead, in the rooms above. It is entered before anything is written, to take its
    locks, and left after the new lead is seated, in the same transaction."""
    _followers.append(follower)
    return follower


@transaction.atomic
def offer_lead(
    *, by: Person, partnership: Partnership, to: Person, reason: str, proof: Proof | None, now: datetime
) -> Handover:
    """A lead asks a member of their own side to take over. Asking the same person again changes nothing.

    Raises NeedsFreshCode: who leads, signs.

    Raises ValidationError where somebody else is asked already, or for somebody who is no member of that side.
    """
    lock(partnership)
    rules.require(rules.assents, by, partnership)
    require_fresh(proof, now)
    party = rules.side_of(by, partnership)
    if earlier := Handover.objects.unanswered().offers().filter(partnership=partnership, party=party).first():
        return the_same(earlier, to, _("You have asked %(name)s already. Take that back first."))
    if not _seats(partnership, party).filter(person=to, role=Role.MEMBER).exists():
        raise ValidationError({"to": ValidationError(_("Choose a member of your own side."), code="no member")})
    said = clean_words(Handover, reason=reason)
    handover = Handover.objects.create(partnership=partnership, party=party, to=to, asked_at=now, asked_by=by, **said)
    event = record_event(handover, "lead.offered", by=by, now=now, reason=handover.reason)
    notify_of_handover(handover, "lead offered", to=[to], key=event.digest, now=now)
    return handover


@transaction.atomic
def take_back_lead(*, by: Person, handover: Handover, now: datetime) -> None:
    """The lead asks no longer. Raises HandoverClosed where it was answered meanwhile."""
    held = locked(handover)
    rules.require(rules.assents, by, held.partnership)
    if held.is_claim or rules.party_of(by, held.partnership) != held.party:
        raise Refused(_("Only the lead of their own side can do this."))
    answer_handover(held, HandoverOutcome.TAKEN_BACK, by=by, now=now)
    event = record_event(held, "lead.offer_taken_back", by=by, now=now)
    notify_of_handover(held, "lead offer taken back", to=[held.to], key=event.digest, now=now)


@transaction.atomic
def decline_lead(*, by: Person, handover: Handover, reason: str, now: datetime) -> None:
    """Who is asked says no. Raises HandoverClosed where it was answered or taken back meanwhile."""
    held = locked(handover)
    _require_asked(by, held)
    answer_handover(held, HandoverOutcome.DECLINED, by=by, now=now, **clean_words(Handover, answer=reason))
    event = record_event(held, "lead.offer_declined", by=by, now=now, reason=held.answer)
    notify_of_handover(held, "lead declined", to=[held.asked_by], key=event.digest, now=now)


@transaction.atomic
def accept_lead(*, by: Person, handover: Handover, proof: Proof | None, now: datetime) -> None:
    """Who is asked becomes the lead of their side, and the lead before becomes a member. Accepting again changes
    nothing. Raises HandoverClosed where it was taken back meanwhile, NeedsFreshCode as offering it does."""
    held = locked(handover)
    _require_asked(by, held)
    if held.outcome == HandoverOutcome.ACCEPTED:
        return
    rules.require(rules.takes_the_lead, by, held.partnership)
    if held.outcome:
        raise HandoverClosed(closed_because(held))
    require_fresh(proof, now)
    change_lead(held, by=by, now=now)


def change_lead(held: Handover, *, by: Person, now: datetime, kind: str = "lead.changed", answer: str = "") -> None:
    """Runs under the partnership's lock, for somebody who was found to decide it. Raises HandoverClosed where the side
    has no lead to follow."""
    seat = lead_seat(held.partnership, held.party)
    if seat is None:
        raise HandoverClosed(_("This side has no lead now. The staff of the program invite one."))
    before = seat.person
    change = LeadChange(held.partnership, Party(held.party), before=before, after=held.to, by=by, now=now)
    with ExitStack() as following:
        for follower in _followers:
            following.enter_context(follower(change))
        _seat_anew(change)
        answer_handover(held, HandoverOutcome.ACCEPTED, by=by, now=now, answer=answer)
        _close_the_others(change)
        event = record_event(held, kind, by=by, now=now, before=before.name, reason=answer)
        people = [before, *leads_of(held.partnership)]
        notify_of_handover(held, "lead changed", to=people, key=event.digest, now=now, before=str(before.pk))


def close_for(person: Person, partnership: Partnership, *, by: Person, now: datetime) -> None:
    """Who takes part no more is asked no more. Runs under the partnership's lock."""
    open_ones = Handover.objects.unanswered().filter(partnership=partnership, to=person)
    open_ones.update(outcome=HandoverOutcome.TAKEN_BACK, answered_at=now, answered_by=by)


def locked(handover: Handover) -> Handover:
    """As it is now, with its partnership locked until the transaction ends."""
    lock(handover.partnership)
    return Handover.objects.select_related("partnership", "to", "asked_by").get(pk=handover.pk)


def closed_because(handover: Handover) -> str:
    """Why it cannot be answered any more; empty where it can."""
    if not handover.outcome:
        return ""
    if handover.outcome == HandoverOutcome.ACCEPTED:
        return _("The lead was handed over already.")
    if handover.outcome == HandoverOutcome.DECLINED:
        return _("This was declined already.")
    if handover.is_claim:
        return _("Nobody asks for the lead any more.")
    return _("The lead no longer asks for this.")


def lead_seat(partnership: Partnership, party: str) -> Seat | None:
    return _seats(partnership, party).filter(role=Role.LEAD).select_related("person").first()


def leads_of(partnership: Partnership) -> list[Person]:
    leads = Seat.objects.filter(partnership=partnership, role=Role.LEAD, ended_at=None)
    return [seat.person for seat in leads.select_related("person").order_by("pk")]


def record_event(handover: Handover, kind: str, *, by: Person, now: datetime, **more: object) -> Event:
    payload = {"handover": handover.pk, "name": handover.to.name, "party": handover.party, **more}
    return append_event(chain=handover.partnership_id, kind=kind, by=by, at=now, payload=payload)


def _seats(partnership: Partnership, party: str | None) -> QuerySet[Seat]:
    return Seat.objects.filter(partnership=partnership, party=party, ended_at=None)


def the_same(earlier: Handover, to: Person, words: str) -> Handover:
    """What was asked already, where it is about the same person. Raises ValidationError with these words if not."""
    if earlier.to_id != to.pk:
        raise ValidationError({"to": ValidationError(words % {"name": earlier.to.name}, code="asked already")})
    return earlier


def _require_asked(by: Person, handover: Handover) -> None:
    rules.require(rules.proposes, by, handover.partnership)
    if handover.is_claim or handover.to_id != by.pk:
        raise Refused(_("Somebody else is asked to take over the lead."))


def answer_handover(
    handover: Handover, outcome: HandoverOutcome, *, by: Person, now: datetime, answer: str = ""
) -> None:
    """Write the answer, if none came first. Raises HandoverClosed where one did."""
    facts = {"outcome": outcome, "answered_at": now, "answered_by": by, "answer": answer}
    if not Handover.objects.unanswered().filter(pk=handover.pk).update(**facts):
        raise HandoverClosed(closed_because(Handover.objects.get(pk=handover.pk)))
    for field, value in facts.items():
        setattr(handover, field, value)


def _seat_anew(change: LeadChange) -> None:
    """End both seats, then give each the other's role. Raises Refused where one of the two has left meanwhile."""
    both = _seats(change.partnership, change.party).filter(person__in=[change.before, change.after])
    if both.update(ended_at=change.now, ended_by=change.by) != 2:
        raise Refused(_("Only a member of a side can take over its lead."))
    side = {"partnership": change.partnership, "party": change.party}
    for person, role in ((change.before, Role.MEMBER), (change.after, Role.LEAD)):
        Seat.objects.create(**side, person=person, role=role, started_at=change.now, started_by=change.by)
    rules.forget_seats(change.partnership)


def _close_the_others(change: LeadChange) -> None:
    """Whatever else was asked about this lead is no longer a question."""
    others = Handover.objects.unanswered().filter(partnership=change.partnership, party=change.party)
    others.update(outcome=HandoverOutcome.TAKEN_BACK, answered_at=change.now, answered_by=change.by)
