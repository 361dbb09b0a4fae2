"""What a mail says, and the one builder of mails: text and HTML of equal worth, from the same paragraphs."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.core.mail import BadHeaderError, EmailMultiAlternatives

from mail.models import OutboxMail
from mail.render import drawn
from text.clean import one_line

_ways_to_reply: list[Callable[[UUID], str]] = []


@dataclass(frozen=True)
class MailLine:
    """One line of a section. `link` is (label, absolute address)."""

    text: str
    link: tuple[str, str] | None = None


@dataclass(frozen=True)
class Section:
    """Lines under a heading. Of two levels: 2 begins a part of the mail, 3 stands within one. `lead` comes first."""

    heading: str
    lines: Sequence[MailLine] = ()
    level: int = 3
    lead: str = ""


@dataclass(frozen=True)
class Message:
    """What a mail says, in one language. Paragraphs are plain text; `button` is (label, absolute address).

    `stop` is the address at which its reader ends mails of this kind; `settings_url` where they choose what they get;
    `why` says why it comes, where it is not because they take part in a partnership.
    """

    subject: str
    paragraphs: Sequence[str]
    button: tuple[str, str] | None = None
    code: str = ""
    sections: Sequence[Section] = ()
    reply_to: str = ""
    stop: str = ""
    settings_url: str = ""
    why: str = ""

    def links(self) -> Iterator[str]:
        """Every address that the mail leads to."""
        yield from (line.link[1] for section in self.sections for line in section.lines if line.link)
        yield from (self.button[1],) if self.button else ()
        yield from (link for link in (self.stop, self.settings_url) if link)


def mail_of(notice: OutboxMail, message: Message) -> EmailMultiAlternatives:
    """The mail of a notice; the language is the active one. Its Message-ID is the notice's, at every try.

    Raises ValueError for a link to elsewhere, and for what would break out of its header.
    """
    refuse_foreign_link(message)
    may_be_stopped = message.stop or message.settings_url
    comes_anyway = notice.person_id is not None and not (may_be_stopped or message.code)
    text, page = drawn(message, notice.language, settings.SITE_URL, comes_anyway=comes_anyway)
    mail = EmailMultiAlternatives(
        subject=one_line(message.subject),
        body=text,
        from_email=_envelope_sender(),
        to=[notice.to],
        reply_to=_reply_to(notice, message),
        headers=_headers(notice, message),
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


def _reply_to(notice: OutboxMail, message: Message) -> list[str]:
    found = [message.reply_to] if message.reply_to else [find(notice.chain) for find in _ways_to_reply if notice.chain]
    return [address for address in found if address]


def _envelope_sender() -> str:
    """Who hears of what does not arrive. A provider tells of that in another way, and takes no such address."""
    return settings.DEFAULT_FROM_EMAIL if settings.EMAIL_PROVIDER else settings.RETURN_EMAIL


def _headers(notice: OutboxMail, message: Message) -> dict[str, str]:
    headers = {"Message-ID": notice.message_id, "Auto-Submitted": "auto-generated"}
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
