"""What the outbox sends, read as the person who gets it reads it."""

from __future__ import annotations

import re
from datetime import datetime
from email.message import EmailMessage

from django.core import mail
from django.utils import timezone

from mail.outbox import send_waiting

CODE = re.compile(r"\b(\d{4}(?: \d{4}){3}|\d{6})\b")
LINK = re.compile(r"https?://[^/\s]+(/invitations/[^\s\"<]+)")


def deliver(now: datetime | None = None) -> list[mail.EmailMultiAlternatives]:
    """Send what waits; everything that was sent in this test so far."""
    send_waiting(now or timezone.now())
    return mail.outbox


def to(address: str) -> list[mail.EmailMultiAlternatives]:
    return [message for message in deliver() if address in message.to]


def text_of(message: mail.EmailMultiAlternatives) -> str:
    return message.body


def code_to(address: str) -> str:
    """The code in the latest mail to the address: of six digits, or the long one."""
    found = CODE.search(text_of(to(address)[-1]))
    assert found, text_of(to(address)[-1])
    return found[1]


def link_to(address: str) -> str:
    """The path of the invitation in the latest mail to the address."""
    found = LINK.search(text_of(to(address)[-1]))
    assert found, text_of(to(address)[-1])
    return found[1]


def header_names(message: EmailMessage) -> list[str]:
    return [name for name, _value in message.message().items()]
