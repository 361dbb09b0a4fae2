"""Archives of signed agreements, and of a partnership whole: asked for here, made by the worker (archives.py)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ledger.record import append_event
from mail.outbox import wake
from partners.actions.access import chain_of_person
from partners.actions.programs import require_staff
from partners.models import Partnership, Person, Program
from programs.actions.retention import require_operator
from programs.models import Export, ExportContents

LASTS = timedelta(days=1)
MOST_AT_ONCE = 3


@transaction.atomic
def ask_export(
    *, by: Person, program: Program, now: datetime, partnerships: Collection[Partnership] | None = None
) -> Export:
    """An archive of all agreements of a program, or of these partnerships. Raises ValidationError where none is chosen,
    or one is of another program.

    Whoever presses the button twice has one archive.
    """
    require_staff(by, program)
    chosen = {one.pk for one in (program.partnerships.all() if partnerships is None else partnerships)}
    if program.partnerships.filter(pk__in=chosen).count() < len(chosen):
        raise ValidationError(_("A partnership that you chose is not in this program."))
    return _ask(by, program, chosen, now)


@transaction.atomic
def ask_records(*, by: Person, partnership: Partnership, redact: bool, now: datetime) -> Export:
    """A partnership whole, for a records request, with every place that was redacted on a list."""
    require_operator(by)
    return _ask(by, None, {partnership.pk}, now, ExportContents.REDACTED if redact else ExportContents.RECORDS)


@transaction.atomic
def ask_export_of(*, by: Person, partnerships: Collection[Partnership], now: datetime) -> Export:
    """An archive of these, of whatever programs, for whoever runs this site."""
    require_operator(by)
    return _ask(by, None, {one.pk for one in partnerships}, now)


def _ask(
    by: Person,
    program: Program | None,
    chosen: set[UUID],
    now: datetime,
    contents: ExportContents = ExportContents.SIGNED,
) -> Export:
    Person.objects.select_for_update().get(pk=by.pk)
    if not chosen:
        raise ValidationError(_("There is nothing to export. Choose at least one partnership."))
    being_made = list(Export.objects.asked_by(by, now).filter(program=program, made_at=None))
    for one in being_made:
        if contents == one.contents and chosen == set(one.partnerships.values_list("pk", flat=True)):
            return one
    if len(being_made) >= MOST_AT_ONCE:
        raise ValidationError(_too_many() % {"n": MOST_AT_ONCE})
    return _begin(by, program, chosen, now, contents)


def _too_many() -> str:
    return ngettext(
        "%(n)s archive is being made for you. Ask for another one when it is ready.",
        "%(n)s archives are being made for you. Ask for another one when one of them is ready.",
        MOST_AT_ONCE,
    )


def _begin(by: Person, program: Program | None, chosen: set[UUID], now: datetime, contents: ExportContents) -> Export:
    export = Export.objects.create(
        program=program,
        contents=contents,
        asked_at=now,
        asked_by=by,
        total=len(chosen),
        due_at=now,
        expires_at=now + LASTS,
    )
    export.partnerships.set(Partnership.objects.filter(pk__in=chosen))
    chain = program.chain if program else chain_of_person(by)
    payload = {"export": str(export.pk), "count": len(chosen)}
    append_event(chain=chain, kind="export.asked", by=by, at=now, payload=payload)
    wake("programs.make_exports")
    return export
