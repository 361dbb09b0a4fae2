"""How long records are kept, and legal holds: by those who run the site. The ledger tells of each."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from ledger.record import append_event
from partners.models import Partnership, Person, Program
from partners.rules import Refused, says_who_signs_in
from programs.models import LegalHold, RecordKind, Retention
from text.fields import clean_words

MOST_YEARS = 100


def require_operator(by: Person) -> None:
    if not says_who_signs_in(by):
        raise Refused(_("Only those who run this site can do this."))


@transaction.atomic
def set_retention(*, by: Person, program: Program, kind: str, years: int | None, now: datetime) -> None:
    """Years after the end of a partnership; None keeps what there is for ever."""
    require_operator(by)
    if kind not in RecordKind.values or not (years is None or 0 < years <= MOST_YEARS):
        raise ValidationError(_("Records are kept for 1 to 100 years after the end, by kind."))
    rule = Retention.objects.filter(program=program, kind=kind)
    if years is None:
        rule.delete()
    else:
        Retention.objects.update_or_create(program=program, kind=kind, defaults={"years": years})
    payload = {"kind": kind, "years": years}
    append_event(chain=program.chain, kind="retention.set", by=by, at=now, payload=payload)


@transaction.atomic
def place_hold(*, by: Person, partnership: Partnership, reason: str, now: datetime) -> LegalHold:
    """From now on nothing of it is deleted, whatever was asked for before."""
    require_operator(by)
    Partnership.objects.select_for_update().get(pk=partnership.pk)
    said = clean_words(LegalHold, blank=False, reason=reason)
    if LegalHold.objects.filter(partnership=partnership, lifted_at=None).exists():
        raise ValidationError(_("A legal hold stands already."))
    hold = LegalHold.objects.create(partnership=partnership, placed_at=now, placed_by=by, **said)
    append_event(chain=partnership.pk, kind="hold.placed", by=by, at=now, payload=said)
    return hold


@transaction.atomic
def lift_hold(*, by: Person, partnership: Partnership, reason: str, now: datetime) -> None:
    """What was asked for before can be done from now on."""
    require_operator(by)
    Partnership.objects.select_for_update().get(pk=partnership.pk)
    said = clean_words(LegalHold, blank=False, reason=reason)
    standing = LegalHold.objects.filter(partnership=partnership, lifted_at=None)
    if not standing.update(lifted_at=now, lifted_by=by, lift_reason=said["reason"]):
        raise ValidationError(_("No legal hold stands."))
    append_event(chain=partnership.pk, kind="hold.lifted", by=by, at=now, payload=said)
