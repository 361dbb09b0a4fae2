"""What a mail says, and the one builder of mails: text and HTML of equal worth, from the same paragraphs."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Self
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMultiAlternatives

from mail.mime import address_of, written
from mail.models import OutboxMail
from mail.render import drawn
from text.clean import one_line

Change = Callable[[str], str]
_ways_to_reply: list[Callable[[UUID], str]] = []


@dataclass(frozen=True)
class MailLine:
    """One line of a section. `link` is (label, absolute address)."""

    text: str
    link: tuple[str, str] | None = None

    def with_each(self, change: Change) -> MailLine:
        return MailLine(change(self.text), self.link and (change(self.link[0]), change(self.link[1])))


@dataclass(frozen=True)
class Section:
    """Lines under a heading. Of two levels: 2 begins a part of the mail, 3 stands within one. `lead` comes first."""

    heading: str
    lines: Sequence[MailLine] = ()
    level: int = 3
    lead: str = ""

    def with_each(self, change: Change) -> Section:
        lead = change(self.lead) if self.lead else ""
        return Section(change(self.heading), tuple(line.with_each(change) for line in self.lines), self.level, lead)


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

    def with_each(self, change: Change) -> Message:
        """The same message with each of its words changed, in one order; what is empty stays so."""
        ends = (self.code, self.reply_to, self.stop, self.settings_url, self.why)
        code, reply_to, stop, settings_url, why = (change(words) if words else "" for words in ends)
        return Message(
            subject=change(self.subject),
            paragraphs=tuple(change(paragraph) for paragraph in self.paragraphs),
            button=self.button and (change(self.button[0]), change(self.button[1])),
            code=code,
            sections=tuple(section.with_each(change) for section in self.sections),
            reply_to=reply_to,
            stop=stop,
            settings_url=settings_url,
            why=why,
        )


class Mail(EmailMultiAlternatives):
    """A mail that can be written out before it leaves, so that no mail server waits for it."""

    sender = receiver = ""
    written = b""

    def write(self) -> Self:
        """Raises ValueError for an address that cannot stand in a mail."""
        self.sender, self.receiver = address_of(settings.RETURN_EMAIL), address_of(self.to[0])
        self.written = written(self)
        return self


def mail_of(notice: OutboxMail, message: Message) -> Mail:
    """The mail of a notice; the language is the active one. Its Message-ID is the notice's, at every try.

    Raises ValueError for a link to elsewhere. An address that would break out of its header is refused on sending.
    """
    refuse_foreign_link(message)
    may_be_stopped = message.stop or message.settings_url
    comes_anyway = notice.person_id is not None and not (may_be_stopped or message.code)
    text, page = drawn(message, notice.language, settings.SITE_URL, comes_anyway=comes_anyway)
    mail = Mail(
        subject=_subject(message.subject),
        body=text,
        to=[notice.to],
        reply_to=_reply_to(notice, message),
        headers=_headers(notice, message),
    )
    mail.attach_alternative(page, "text/html")
    return mail


# Many people read the same one.
_subject = lru_cache(maxsize=1000)(one_line)


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


def _headers(notice: OutboxMail, message: Message) -> dict[str, str]:
    headers = {"Message-ID": notice.message_id, "Auto-Submitted": "auto-generated"}
    if message.stop:  # one click in the reader's own mail program: RFC 8058
        headers |= {"List-Unsubscribe": f"<{message.stop}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    return headers


def refuse_foreign_link(message: Message) -> None:
    """A mail leads to the configured address alone, whatever host a request named."""
    if any(not f"{link}/".startswith(f"{settings.SITE_URL}/") for link in message.links()):
        raise ValueError("a link of a mail leads to another site")
