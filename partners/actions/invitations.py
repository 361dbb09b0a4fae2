"""Invitations as those who send them see it: to invite, to put a wrong address right, to take back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, TypedDict, Unpack

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ledger.models import Event
from ledger.record import append_event
from partners import rules
from partners.authentication_proof import mask
from partners.emails import invitations
from partners.models import Invitation, Organization, Partnership, Person, Program, ProgramStaff, Seat
from partners.parties import Party, Role
from partners.rules import Refused
from partners.tokens import hashed, token_for
from text.fields import refuse

LASTS = timedelta(days=30)
DAY = timedelta(days=1)
# More than any partnership needs, and too few to send letters to strangers through us.
MOST_A_DAY = 30


IS_STAFF = gettext_lazy("This person is staff of the program. Staff help both sides and cannot be on one.")


class InvitationClosed(Exception):
    """It was answered, taken back, replaced, or is too old. Its text says which, in a plain sentence."""


class Invited(TypedDict):
    """Who is invited, and the language of the mail."""

    name: str
    email: str
    language: str


@transaction.atomic
def invite(
    *, by: Person, partnership: Partnership, role: Role, now: datetime, **invited: Unpack[Invited]
) -> Invitation:
    """A lead invites: a member of their own side (and of no other), or somebody for a role beside the two parties."""
    lock(partnership)
    rules.require(rules.assents, by, partnership)
    if role == Role.LEAD:
        raise Refused(_("The lead of a partner is invited by the staff of the program."))
    party = rules.party_of(by, partnership) if role == Role.MEMBER else None
    return _open(by=by, partnership=partnership, role=role, party=party, now=now, **invited)


@transaction.atomic
def invite_lead(
    *, by: Person, partnership: Partnership, party: Party, now: datetime, **invited: Unpack[Invited]
) -> Invitation:
    """Staff invite the lead of a party that has none, and no open invitation."""
    lock(partnership)
    rules.require(rules.helps, by, partnership)
    return open_lead_invitation(by=by, partnership=partnership, party=party, now=now, **invited)


def open_lead_invitation(
    *, by: Person, partnership: Partnership, party: Party, now: datetime, **invited: Unpack[Invited]
) -> Invitation:
    """Runs inside a transaction, for somebody who was found to be staff of the program."""
    if Seat.objects.filter(partnership=partnership, party=party, role=Role.LEAD, ended_at=None).exists():
        raise ValidationError(_("This partner has a lead already."), code="lead seated")
    if partnership.invitations.open_at(now).filter(party=party, role=Role.LEAD).exists():
        raise ValidationError(_("A lead is invited already. Correct that invitation instead."), code="lead invited")
    return _open(by=by, partnership=partnership, role=Role.LEAD, party=party, now=now, **invited)


@transaction.atomic
def invite_staff(
    *, now: datetime, by: Person | None = None, program: Program | None = None, **invited: Unpack[Invited]
) -> Invitation:
    """Invite somebody to the staff of a program; without one, to start their own. Without `by`, an operator invites.

    Whose invitation is still open gets the same link again, with its time starting anew.
    """
    if (by or program) and not (by and program and rules.runs(by, program.pk)):
        raise Refused(_("Only the staff of the program can do this."))
    own = {"partnership": None, "program": program, "email": _address(invited["email"])}
    if earlier := Invitation.objects.unanswered().filter(**own).order_by("pk").first():
        return _send_the_same(earlier, by=by, now=now)
    return _write(by=by, now=now, program=program, **invited)


@transaction.atomic
def send_again(*, by: Person, invitation: Invitation, now: datetime, **invited: Unpack[Invited]) -> Invitation:
    """Send an invitation again before it was accepted. To another address it is a new one, and the old link is dead.

    To the same address it holds the same link, with its time starting anew. Raises InvitationClosed where it was
    accepted or replaced meanwhile. The sender never learns the link.
    """
    held = locked(invitation)
    if held.partnership:
        lock(held.partnership)
    require_sender(by, held)
    if held.accepted_at or hasattr(held, "replaced_by"):
        raise InvitationClosed(closed_because(held, now))
    invited["name"], invited["email"] = Invitation.name.field.clean_words(invited["name"]), _address(invited["email"])
    if held.is_open and invited == {"name": held.name, "email": held.email, "language": held.language}:
        return _send_the_same(held, by=by, now=now)
    return _replace(held, by=by, invited=invited, now=now)


@transaction.atomic
def cancel_invitation(*, by: Person, invitation: Invitation, now: datetime) -> Invitation:
    """Take an invitation back. Raises InvitationClosed where it was answered meanwhile."""
    held = locked(invitation)
    require_sender(by, held)
    if not held.is_open:
        raise InvitationClosed(closed_because(held, now))
    answer(held, now=now, cancelled_at=now, cancelled_by=by)
    record_event(held, "invitation.cancelled", by=by, now=now)
    return held


def may_send_again(by: Person, invitation: Invitation) -> bool:
    """Staff for the leads' invitations; a lead for the members of their own side and for those beside the parties."""
    if invitation.partnership is None:
        return invitation.program_id is not None and rules.runs(by, invitation.program_id)
    if invitation.role == Role.LEAD:
        return bool(rules.helps(by, invitation.partnership))
    own_side = invitation.party in (None, rules.party_of(by, invitation.partnership))
    return own_side and bool(rules.assents(by, invitation.partnership))


