"""Keep what somebody sent when they were signed out, for them alone, and drop it again."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from partners import rules
from partners.models import Person, UnsentForm
from partners.models.unsent import LONGEST_ADDRESS
from partners.unsent import Words, fits

MOST = 5


@transaction.atomic
def keep_unsent(*, person: Person, address: str, words: Words, now: datetime) -> UnsentForm | None:
    """The oldest make room. None where it is too much to keep."""
    if not fits(words) or len(address) > LONGEST_ADDRESS:
        return None
    kept = UnsentForm.objects.create(person=person, address=address, words=dict(words), kept_at=now)
    rows = UnsentForm.objects.filter(person=person)
    rows.exclude(pk__in=rows.values_list("pk", flat=True)[:MOST]).delete()
    return kept


def drop_unsent(*, by: Person, pk: str) -> None:
    """Only one's own; where there is none, nothing."""
    rules.require(rules.decides_for_themselves, by)
    if pk.isascii() and pk.isdigit() and len(pk) < 18:
        UnsentForm.objects.filter(person=by, pk=int(pk)).delete()
