"""What a mail says, and the one builder of mails: text and HTML of equal worth, from the same paragraphs."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string

from ledger.models import Notice
from ledger.text import one_line


@dataclass(frozen=True)
class Message:
    """What a mail says, in one language. Paragraphs are plain text; `button` is (label, absolute address)."""

    subject: str
    paragraphs: list[str]
    button: tuple[str, str] | None = None
    code: str = ""


def mail_of(notice: Notice, message: Message) -> EmailMultiAlternatives:
    """The mail of a notice; the language is the active one. Its Message-ID is the notice's, at every try.

    Raises ValueError for a link to elsewhere. An address that would break out of its header is refused on sending.
    """
    refuse_foreign_link(message)
    context = {"message": message, "site": settings.SITE_URL, "language": notice.language}
    mail = EmailMultiAlternatives(
        subject=one_line(message.subject),
        body=render_to_string("emails/message.txt", context),
        to=[notice.to],
        headers={"Message-ID": notice.message_id, "Auto-Submitted": "auto-generated"},
    )
    mail.attach_alternative(render_to_string("emails/message.html", context), "text/html")
    return mail


def refuse_foreign_link(message: Message) -> None:
    """A mail leads to the configured address alone, whatever host a request named."""
    if message.button and not f"{message.button[1]}/".startswith(f"{settings.SITE_URL}/"):
        raise ValueError("the button of a mail leads to another site")
