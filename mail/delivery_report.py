"""What a mail server writes back about mail that it could not deliver.

Such a report comes by mail, and anybody can write one. It counts for the mail whose Message-ID it holds, which nobody
knows but its reader and the servers on the way. Delivery status notifications (RFC 3464) are read here, for the reason
that they give; flufl.bounce, of Mailman's people, knows what servers write that follow no standard.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage, Message

from flufl.bounce import scan_message

LONGEST = 1_000_000
# What is searched for a report of no standard: its words stand first, and a stranger's long lines take long to search.
LONGEST_WORDS, LONGEST_LINE = 16_000, 998
REPORT, RETURNED = "message/delivery-status", {"message/rfc822", "text/rfc822-headers", "message/rfc822-headers"}
ID_IN_WORDS = re.compile(r"^[> \t]*Message-ID:[ \t]*(<\S+>)", re.IGNORECASE | re.MULTILINE)
REFUSAL_IN_WORDS = re.compile(r"^.*\b5(?:\d\d|\.\d{1,3}\.\d{1,3})\b.*$", re.MULTILINE)
# It logs each of its attempts, and a traceback for each flaw of a stranger's mail.
logging.getLogger("flufl.bounce").setLevel(logging.CRITICAL + 1)


@dataclass(frozen=True)
class Undelivered:
    """A mail that did not arrive, by its Message-ID, and why, in the words of the server that refused it."""

    message_id: str
    why: str


def undelivered(letter: bytes) -> Undelivered | None:
    """What a report says of a mail that did not arrive; None for one that is only late, and for any other mail."""
    parts = list(message_from_bytes(letter[:LONGEST], policy=policy.default).walk())
    if any(part.get_content_type() == REPORT for part in parts):
        why = next((found for part in parts for found in _failures(part)), None)
    else:
        why = _why_in_words(letter[:LONGEST_WORDS])
    if why is None:
        return None
    message_id = next((found for part in parts if (found := _id_of_returned(part))), "")
    return Undelivered(message_id, why) if message_id else None


def _failures(part: Message) -> Iterator[str]:
    """The reason for each recipient whom it could not reach. Its first block tells of the report itself."""
    if part.get_content_type() != REPORT or not isinstance(blocks := part.get_payload(), list):
        return
    for block in blocks[1:]:
        if not isinstance(block, Message):
            continue
        if str(block.get("Action", "")).strip().lower().startswith(("failed", "error")):  # the second is OpenSMTPD's
            yield str(block.get("Diagnostic-Code") or block.get("Status") or "")


def _why_in_words(letter: bytes) -> str | None:
    """The line with the code of a refusal, or nothing where there is none; None where it is no report of a failure."""
    report = message_from_bytes(letter)
    if max(map(len, letter.splitlines()), default=0) > LONGEST_LINE or not scan_message(report):
        return None
    lines = (found.group() for part in report.walk() if (found := REFUSAL_IN_WORDS.search(_words(part))))
    return next(lines, "")


def _id_of_returned(part: Message) -> str:
    """Of the mail that it gives back: whole, its headers alone, or copied below the words of the report."""
    if part.get_content_type() not in RETURNED:
        found = ID_IN_WORDS.search(_words(part)[:LONGEST_WORDS])
        return found.group(1) if found else ""
    content = part.get_payload()
    first = content[0] if isinstance(content, list) and content else None
    returned = first if isinstance(first, Message) else _headers_of(part)
    return str(returned.get("Message-ID", "")).strip()


def _words(part: Message) -> str:
    content = part.get_payload(decode=True) if part.get_content_maintype() == "text" else b""
    return content.decode("ascii", "replace") if isinstance(content, bytes) else ""


def _headers_of(part: Message) -> Message:
    content = part.get_payload(decode=True)
    return message_from_bytes(content if isinstance(content, bytes) else b"", EmailMessage, policy=policy.default)
