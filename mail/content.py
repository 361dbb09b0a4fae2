"""What a mail says, before it has a look: paragraphs, lines under headings, a button. Pure: no database."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class MailLine:
    """One line of a section. `link` is (label, absolute address)."""

    text: str
    link: tuple[str, str] | None = None


@dataclass(frozen=True)
class Section:
    """Lines under a heading. Of two levels: 2 begins a part of the mail, 3 stands within one. `lead` comes first, then
    `answers`: (label, absolute address) of each answer that its reader can choose, side by side.
    """

    heading: str
    lines: Sequence[MailLine] = ()
    level: int = 3
    lead: str = ""
    answers: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True)
class Message:
    """What a mail says, in one language. Paragraphs are plain text; `button` is (label, absolute address).

    `stop` is the address at which its reader ends mails of this kind; `settings_url` where they choose what they get;
    `why` says why it comes, where it is not because they take part in a partnership. `about` is the name of what it
    speaks of, for the subject; where it is empty, the chain of the mail's row tells it.
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
    about: str = ""

    def links(self) -> Iterator[str]:
        """Every address that the mail leads to."""
        yield from (line.link[1] for section in self.sections for line in section.lines if line.link)
        yield from (address for section in self.sections for _label, address in section.answers)
        yield from (self.button[1],) if self.button else ()
        yield from (link for link in (self.stop, self.settings_url) if link)
