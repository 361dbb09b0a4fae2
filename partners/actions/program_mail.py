"""What staff do about a mail: let it leave once more."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from ledger.record import append_event
from mail import resend
from mail.models import OutboxMail
from partners.actions.programs import require_staff
from partners.models import Person, Program, Seat
from partners.rules import Refused


@transaction.atomic
def send_mail_again(*, by: Person, program: Program, queued: OutboxMail, now: datetime) -> bool:
    """Send a mail of the program once more, recorded where it belongs; False where it waits already, or is over."""
    require_staff(by, program)
    if not _is_of(queued, program):
        raise Refused(_("Only the staff of the program can do this."))
    if not (resend.may_go_again(queued, now) and resend.send_again(queued, language=_language(queued), now=now)):
        return False
    name = queued.person.name if queued.person else ""
    payload = {"mail": queued.kind, "name": name}
    append_event(chain=queued.chain or program.chain, kind="mail.sent_again", by=by, at=now, payload=payload)
    return True


def _is_of(queued: OutboxMail, program: Program) -> bool:
    """What goes to somebody by themselves, as weekly mails do, is of each program in which they have had a part."""
    if queued.chain:
        return queued.chain == program.chain or program.partnerships.filter(pk=queued.chain).exists()
    seated = Seat.objects.filter(partnership__program=program, person=queued.person_id)
    return seated.exists() or program.staff.filter(person=queued.person_id).exists()


def _language(queued: OutboxMail) -> str:
    """The one that its reader has chosen by now."""
    return queued.person.language if queued.person else queued.language
