"""Read the mails that Django's file backend left on this machine. Pure but for the files."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

BETWEEN = b"-" * 79
LINK = re.compile(r"https?://[^\s<>&]+")


@dataclass(frozen=True)
class Letter:
    to: str
    subject: str
    sent_at: datetime
    text: str

    @property
    def linked(self) -> SafeString:
        """The text with its links to follow: escaped first, then only addresses made into links."""
        return mark_safe(LINK.sub(r'<a href="\g<0>">\g<0></a>', escape(self.text)))  # noqa: S308


def letters_to(domain: str, *, folder: Path, most: int) -> list[Letter]:
    """The newest mails to addresses of this domain, newest first. A folder that is not there holds none."""
    files = sorted(folder.glob("*.log"), key=lambda file: file.stat().st_mtime, reverse=True)[: most * 2]
    letters = [letter for file in files for letter in _read(file) if letter.to.endswith(f"@{domain}")]
    return sorted(letters, key=lambda letter: letter.sent_at, reverse=True)[:most]


def _read(file: Path) -> list[Letter]:
    pieces = file.read_bytes().split(BETWEEN + b"\n")
    return [_letter(message_from_bytes(piece, policy=policy.default)) for piece in pieces if piece.strip()]


def _letter(mail: EmailMessage) -> Letter:
    body = mail.get_body(("plain",))
    text = body.get_content() if body else ""
    return Letter(to=str(mail["To"]), subject=str(mail["Subject"]), sent_at=mail["Date"].datetime, text=text.strip())
