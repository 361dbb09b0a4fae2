"""The address with which a person signs in: it changes through the old one, or a passkey, and by nobody else."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from ledger.record import append_event
from mail.outbox import change_address as redirect_mail
from partners import rules
from partners.actions.access import chain_of_person
from partners.actions.invitations import lock
from partners.actions.sessions import end_others
from partners.authentication_proof import Proof, mask, require_fresh
from partners.emails import address_changes
from partners.models import AddressChange, Invitation, Person, Seat


@transaction.atomic
def send_new_address_code(*, by: Person, email: str, code: str, now: datetime) -> None:
    """Mail a code to an address that nobody has; to one that somebody has, word that it was asked for."""
    rules.require(rules.decides_for_themselves, by)
    owner = Person.objects.filter(email__iexact=email).first()
    if owner:
        address_changes.notify_of_address_in_use(owner, now=now)
    else:
        address_changes.send_new_address_code(by, email=email, code=code, now=now)


@transaction.atomic
def change_address(*, by: Person, email: str, key: str, proof: Proof | None, now: datetime) -> AddressChange:
    """The person signs in with this address from now on; whoever calls this has seen the code that was sent to it.

    What follows them: open invitations to the old address, and mail that waits. Their other sessions end; `key` is of
    the one that stays. Raises NeedsFreshCode, and ValidationError for an address that cannot be used.
    """
    rules.require(rules.decides_for_themselves, by)
    proof = require_fresh(proof, now)
    _lock_invitations(by)
    seats = _locked_seats(by)
    held = Person.objects.select_for_update().get(pk=by.pk)
    before, email = held.email, email.strip().lower()
    _set_address(held, email)
    facts = {"was": mask(before), "became": mask(email)}
    change = AddressChange.objects.create(person=held, proof_method=proof.method, changed_at=now, **facts)
    _let_follow(held, before, seats, key)
    _tell(change, seats, before=before, now=now)
    by.email = email
    return change


def _lock_invitations(person: Person) -> None:
    """First of all: whoever accepts one has it before the partnership and the person."""
    open_to_them = Invitation.objects.unanswered().filter(email__iexact=person.email)
    list(open_to_them.select_for_update(no_key=True).order_by("pk").values_list("pk"))


def _locked_seats(person: Person) -> list[Seat]:
    own = Seat.objects.filter(person_id=person.pk, ended_at=None).select_related("partnership__program")
    seats = list(own.order_by("partnership"))
    for seat in seats:
        lock(seat.partnership)
    return seats


def _set_address(person: Person, email: str) -> None:
    if person.is_demo:
        raise ValidationError(_("The people of the demonstration keep the addresses that they have."))
    try:
        with transaction.atomic():
            person.email = email
            person.full_clean(exclude=["password"], validate_unique=False, validate_constraints=False)
            person.save(update_fields=["email"])
    except IntegrityError:
        raise ValidationError(
            _("Somebody signs in with this address already. Sign in with it, or use another.")
        ) from None


def _let_follow(person: Person, before: str, seats: list[Seat], key: str) -> None:
    Invitation.objects.unanswered().filter(email__iexact=before).update(email=person.email)
    redirect_mail(person, before, person.email)
    end_others(person, key)


def _tell(change: AddressChange, seats: list[Seat], *, before: str, now: datetime) -> None:
    """In the chain of each partnership where they have a seat, and in their own; whoever reads the old mailbox; and the
    other leads, of both sides alike."""
    person = change.person
    said = {"name": person.name, "was": change.was, "became": change.became, "method": change.proof_method}
    for seat in seats:
        of_seat = {"role": seat.role, "party": seat.party}
        append_event(chain=seat.partnership_id, kind="address.changed", by=person, at=now, payload=said | of_seat)
    append_event(chain=chain_of_person(person), kind="address.changed", by=person, at=now, payload=said)
    address_changes.notify_of_change(change, before=before, now=now)
    address_changes.notify_other_leads(change, [seat.partnership for seat in seats], now=now)
