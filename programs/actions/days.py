"""The days of a whole cohort: added and taken back by its staff."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from ledger.record import append_event
from partners.actions.programs import require_staff
from partners.models import Person, Program
from programs.models import ProgramDay
from text.fields import clean_words, refuse

FURTHEST = timedelta(days=2 * 366)


@transaction.atomic
def add_program_day(
    *, by: Person, program: Program, kind: str, about: str, starts_at: datetime, place: str, now: datetime
) -> ProgramDay:
    """One that stands already, at the same moment, is said anew. Raises ValidationError, by field."""
    held = Program.objects.select_for_update(no_key=True).get(pk=program.pk)
    require_staff(by, held)
    refuse({"day": refused_day(starts_at, now)})
    said = clean_words(ProgramDay, about=about, place=place)
    facts = said | {"added_at": now, "added_by": by}
    day, _made = ProgramDay.objects.update_or_create(
        program=held, kind=kind, starts_at=starts_at, taken_back_at=None, defaults=facts
    )
    payload = {"day": day.pk, "kind": kind, "starts_at": starts_at.isoformat(), **said}
    append_event(chain=held.chain, kind="program_day.added", by=by, at=now, payload=payload)
    return day


def refused_day(starts_at: datetime, now: datetime) -> str:
    """Empty for a day that a cohort can have: from a year ago to two years ahead."""
    if not now - FURTHEST / 2 <= starts_at <= now + FURTHEST:
        return _("The day must be within two years from today. Check the year.")
    return ""


@transaction.atomic
def take_back_program_day(*, by: Person, day: ProgramDay, now: datetime) -> None:
    """It stands no more. Taking it back twice is taking it back once."""
    program = Program.objects.select_for_update(no_key=True).get(pk=day.program_id)
    require_staff(by, program)
    if ProgramDay.objects.filter(pk=day.pk, taken_back_at=None).update(taken_back_at=now, taken_back_by=by):
        payload = {"day": day.pk, "kind": day.kind, "starts_at": day.starts_at.isoformat()}
        append_event(chain=program.chain, kind="program_day.taken_back", by=by, at=now, payload=payload)
