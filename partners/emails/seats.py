"""Messages to people whose seat has ended."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from mail.models import OutboxMail
from mail.outbox import Message, queue_for_each, register
from partners.domain.names import both_names
from partners.models import Seat


def notify_of_removal(seat: Seat, *, key: str, now: datetime) -> None:
    about = {"seat": seat.pk}
    queue_for_each([seat.person], key=key, kind="seat ended", about=about, chain=seat.partnership_id, now=now)


@register("seat ended", after_leaving=True)
def removed_message(queued: OutboxMail) -> Message | None:
    seat = Seat.objects.select_related("partnership", "ended_by").get(pk=queued.about["seat"])
    names = both_names(seat.partnership)
    return Message(
        subject=_("You no longer take part in a partnership"),
        paragraphs=[
            _("%(who)s ended your part in the partnership of %(names)s.") % {"who": seat.ended_by, "names": names},
            _("What you wrote stays there. If this is a mistake, please write to %(contact)s.")
            % {"contact": seat.partnership.program.contact_email},
        ],
    )
