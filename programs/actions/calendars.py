"""The private address of a staff member's calendar of a program: made, shown once, taken back."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from ledger.record import append_event
from partners import rules
from partners.models import Person, Program
from partners.rules import Refused
from partners.tokens import hashed, new_token
from programs.models import ProgramFeed


@transaction.atomic
def make_program_feed(*, by: Person, program: Program, now: datetime) -> str:
    """A new address for this person's calendar: its token, which is not kept. An earlier address ends."""
    _end(program, by, now)
    token = new_token()
    ProgramFeed.objects.create(program=program, person=by, token_hash=hashed(token), made_at=now)
    append_event(chain=program.chain, kind="program.calendar_made", by=by, at=now, payload={})
    return token


@transaction.atomic
def revoke_program_feed(*, by: Person, program: Program, now: datetime) -> None:
    """The address answers no more; whoever holds it sees nothing from now on."""
    if _end(program, by, now):
        append_event(chain=program.chain, kind="program.calendar_revoked", by=by, at=now, payload={})


def _end(program: Program, person: Person, now: datetime) -> int:
    """Under the program's lock, for staff. How many ended."""
    Program.objects.select_for_update(no_key=True).get(pk=program.pk)
    if not rules.runs(person, program.pk):
        raise Refused(_("Only the staff of the program can do this."))
    return ProgramFeed.objects.filter(program=program, person=person, revoked_at=None).update(revoked_at=now)
