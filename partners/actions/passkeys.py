"""A person adds and removes their passkeys, and uses one."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from ledger.record import append_event
from partners import rules
from partners.actions.access import chain_of_person
from partners.authentication_proof import Proof, require_fresh
from partners.emails import passkeys
from partners.models import Passkey, Person
from partners.models.passkey import MOST_PASSKEYS
from partners.webauthn import NewKey


@transaction.atomic
def add_passkey(*, by: Person, name: str, key: NewKey, proof: Proof | None, now: datetime) -> Passkey:
    """Whoever has it can sign in as this person: it asks for a fresh proof, and its person is told by mail."""
    rules.require(rules.decides_for_themselves, by)
    require_fresh(proof, now)
    Person.objects.select_for_update().get(pk=by.pk)
    if Passkey.objects.filter(person_id=by.pk).count() >= MOST_PASSKEYS:
        raise ValidationError(
            _("You have %(most)s passkeys. Remove one that you no longer use.") % {"most": MOST_PASSKEYS}
        )
    if Passkey.objects.filter(credential=key.credential).exists():
        raise ValidationError(_("This passkey is known already."))
    name = Passkey.name.field.clean_words(name)
    facts = {"credential": key.credential, "key": key.key, "count": key.count}
    passkey = Passkey.objects.create(person_id=by.pk, name=name, added_at=now, **facts)
    append_event(
        chain=chain_of_person(by), kind="passkey.added", by=by, at=now, payload={"passkey": passkey.pk, "name": name}
    )
    passkeys.notify_of_passkey(by, kind="passkey added", name=name, pk=passkey.pk, now=now)
    return passkey


@transaction.atomic
def remove_passkey(*, by: Person, pk: int, proof: Proof | None, now: datetime) -> bool:
    """Whether it was there. Nobody signs in with it any more; sessions that began with it stay, and have their list."""
    rules.require(rules.decides_for_themselves, by)
    require_fresh(proof, now)
    passkey = Passkey.objects.select_for_update().filter(person_id=by.pk, pk=pk).first()
    if passkey is None:
        return False
    name = passkey.name
    passkey.delete()
    append_event(
        chain=chain_of_person(by), kind="passkey.removed", by=by, at=now, payload={"passkey": pk, "name": name}
    )
    passkeys.notify_of_passkey(by, kind="passkey removed", name=name, pk=pk, now=now)
    return True


@transaction.atomic
def use_passkey(*, passkey: Passkey, count: int, now: datetime) -> bool:
    """Note that it was used; its answer has been checked. False for a copy, whose count falls behind (WebAuthn 6.1.1).

    Passkeys that are kept on several devices do not count, and stay at zero.
    """
    counts = Q(count__lt=count) if count else Q(count=0)
    return Passkey.objects.filter(counts, pk=passkey.pk).update(count=count, used_at=now) == 1
