"""Invitations as the invited see them: to accept, or to decline with a reason."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Permission
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from ledger.record import append_event
from partners import rules
from partners.actions.access import chain_of_person
from partners.actions.invitations import InvitationClosed, answer, closed_because, locked, record_event
from partners.emails import invitations
from partners.models import Invitation, Partnership, Person, Program, ProgramStaff, Seat
from partners.parties import Role
from partners.rules import Refused
from partners.terms import VERSION
from text.fields import clean_words


@transaction.atomic
def accept(*, by: Person, invitation: Invitation, now: datetime) -> Invitation:
    """Take the seat. It is for the person whose address was invited, and for nobody else.

    Accepting again changes nothing. Raises InvitationClosed where the invitation cannot be answered any more, Refused
    for another person, ValidationError where the person cannot hold this seat (the other side, staff, a lead is there).
    """
    _lock_program(invitation)
    held = locked(invitation)
    rules.require(rules.decides_for_themselves, by)
    if held.accepted_by_id == by.pk:  # they may have another address by now
        return held
    if held.email.lower() != by.email.lower():
        raise Refused(_("This invitation is for somebody else."))
    if reason := closed_because(held, now):
        raise InvitationClosed(reason)
    _take_place(held, by=by, now=now)
    answer(held, now=now, accepted_at=now, accepted_by=by, terms_version=VERSION)
    record_event(held, "invitation.accepted", by=by, now=now, terms=VERSION, language=held.language)
    invitations.notify_sender(held, "invitation accepted", now=now)
    return held


@transaction.atomic
def begin_accepting(*, invitation: Invitation, now: datetime) -> Person:
    """The person whom a code is sent to, so that they can show that the invited address is theirs.

    Somebody new is written down now, with no seat yet. Raises InvitationClosed where there is nothing to accept.
    """
    held = locked(invitation)
    if reason := closed_because(held, now):
        raise InvitationClosed(reason)
    new = {"name": held.name, "language": held.language, "password": make_password(None)}
    person, made = Person.objects.get_or_create(email=held.email, defaults=new)
    if made:
        payload = {"person": str(person.pk), "invitation": str(held.pk)}
        append_event(chain=chain_of_person(person), kind="person.made", by=None, at=now, payload=payload)
    return person


@transaction.atomic
def decline(*, invitation: Invitation, reason: str, now: datetime) -> Invitation:
    """Say no, and why. Whoever holds the link may: no sign-in is asked for."""
    held = locked(invitation)
    if closed := closed_because(held, now):
        raise InvitationClosed(closed)
    answer(held, now=now, declined_at=now, **clean_words(Invitation, blank=False, decline_reason=reason))
    record_event(held, "invitation.declined", by=None, now=now, reason=held.decline_reason)
    invitations.notify_sender(held, "invitation declined", now=now)
    return held


def _lock_program(invitation: Invitation) -> None:
    """First of all, so that two answers in one program come one after the other: nobody is staff and on a side."""
    of_partnership = invitation.partnership.program_id if invitation.partnership else None
    if program_id := invitation.program_id or of_partnership:
        Program.objects.select_for_update(no_key=True).filter(pk=program_id).first()


def _take_place(invitation: Invitation, *, by: Person, now: datetime) -> None:
    if invitation.partnership:
        _take_seat(invitation, invitation.partnership, by=by, now=now)
    elif invitation.program:
        _join_staff(invitation.program, by=by, now=now)
    else:
        by.user_permissions.add(Permission.objects.get(content_type__app_label="partners", codename="add_program"))


def _take_seat(invitation: Invitation, partnership: Partnership, *, by: Person, now: datetime) -> None:
    Partnership.objects.select_for_update().get(pk=partnership.pk)
    seats = list(Seat.objects.filter(partnership=partnership, ended_at=None))
    _refuse_second_seat(invitation, [seat for seat in seats if seat.person_id == by.pk])
    if invitation.party and ProgramStaff.objects.filter(program=partnership.program_id, person=by).exists():
        raise ValidationError(_("You are staff of this program. Staff help both sides and cannot be on one."))
    is_lead = invitation.role == Role.LEAD
    if is_lead and any(seat.role == Role.LEAD and seat.party == invitation.party for seat in seats):
        raise ValidationError(_("This partner has a lead already."))
    seat = {"partnership": partnership, "role": invitation.role, "party": invitation.party}
    Seat.objects.create(**seat, person=by, started_at=now, started_by=by)


def _refuse_second_seat(invitation: Invitation, own: list[Seat]) -> None:
    if any(seat.party and invitation.party and seat.party != invitation.party for seat in own):
        raise ValidationError(_("You take part on the other side. One person cannot be on both sides."))
    if own:
        raise ValidationError(_("You take part in this partnership already."))


def _join_staff(program: Program, *, by: Person, now: datetime) -> None:
    if Seat.objects.filter(partnership__program=program, person=by, ended_at=None).exclude(party=None).exists():
        raise ValidationError(_("You speak for a partner in this program, so you cannot be on its staff."))
    ProgramStaff.objects.get_or_create(program=program, person=by, defaults={"since": now})
    append_event(chain=program.chain, kind="staff.joined", by=by, at=now, payload={"name": by.name})
