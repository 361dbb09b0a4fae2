"""What a sealed file says of itself, by its attachments: read, judged and bounded. A stranger's is read in a child.

Whoever sealed a file may have attached anything. Out of here comes what our own forms could have written, or nothing.
"""

from __future__ import annotations

import hashlib
import json
import unicodedata
from datetime import UTC, date, datetime
from typing import Any, TypeGuard
from zoneinfo import available_timezones

from agreements.seal.verdict import Contents, Signer
from agreements.wording.digest import LONGEST_CLAUSE, MOST_CLAUSES
from ledger.canonical import canonical_bytes
from partners.parties import Party

AGREEMENT, RECORD, REPORT = "agreement.json", "record.json", "promises.json"
# Bytes. An agreement of as many and as long clauses as there may be, in letters of four bytes each, takes half of it.
LARGEST = {AGREEMENT: 2 * 1024 * 1024, RECORD: 128 * 1024, REPORT: 4 * 1024 * 1024}
FIRST_YEAR = 2026
FORMS_OF_TEXT = {"title", "parties", "heading", "lead-in", "clause", "signature"}
LONGEST_LINE, LONGEST_NAME, LONGEST_ORGANIZATION = 2 * LONGEST_CLAUSE, 120, 160
MOST_LINES, MOST_EDITIONS = 10 * MOST_CLAUSES, 100_000


class NotOurs(ValueError):
    """What is attached could not have been written here."""


def of_agreement(agreement: bytes, record: bytes, *, latest: datetime) -> Contents | None:
    """What an agreement's two attachments say; None unless they are an edition's text and the record that fits it.

    No time in them may be later than `latest`.
    """
    try:
        text, signing = _read(agreement, AGREEMENT), _read(record, RECORD)
        number = _require_edition(text)
        edition = signing["edition"]
        if edition["digest"] != hashlib.sha256(agreement).hexdigest() or edition["number"] != number:
            raise NotOurs("a record of another text")
        zone = signing["program"]["time_zone"]
        signers = tuple(_signer(each, latest) for each in signing["signatures"][: len(Party) + 1])
        if sorted(signer.party for signer in signers) != sorted(Party):
            raise NotOurs("other than one signature a party")
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError):
        return None
    return Contents(
        number=number,
        digest=edition["digest"],
        record_digest=hashlib.sha256(record).hexdigest(),
        demonstration=signing.get("demonstration") is True,
        # Not every machine knows every zone, and times are kept in UTC: where it does not, they are shown so.
        time_zone=zone if isinstance(zone, str) and zone in available_timezones() else "UTC",
        signers=signers,
    )


def is_report(attached: bytes) -> bool:
    """Whether these are the facts of a report on promises."""
    try:
        return {"goals", "commitments"} <= set(_read(attached, REPORT))
    except (ValueError, RecursionError):
        return False


def _read(attached: bytes, name: str) -> dict[str, Any]:
    if not attached or len(attached) > LARGEST[name]:
        raise NotOurs(name)
    value = json.loads(attached)
    if not isinstance(value, dict):
        raise NotOurs(name)
    if name != REPORT and canonical_bytes(value) != attached:
        raise NotOurs("another spelling")
    return value


def _require_edition(text: dict[str, Any]) -> int:
    """The edition's number, where this is an edition's text (docs/edition-format.md). Raises NotOurs or what a value of
    another kind provokes."""
    number = text["edition"]["number"]
    if text["schema"] != 1 or type(number) is not int or not 1 <= number <= MOST_EDITIONS:
        raise NotOurs("schema or number")
    for party in Party:
        sides = text["parties"][party]
        if not (_is_line(sides["organization"], LONGEST_ORGANIZATION) and _is_line(sides["signatory"], LONGEST_NAME)):
            raise NotOurs("a party's names")
    body = text["body"]
    if not isinstance(body, list) or not 1 <= len(body) <= MOST_LINES or not all(map(_is_part, body)):
        raise NotOurs("the text")
    return number


def _is_part(part: Any) -> bool:
    texts = part.get("texts", {"en": ""})
    return part["type"] in FORMS_OF_TEXT and all(_is_text(text, LONGEST_LINE) for text in texts.values())


def _signer(signature: dict[str, Any], latest: datetime) -> Signer:
    """Raises NotOurs, or what a value of another kind provokes."""
    paper = signature["paper"]
    limits = {"name": LONGEST_NAME, "title": LONGEST_NAME, "organization": LONGEST_ORGANIZATION}
    if not all(_is_line(signature[key], limit) for key, limit in limits.items()):
        raise NotOurs("a signer's names")
    signed_at = time_within(datetime.fromisoformat(signature["signed_at"]), latest)
    # A print bears the day that somebody wrote on it.
    if not signed_at or (paper and date.fromisoformat(paper["paper_date"]) > latest.date()):
        raise NotOurs("a time that cannot be")
    return Signer(
        party=Party(signature["party"]).value,
        name=signature["name"],
        title=signature["title"],
        organization=signature["organization"],
        signed_at=signed_at,
        paper_date=paper["paper_date"] if paper else "",
    )


def time_within(moment: datetime | None, latest: datetime) -> str:
    """ISO 8601, UTC, where the time is one at which a file of ours can have been made; else empty."""
    if moment is None or moment.tzinfo is None or moment.year < FIRST_YEAR or moment > latest:
        return ""
    return moment.astimezone(UTC).isoformat()


def line_within(value: str, limit: int) -> str:
    """A line as it is, where it is one that can be shown; else empty."""
    return value if _is_line(value, limit) else ""


def _is_line(value: object, limit: int) -> bool:
    return _is_text(value, limit) and not any(unicodedata.category(letter) in {"Cc", "Zl", "Zp"} for letter in value)


def _is_text(value: object, limit: int) -> TypeGuard[str]:
    """Text no longer than this that can be sent: half of a surrogate pair cannot."""
    return isinstance(value, str) and len(value) <= limit and not any("\ud800" <= each <= "\udfff" for each in value)
