"""Mail that came back after it left: the provider that took it says so later, once or more often."""

from __future__ import annotations

from datetime import datetime

from django.core.mail import EmailMessage
from django.db.models import Q
from django.db.models.functions import Coalesce

from mail.models import MailState, OutboxMail
from mail.provider_errors import LONGEST_ID, id_of
from text.clean import one_line

# Taken by the provider, whether our worker has noted it yet or not.
TAKEN = (MailState.SENT, MailState.SENDING, MailState.WAITING)


def keep_provider_id(queued: OutboxMail, mail: EmailMessage) -> None:
    """Under which name the provider took the mail: it tells of it under that name alone."""
    if name := id_of(mail):
        OutboxMail.objects.filter(pk=queued.pk).update(provider_id=name)


def came_back(*, message_id: str, why: str, now: datetime) -> bool:
    """Note it, with the reason in the provider's words. False where there is no such mail, or it is noted already.

    One that was sent again since has another id: what is told of the first is over.
    """
    name = message_id[:LONGEST_ID]
    found = OutboxMail.objects.filter(Q(provider_id=name) | Q(message_id=name), state__in=TAKEN)
    return bool(name) and bool(
        found.update(
            state=MailState.GIVEN_UP,
            returned_at=now,
            settled_at=Coalesce("settled_at", now),
            leased_until=None,
            secret=None,
            problem=one_line(why)[:500],
        )
    )
