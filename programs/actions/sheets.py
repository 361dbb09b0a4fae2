"""Hand in a table of partnerships, correct its lines, and make those that can be made, each once."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Collection, Mapping
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.utils import translation
from django.utils.translation import gettext as _

from agreements.actions import start_partnership
from ledger.record import append_event
from mail.outbox import wake
from partners.actions.programs import require_staff
from partners.models import Partnership, Person, Program
from partners.parties import Party
from partners.rules import Refused
from programs.domain.sheets import FIELDS, SheetFacts, fingerprint_of
from programs.models import Sheet, SheetLine
from text.spreadsheets import LONGEST_CELL

log = logging.getLogger(__name__)

SWEEP_SECONDS = 20


@transaction.atomic
def hand_in_sheet(*, by: Person, program: Program, facts: SheetFacts, now: datetime) -> Sheet:
    """Keep what was read, to be looked at and corrected. Nothing is made, and nobody is told."""
    require_staff(by, program)
    about = {"encoding": facts.encoding, "separator": facts.separator, "ignored": facts.ignored}
    sheet = Sheet.objects.create(program=program, handed_in_at=now, handed_in_by=by, **about)
    for line in facts.lines:
        line.sheet = sheet
    SheetLine.objects.bulk_create(facts.lines, batch_size=500)
    payload = {"sheet": str(sheet.pk), "lines": len(facts.lines)}
    append_event(chain=program.chain, kind="sheet.handed_in", by=by, at=now, payload=payload)
    return sheet


@transaction.atomic
def correct_sheet(*, by: Person, sheet: Sheet, typed: Mapping[int, Mapping[str, str]], now: datetime) -> int:
    """Put what was typed in the place of cells, by line and field; how many lines changed. A line that is being made,
    or is made, stays."""
    held = _lock(by, sheet)
    free = held.lines.filter(number__in=list(typed), asked_at=None)
    changed = [line for line in free if _correct(line, typed[line.number])]
    SheetLine.objects.bulk_update(changed, ["cells", "faults", "refused"], batch_size=500)
    if changed:
        payload = {"sheet": str(held.pk), "lines": [line.number for line in changed]}
        append_event(chain=held.program.chain, kind="sheet.corrected", by=by, at=now, payload=payload)
    return len(changed)


def _correct(line: SheetLine, typed: Mapping[str, str]) -> bool:
    new = {field: text[:LONGEST_CELL] for field, text in typed.items() if field in FIELDS}
    new = {field: text for field, text in new.items() if line.cells.get(field, "") != text}
    line.cells = line.cells | new
    line.faults = {field: why for field, why in line.faults.items() if field not in new}
    line.refused = {} if new else line.refused
    return bool(new)


@transaction.atomic
def ask_for_lines(*, by: Person, sheet: Sheet, numbers: Collection[int], now: datetime) -> int:
    """Have these lines made, by the worker and by whoever waits for them; how many. One that is asked for, or made,
    is not asked for again."""
    held = _lock(by, sheet)
    free = held.lines.filter(number__in=list(numbers), asked_at=None)
    asked = free.update(asked_at=now, asked_by=by, refused={})
    if asked:
        payload = {"sheet": str(held.pk), "lines": asked}
        append_event(chain=held.program.chain, kind="sheet.asked_for", by=by, at=now, payload=payload)
        wake("programs.make_partnerships")
    return asked


def _lock(by: Person, sheet: Sheet) -> Sheet:
    held = Sheet.objects.select_for_update(of=("self",)).select_related("program").get(pk=sheet.pk)
    require_staff(by, held.program)
    return held


# --- What is asked for ------------------------------------------------------------------------------------------------


def make_asked(
    *, clock: Callable[[], datetime], sheet: Sheet | None = None, seconds: float = SWEEP_SECONDS, most: int = 0
) -> int:
    """Make the lines that were asked for, of one sheet or of all, each in a transaction of its own: whenever this ends,
    what is made is made, and the rest waits. How many were settled."""
    deadline, settled = time.monotonic() + seconds, 0
    waiting = SheetLine.objects.filter(asked_at__isnull=False, made_at=None).order_by("asked_at", "sheet", "number")
    if sheet:
        waiting = waiting.filter(sheet=sheet)
    while time.monotonic() < deadline and (not most or settled < most):
        number = waiting.values_list("pk", flat=True).first()
        if number is None:
            break
        settle_line(number, now=clock())
        settled += 1
    return settled


def settle_line(pk: int, *, now: datetime) -> None:
    """Make a line that was asked for, or write down why not. Nothing, where somebody else has just done so."""
    try:
        _make(pk, now=now)
    except (ValidationError, Refused) as refusal:
        _refuse(pk, _by_field(refusal))
    except DatabaseError:
        raise  # nothing is said of the line: the next sweep makes it
    except Exception:  # the next line must not wait for this one
        log.exception("line %s of a sheet was not made", pk)
        _refuse(pk, {"": _("Something went wrong here, and it was written down for those who run this site.")})


@transaction.atomic
def _make(pk: int, *, now: datetime) -> None:
    waiting = SheetLine.objects.select_for_update(of=("self",)).select_related("sheet__program", "asked_by")
    line = waiting.filter(pk=pk, asked_at__isnull=False, made_at=None).first()
    if line is None or line.asked_by is None:
        return
    program = Program.objects.select_for_update(no_key=True).get(pk=line.sheet.program_id)
    made_as = fingerprint_of(line, program)
    if SheetLine.objects.filter(made_as=made_as).exists():  # of another sheet: the page says that it stands already
        SheetLine.objects.filter(pk=pk).update(asked_at=None, asked_by=None)
        return
    with translation.override(line.asked_by.language):
        line.partnership = _start(line, program, by=line.asked_by, now=now)
    line.made_at, line.made_as = now, made_as
    line.save(update_fields=["partnership", "made_at", "made_as"])


def _start(line: SheetLine, program: Program, *, by: Person, now: datetime) -> Partnership:
    said = {field: line.cells.get(field, "") for field in FIELDS}
    return start_partnership(
        by=by,
        program=program,
        organizations={party: said[f"{party}_organization"] for party in Party},
        leads={party: (said[f"{party}_name"], said[f"{party}_email"], said[f"{party}_language"]) for party in Party},
        issue=said["issue"],
        now=now,
    )


def _refuse(pk: int, why: dict[str, str]) -> None:
    """Beside the line, which waits for a correction again."""
    SheetLine.objects.filter(pk=pk, made_at=None).update(refused=why, asked_at=None, asked_by=None)


def _by_field(refusal: ValidationError | Refused) -> dict[str, str]:
    if isinstance(refusal, ValidationError) and hasattr(refusal, "error_dict"):
        return {name if name in FIELDS else "": " ".join(words) for name, words in refusal.message_dict.items()}
    return {"": " ".join(refusal.messages) if isinstance(refusal, ValidationError) else str(refusal)}
