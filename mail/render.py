"""The one builder of mails: a message as text and HTML of equal worth (templates/mail/), with its headers."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from uuid import UUID

from django.conf import settings
from django.core.mail import BadHeaderError, EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils.text import Truncator

from mail.content import Message
from mail.models import OutboxMail
from text.clean import one_line

LONGEST_NAME = 90  # characters of a subject that say what the mail is about


def drawn(message: Message, language: str, site: str, *, comes_anyway: bool = False) -> tuple[str, str]:
    """(text, HTML) in this language, which is the active one."""
    context = {"message": message, "language": language, "site": site, "comes_anyway": comes_anyway}
    page = render_to_string("mail/message.html", context)
    return render_to_string("mail/message.txt", context), _without_indentation(page)


def _without_indentation(page: str) -> str:
    """A third of the bytes, and nothing that anybody sees."""
    return "\n".join(line.strip() for line in page.split("\n") if line.strip())


_ways_to_reply: list[Callable[[UUID], str]] = []
_ways_to_name: list[Callable[[UUID], str]] = []


def mail_of(queued: OutboxMail, message: Message) -> EmailMultiAlternatives:
    """The mail of a row of the outbox; the language is the active one. Its Message-ID is the row's, at every try.

    Raises ValueError for a link to elsewhere, and for what would break out of its header.
    """
    refuse_foreign_link(message)
    may_be_stopped = message.stop or message.settings_url
    comes_anyway = queued.person_id is not None and not (may_be_stopped or message.code)
    text, page = drawn(message, queued.language, settings.SITE_URL, comes_anyway=comes_anyway)
    mail = EmailMultiAlternatives(
        subject=one_line(_subject(queued, message)),
        body=text,
        from_email=_envelope_sender(),
        to=[queued.to],
        reply_to=_reply_to(queued, message),
        headers=_headers(queued, message),
    )
    mail.attach_alternative(page, "text/html")
    refuse_break(mail)
    return mail


def new_message_id() -> str:
    """Of one mail, at every try: a mail program shows what came twice once."""
    return f"<{secrets.token_hex(16)}@{settings.SITE_HOST or 'localhost'}>"


def replies_go_to(find: Callable[[UUID], str]) -> Callable[[UUID], str]:
    """Name the function that gives the address for answers to mails about a chain; empty where there is none."""
    _ways_to_reply.append(find)
    return find


def names_chain(find: Callable[[UUID], str]) -> Callable[[UUID], str]:
    """Name the function that says what a chain is called, for the subjects of mails about it; empty where it has no
    name."""
    _ways_to_name.append(find)
    return find


def _subject(queued: OutboxMail, message: Message) -> str:
    """It names what the mail is about: people take part in several, and find a mail by its subject."""
    found = [message.about] if message.about else [find(queued.chain) for find in _ways_to_name if queued.chain]
    names = [Truncator(name).chars(LONGEST_NAME) for name in found if name and name not in message.subject]
    return " · ".join([message.subject, *names])


def _reply_to(queued: OutboxMail, message: Message) -> list[str]:
    found = [message.reply_to] if message.reply_to else [find(queued.chain) for find in _ways_to_reply if queued.chain]
    return [address for address in found if address]


def _envelope_sender() -> str:
    """Who hears of what does not arrive. A provider tells of that in another way, and takes no such address."""
    return settings.DEFAULT_FROM_EMAIL if settings.EMAIL_PROVIDER else settings.RETURN_EMAIL


def _headers(queued: OutboxMail, message: Message) -> dict[str, str]:
    headers = {"Message-ID": queued.message_id, "Auto-Submitted": "auto-generated"}
    if _envelope_sender() != settings.DEFAULT_FROM_EMAIL:
        headers["From"] = settings.DEFAULT_FROM_EMAIL
    if message.stop:  # one click in the reader's own mail program: RFC 8058
        headers |= {"List-Unsubscribe": f"<{message.stop}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    return headers


def refuse_foreign_link(message: Message) -> None:
    """A mail leads to the configured address alone, whatever host a request named."""
    if any(not f"{link}/".startswith(f"{settings.SITE_URL}/") for link in message.links()):
        raise ValueError("a link of a mail leads to another site")


def refuse_break(mail: EmailMultiAlternatives) -> None:
    """No header ends another one. Django looks for that where it writes a mail, but a provider is handed the values."""
    values = (mail.subject, *mail.to, *mail.reply_to, *mail.extra_headers.values())
    if any("\n" in value or "\r" in value for value in values):
        raise BadHeaderError("a value breaks out of its header")
