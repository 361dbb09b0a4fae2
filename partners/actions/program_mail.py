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
def send_mail_again(*, by: Person, program: Program, notice: OutboxMail, now: datetime) -> bool:
    """Send a mail of the program once more, recorded where it belongs; False where it waits already, or is over."""
    require_staff(by, program)
    if not _is_of(notice, program):
        raise Refused(_("Only the staff of the program can do this."))
    if not (resend.may_go_again(notice, now) and resend.send_again(notice, language=_language(notice), now=now)):
        return False
    name = notice.person.name if notice.person else ""
    payload = {"mail": notice.kind, "name": name}
    append_event(chain=notice.chain or program.chain, kind="mail.sent_again", by=by, at=now, payload=payload)
    return True


def _is_of(notice: OutboxMail, program: Program) -> bool:
    """What goes to somebody by themselves, as weekly mails do, is of each program in which they have had a part."""
    if notice.chain:
        return notice.chain == program.chain or program.partnerships.filter(pk=notice.chain).exists()
    seated = Seat.objects.filter(partnership__program=program, person=notice.person_id)
    return seated.exists() or program.staff.filter(person=notice.person_id).exists()


def _language(notice: OutboxMail) -> str:
    """The one that its reader has chosen by now."""
    return notice.person.language if notice.person else notice.language
