"""What a mail says, and the one builder of mails: text and HTML of equal worth, from the same paragraphs."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Self
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.mail.message import sanitize_address
from django.template.loader import render_to_string

from ledger.models import Notice
from ledger.text import one_line

_ways_to_reply: list[Callable[[UUID], str]] = []


@dataclass(frozen=True)
class Line:
    """One line of a section. `link` is (label, absolute address)."""

    text: str
    link: tuple[str, str] | None = None


@dataclass(frozen=True)
class Section:
    """Lines under a heading. Of two levels: 2 begins a part of the mail, 3 stands within one. `lead` comes first."""

    heading: str
    lines: list[Line] = field(default_factory=list)
    level: int = 3
    lead: str = ""


@dataclass(frozen=True)
class Message:
    """What a mail says, in one language. Paragraphs are plain text; `button` is (label, absolute address).

    `stop` is the address at which its reader ends mails of this kind; `settings_url` where they choose what they get;
    `why` says why it comes, where it is not because they take part in a partnership.
    """

    subject: str
    paragraphs: list[str]
    button: tuple[str, str] | None = None
    code: str = ""
    sections: list[Section] = field(default_factory=list)
    reply_to: str = ""
    stop: str = ""
    settings_url: str = ""
    why: str = ""

    def links(self) -> Iterator[str]:
        """Every address that the mail leads to."""
        yield from (line.link[1] for section in self.sections for line in section.lines if line.link)
        yield from (self.button[1],) if self.button else ()
        yield from (link for link in (self.stop, self.settings_url) if link)


class Mail(EmailMultiAlternatives):
    """A mail that can be written out before it leaves, so that no mail server waits for it."""

    sender = receiver = ""
    written = b""

    def write(self) -> Self:
        """Raises ValueError for an address that cannot stand in a mail."""
        self.sender, self.receiver = _written_address(settings.RETURN_EMAIL), sanitize_address(self.to[0], "utf-8")
        letter = self.message()
        # One that nobody can guess need not be looked for in the text.
        letter.set_boundary(f"=_{secrets.token_hex(16)}")
        self.written = letter.as_bytes(linesep="\r\n")
        return self


@lru_cache(maxsize=8)
def _written_address(sender: str) -> str:
    return sanitize_address(sender, "utf-8")


def mail_of(notice: Notice, message: Message) -> Mail:
    """The mail of a notice; the language is the active one. Its Message-ID is the notice's, at every try.

    Raises ValueError for a link to elsewhere. An address that would break out of its header is refused on sending.
    """
    refuse_foreign_link(message)
    context = {"message": message, "site": settings.SITE_URL, "language": notice.language}
    may_be_stopped = message.stop or message.settings_url
    context["comes_anyway"] = notice.person_id is not None and not (may_be_stopped or message.code)
    mail = Mail(
        subject=one_line(message.subject),
        body=render_to_string("emails/message.txt", context),
        to=[notice.to],
        reply_to=_reply_to(notice, message),
        headers=_headers(notice, message),
    )
    mail.attach_alternative(_without_indentation(render_to_string("emails/message.html", context)), "text/html")
    return mail


def _without_indentation(page: str) -> str:
    """A third of the bytes, and nothing that anybody sees."""
    return "\n".join(line.strip() for line in page.splitlines() if line.strip())


def new_message_id() -> str:
    """Of one mail, at every try: a mail program shows what came twice once."""
    return f"<{secrets.token_hex(16)}@{settings.SITE_HOST or 'localhost'}>"


def replies_go_to(find: Callable[[UUID], str]) -> Callable[[UUID], str]:
    """Name the function that gives the address for answers to mails about a chain; empty where there is none."""
    _ways_to_reply.append(find)
    return find


def _reply_to(notice: Notice, message: Message) -> list[str]:
    found = [message.reply_to] if message.reply_to else [find(notice.chain) for find in _ways_to_reply if notice.chain]
    return [address for address in found if address]


def _headers(notice: Notice, message: Message) -> dict[str, str]:
    headers = {"Message-ID": notice.message_id, "Auto-Submitted": "auto-generated"}
    if message.stop:  # one click in the reader's own mail program: RFC 8058
        headers |= {"List-Unsubscribe": f"<{message.stop}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    return headers


def refuse_foreign_link(message: Message) -> None:
    """A mail leads to the configured address alone, whatever host a request named."""
    if any(not f"{link}/".startswith(f"{settings.SITE_URL}/") for link in message.links()):
        raise ValueError("a link of a mail leads to another site")
