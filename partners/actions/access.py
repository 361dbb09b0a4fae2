"""Who may sign in, and who may open the admin site: what an operator decides about a person."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from ledger.record import append_event
from partners.models import Person
from partners.rules import Refused, says_who_signs_in


@transaction.atomic
def change_access(*, by: Person, person: Person, is_active: bool, is_staff: bool, now: datetime) -> Person:
    """Let somebody in or keep them out. It is written to the person's own chain; the same again changes nothing."""
    if not says_who_signs_in(by):
        raise Refused(_("Only those who run this site can do this."))
    held = Person.objects.select_for_update().get(pk=person.pk)
    before, after = _facts(held), {"is_active": is_active, "is_staff": is_staff}
    if before != after:
        Person.objects.filter(pk=held.pk).update(**after)
        payload = {"person": str(held.pk), "before": before, "after": after}
        append_event(chain=chain_of_person(held), kind="access.changed", by=by, at=now, payload=payload)
    held.is_active, held.is_staff = is_active, is_staff
    return held


def chain_of_person(person: Person) -> uuid.UUID:
    """The chain in which it is told who was let in, apart from every partnership."""
    return uuid.uuid5(uuid.NAMESPACE_OID, f"topcities person {person.pk}")


def _facts(person: Person) -> dict[str, bool]:
    return {"is_active": person.is_active, "is_staff": person.is_staff}