def require_sender(by: Person, invitation: Invitation) -> None:
    if not may_send_again(by, invitation):
        raise Refused(_("This invitation is not yours to change."))


def lock(partnership: Partnership) -> None:
    """Until the transaction ends: what two people invite at once is compared, so nobody is invited to both sides."""
    Partnership.objects.select_for_update(no_key=True).get(pk=partnership.pk)
    rules.forget_seats(partnership)


def locked(invitation: Invitation) -> Invitation:
    """Its row, locked until the transaction ends."""
    held = Invitation.objects.select_for_update(of=("self",)).select_related("partnership__program", "program")
    return held.get(pk=invitation.pk)


def closed_because(invitation: Invitation, now: datetime) -> str:
    """Why an invitation cannot be answered; empty where it can."""
    if invitation.accepted_at:
        return _("This invitation was accepted already.")
    if hasattr(invitation, "replaced_by"):
        return _("This invitation was replaced by a newer one. Please use the link in the latest mail.")
    if invitation.cancelled_at:
        return _("This invitation was taken back by those who sent it.")
    if invitation.declined_at:
        return _("This invitation was declined.")
    if invitation.expires_at <= now:
        return _("This invitation is too old. Ask those who invited you to send it again.")
    return ""


def answer(invitation: Invitation, *, now: datetime, **facts: object) -> None:
    """Write what became of it, if nothing did before. Raises InvitationClosed where something did."""
    if not Invitation.objects.unanswered().filter(pk=invitation.pk).update(**facts):
        raise InvitationClosed(closed_because(locked(invitation), now))
    for field, value in facts.items():
        setattr(invitation, field, value)


def record_event(invitation: Invitation, kind: str, *, by: Person | None, now: datetime, **more: object) -> None:
    """Write to the partnership's chain what became of an invitation; addresses are masked there."""
    if invitation.partnership_id is None:
        return
    payload = {
        "invitation": str(invitation.pk),
        "name": invitation.name,
        "address": mask(invitation.email),
        "role": invitation.role,
        "party": invitation.party,
        **more,
    }
    append_event(chain=invitation.partnership_id, kind=kind, by=by, at=now, payload=payload)


def _open(
    *, by: Person, partnership: Partnership, role: Role, party: Party | None, now: datetime, **invited: Unpack[Invited]
) -> Invitation:
    refuse({"email": conflict_of(_address(invited["email"]), partnership=partnership, party=party, now=now)})
    return _write(by=by, now=now, partnership=partnership, role=role, party=party, **invited)


