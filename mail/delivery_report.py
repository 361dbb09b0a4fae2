"""What a mail server writes back about mail that it could not deliver: delivery status notifications, RFC 3464.

Such a report comes by mail, and anybody can write one. It counts for the mail whose Message-ID it holds, which nobody
knows but its reader and the servers on the way.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage, Message

LONGEST = 1_000_000
REPORT, RETURNED = "message/delivery-status", {"message/rfc822", "text/rfc822-headers", "message/rfc822-headers"}


@dataclass(frozen=True)
class Undelivered:
    """A mail that did not arrive, by its Message-ID, and why, in the words of the server that refused it."""

    message_id: str
    why: str


def undelivered(letter: bytes) -> Undelivered | None:
    """What a report says of a mail that did not arrive; None for one that is only late, and for any other mail."""
    report = message_from_bytes(letter[:LONGEST], policy=policy.default)
    parts = list(report.walk())
    why = next((found for part in parts for found in _failures(part)), None)
    message_id = next((found for part in parts if (found := _id_of_returned(part))), "")
    return Undelivered(message_id, why) if message_id and why is not None else None


def _failures(part: Message) -> Iterator[str]:
    """The reason for each recipient whom it could not reach. Its first block tells of the report itself."""
    if part.get_content_type() != REPORT or not isinstance(blocks := part.get_payload(), list):
        return
    for block in blocks[1:]:
        if str(block.get("Action", "")).strip().lower() == "failed":
            yield str(block.get("Diagnostic-Code") or block.get("Status") or "")


def _id_of_returned(part: Message) -> str:
    """Of the mail that it gives back, whole or its headers alone."""
    if part.get_content_type() not in RETURNED:
        return ""
    content = part.get_payload()
    returned = content[0] if isinstance(content, list) and content else _headers_of(part)
    return str(returned.get("Message-ID", "")).strip()


def _headers_of(part: Message) -> Message:
    content = part.get_payload(decode=True)
    return message_from_bytes(content if isinstance(content, bytes) else b"", EmailMessage, policy=policy.default)
