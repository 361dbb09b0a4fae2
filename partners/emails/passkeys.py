"""Messages that a passkey was added or removed."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from mail.models import OutboxMail
from mail.outbox import Message, queue_for_each, register
from partners.models import Person


def notify_of_passkey(person: Person, *, kind: str, name: str, pk: int, now: datetime) -> None:
    """`kind` is that of the mail."""
    queue_for_each([person], key=f"{kind}:{pk}", kind=kind, about={"name": name}, urgent=True, now=now)


@register("passkey added", after_leaving=True)
def added_message(queued: OutboxMail) -> Message | None:
    return Message(
        subject=_("A passkey was added"),
        paragraphs=[
            _("From now on one can sign in as you with the passkey “%(name)s”, too.") % queued.about,
            _not_you(),
        ],
    )


@register("passkey removed", after_leaving=True)
def removed_message(queued: OutboxMail) -> Message | None:
    return Message(
        subject=_("A passkey was removed"),
        paragraphs=[_("Nobody signs in with the passkey “%(name)s” any more.") % queued.about, _not_you()],
    )


def _not_you() -> str:
    return _(
        "If it was not you, sign in, look under your name which passkeys and sessions you have, and tell the staff of "
        "your program."
    )