def conflict_of(
    email: str, *, partnership: Partnership, party: str | None, now: datetime, but: Invitation | None = None
) -> str:
    """Why the address cannot be invited to this seat; empty where it can."""
    invited = partnership.invitations.open_at(now).filter(email__iexact=email)
    if but:
        invited = invited.exclude(pk=but.pk)
    seated = Seat.objects.filter(partnership=partnership, person__email__iexact=email, ended_at=None)
    sides = {*invited.values_list("party", flat=True), *seated.values_list("party", flat=True)}
    if party and sides - {None, party}:
        return _("This person takes part on the other side. One person cannot be on both sides.")
    if sides:
        return _("This person takes part, or is invited, already.")
    if party and ProgramStaff.objects.filter(program=partnership.program_id, person__email__iexact=email).exists():
        return str(IS_STAFF)
    return ""


def refused_invitation(
    typed: Mapping[str, Any], *, partnership: Partnership, party: Party | None, now: datetime
) -> dict[str, str]:
    """What inviting to this seat refuses, by field."""
    email = typed.get("email")
    return {"email": conflict_of(_address(email), partnership=partnership, party=party, now=now)} if email else {}


def _refuse_too_many(by: Person | None, partnership: Partnership | None, now: datetime) -> None:
    """Raise ValidationError for somebody who sent many in this partnership since yesterday, corrected ones counted."""
    if by is None or partnership is None:
        return
    kinds = ["invitation.sent", "invitation.resent"]
    sent = Event.objects.filter(kind__in=kinds, chain=partnership.pk, actor=by.pk, at__gt=now - DAY)
    if sent.count() >= MOST_A_DAY:
        message = _("%(most)s invitations a day can be sent. This one was not. Please send it tomorrow.")
        raise ValidationError(message % {"most": MOST_A_DAY}, code="too many")


def _write(
    *, by: Person | None, now: datetime, email: str, partnership: Partnership | None = None, **fields: object
) -> Invitation:
    """The row, its event, and the mail that holds its link."""
    _refuse_too_many(by, partnership, now)
    sent = {"invited_by": by, "invited_at": now, "expires_at": now + LASTS}
    invitation = Invitation(partnership=partnership, email=_address(email), **sent, **fields)
    invitation.token_hash = hashed(token_for(invitation))
    invitation.full_clean(exclude=["role", "party"], validate_constraints=False)
    invitation.save()
    _name_in_block(invitation)
    record_event(invitation, "invitation.sent", by=by, now=now, language=invitation.language)
    invitations.send_invitation(invitation, now=now)
    return invitation


def _name_in_block(invitation: Invitation) -> None:
    """The signature block names the lead who is invited. Once a lead has taken the seat, it is theirs to correct."""
    own = {"partnership": invitation.partnership, "party": invitation.party}
    if invitation.role == Role.LEAD and not Seat.objects.filter(**own, role=Role.LEAD).exists():
        Organization.objects.filter(**own).update(signatory=invitation.name)


def _send_the_same(invitation: Invitation, *, by: Person | None, now: datetime) -> Invitation:
    _refuse_too_many(by, invitation.partnership, now)
    invitation.expires_at = now + LASTS
    invitation.save(update_fields=["expires_at"])
    record_event(invitation, "invitation.resent", by=by, now=now)
    invitations.send_invitation(invitation, now=now)
    return invitation


def _replace(old: Invitation, *, by: Person, invited: Invited, now: datetime) -> Invitation:
    if old.partnership:
        conflict = conflict_of(invited["email"], partnership=old.partnership, party=old.party, now=now, but=old)
        refuse({"email": conflict})
    if old.is_open:
        answer(old, now=now, cancelled_at=now, cancelled_by=by)
    same: dict[str, Any] = {name: getattr(old, name) for name in ("partnership", "program", "role", "party")}
    new = _write(by=by, now=now, replaces=old, **same, **invited)
    was = {"name": old.name, "address": mask(old.email)}
    record_event(new, "invitation.corrected", by=by, now=now, was=was)
    return new


def _address(email: str) -> str:
    address = email.strip().lower()
    validate_email(address)
    return address
