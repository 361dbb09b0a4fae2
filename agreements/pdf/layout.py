"""What the PDF says: an edition's content and its record of signing, as HTML text to be drawn.

Text from people enters through templates that escape it. Sizes are bounded here, before anything is drawn.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

import segno
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from agreements.pdf.glyphs import missing_glyphs
from ledger.canonical import canonical_bytes, digest
from partners.dates import date_words, seconds_words
from partners.parties import Party

MOST_CHARACTERS = 300_000
MOST_PARTS = 500
MARKS = {
    "": "",
    "draft": gettext_noop("DRAFT"),
    "demonstration": gettext_noop("DEMONSTRATION"),
}
MARKS_SAY = {
    "": "",
    "draft": gettext_noop("Not signed. The text may still change."),
    "demonstration": gettext_noop("Made with made-up people and places. It binds nobody."),
}
RUN_IN = re.compile(r"^([^:.\n]{3,90}:) (?=\S)")


class TooLong(Exception):
    """The text is longer than one document can hold; the message names the limit."""


@dataclass(frozen=True)
class Page:
    """A document to draw. `moment` (ISO 8601) and `identity` keep its bytes the same each time."""

    html: str
    attachments: list[tuple[str, str, bytes]]
    moment: str
    identity: str


@dataclass(frozen=True)
class Block:
    """A piece of the body: `kind` names its template in pdf/blocks."""

    kind: str
    text: str = ""
    items: list[Any] = field(default_factory=list)
    paragraphs: list[Any] = field(default_factory=list)


def page(content: dict[str, Any], record: dict[str, Any] | None, *, mark: str) -> Page:
    """The document in the agreement's governing language. Raises TooLong."""
    check_size(content)
    attached = [] if mark == "draft" else _attachments(content, record)
    record = _drawable(record)
    with translation.override(content["language"]):
        html = render_to_string("agreements/pdf/agreement.html", _context(content, record, mark))
    moment = (record["edition"]["in_force_at"] if record else "") or content["edition"]["frozen_at"]
    return Page(html, attached, moment, f"{digest(content)} {mark} {record is not None}")


def _drawable(value: Any) -> Any:
    """The record as it can be printed: a character that no font here has stands as its number, "[U+1F600]".

    What was signed is checked before it is signed; what a person typed while signing must not keep a seal from being
    made. The attached record has the exact characters.
    """
    if isinstance(value, dict):
        return {key: _drawable(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_drawable(each) for each in value]
    if not isinstance(value, str):
        return value
    return value.translate({ord(letter): f"[U+{ord(letter):04X}]" for letter in missing_glyphs(value)})


def check_size(content: dict[str, Any]) -> None:
    """Refuse early what would take minutes to draw."""
    parts = content["body"]
    if len(parts) > MOST_PARTS:
        raise TooLong(_("The agreement has more than %(limit)s parts.") % {"limit": MOST_PARTS})
    if sum(len(text) for part in parts for text in part.get("texts", {}).values()) > MOST_CHARACTERS:
        raise TooLong(_("The agreement is longer than %(limit)s characters.") % {"limit": MOST_CHARACTERS})


def _context(content: dict[str, Any], record: dict[str, Any] | None, mark: str) -> dict[str, Any]:
    body, language = content["body"], content["language"]
    title = next(part["texts"][language] for part in body if part["type"] == "title")
    parties = next(part["texts"][language] for part in body if part["type"] == "parties")
    return {
        "language": language,
        "title": f"{title.rstrip(': ')}: {parties}",
        "blocks": list(_blocks(content, record)),
        "mark": _(MARKS[mark]) if mark else "",
        "mark_says": _(MARKS_SAY[mark]) if mark else "",
        "foot": _foot(title.rstrip(": "), content, record, mark),
        "moment": content["edition"]["frozen_at"],
        "record": _record(content, record) if record else None,
    }


def _foot(title: str, content: dict[str, Any], record: dict[str, Any] | None, mark: str) -> str:
    """What stands at the bottom of each page, so that single sheets can be told apart."""
    if mark == "draft":
        return title
    edition = _("%(title)s, edition %(number)s") % {"title": title, "number": content["edition"]["number"]}
    short = digest(content)[:16]
    fingerprint = _("fingerprint %(start)s…") % {"start": f"{short[:4]} {short[4:8]} {short[8:12]} {short[12:]}"}
    code = [record["edition"]["code"]] if record else []
    return " · ".join([edition, fingerprint, *code])


# --- The agreed text --------------------------------------------------------------------------------


def _blocks(content: dict[str, Any], record: dict[str, Any] | None) -> Iterator[Block]:
    """The body in its order; goals that follow each other make one numbered list, commitments one with bullets.

    The last clause stands on one page with the signatures under it.
    """
    language = content["language"]
    for kind, parts in groupby(_joined(content["body"]), key=_kind_of):
        if kind in {"goals", "commitments"}:
            yield Block(kind, items=[_item(part, language) for part in parts])
            continue
        for part in parts:
            text = part.get("texts", {}).get(language, "")
            if kind == "parties":
                yield Block(kind, text=text, items=order_of(content))
                continue
            signing = [_signing(party, content, record) for party in part.get("signed_by", [])]
            yield Block(kind, text=text, items=signing, paragraphs=list(paragraphs(text)))


def order_of(content: dict[str, Any]) -> list[str]:
    """The parties in the order in which the text has them sign."""
    return [part["party"] for part in content["body"] if part["type"] == "signature"]


def _joined(body: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The body with its signatures put to the clause that they stand under."""
    joined: list[dict[str, Any]] = []
    for part in body:
        if part["type"] != "signature":
            joined.append(part)
        elif joined and (joined[-1]["type"] == "undersigned" or joined[-1].get("kind") == "acknowledgement"):
            above = joined.pop()
            joined.append(above | {"type": "undersigned", "signed_by": [*above.get("signed_by", []), part["party"]]})
        else:
            joined.append({"type": "undersigned", "signed_by": [part["party"]]})
    return joined


def _kind_of(part: dict[str, Any]) -> str:
    kind: str = part["type"]
    if kind != "clause":
        return kind
    return {"goal": "goals", "commitment": "commitments"}.get(part["kind"], "clause")


def _item(part: dict[str, Any], language: str) -> dict[str, Any]:
    """One goal or commitment. Its opening words up to a colon are set bold, as a heading in the line."""
    text = part["texts"][language]
    run_in = RUN_IN.match(text) if part["kind"] == "goal" else None
    rest = text[run_in.end() :] if run_in else text
    return {"number": part["number"], "run_in": run_in[1] if run_in else "", "paragraphs": list(paragraphs(rest))}


def paragraphs(text: str) -> Iterator[dict[str, Any]]:
    """Paragraphs (blank lines between) and lists (lines that begin "- "), in order. The words are not touched."""
    for block in filter(None, re.split(r"\n\s*\n", text.strip())):
        for is_list, lines in groupby(block.splitlines(), key=lambda line: line.startswith("- ")):
            if is_list:
                yield {"bullets": [line[2:].strip() for line in lines]}
            else:
                yield {"lines": [line.strip() for line in lines]}


def _signing(party: str, content: dict[str, Any], record: dict[str, Any] | None) -> dict[str, Any]:
    """A signature block: its lines are filled in where they were signed, and empty to be signed by hand."""
    named = content["parties"][party]
    signature = next((each for each in (record or {}).get("signatures", []) if each["party"] == party), None)
    filled: dict[str, Any] = {"party": party, "name": named["signatory"], "organization": named["organization"]}
    if signature and record:
        zone = ZoneInfo(record["program"]["time_zone"])
        filled |= {"date": day_signed(signature, zone), "when": at(signature["signed_at"], zone)}
        filled |= {"signature": signature["name"], "by_hand": signature["method"] == "paper"}
    return filled


# --- Times as people say them ------------------------------------------------------------------------


def day_signed(signature: dict[str, Any], zone: ZoneInfo) -> str:
    """The day of the act in the program's zone; on paper, the date that stands on the paper."""
    if signature["paper"]:
        return day(signature["paper"]["paper_date"])
    return date_words(datetime.fromisoformat(signature["signed_at"]).astimezone(zone))


def day(iso: str) -> str:
    """A day as "March 2, 2027"."""
    return date_words(date.fromisoformat(iso))


def at(moment: str, zone: ZoneInfo) -> str:
    """A UTC time as "March 2, 2027, 10:04:11 AM PST"."""
    return seconds_words(datetime.fromisoformat(moment), zone)


def in_both(moment: str, zone: ZoneInfo) -> str:
    """A time in the program's zone and in UTC."""
    utc = datetime.fromisoformat(moment)
    return _("%(local)s (%(utc)s UTC)") % {"local": at(moment, zone), "utc": f"{utc:%Y-%m-%d %H:%M:%S}"}


# --- The record of signing ----------------------------------------------------------------------------


def _record(content: dict[str, Any], record: dict[str, Any]) -> dict[str, Any]:
    """What the pages after the agreed text say. Signatures stand in the text's own order."""
    zone = ZoneInfo(record["program"]["time_zone"])
    order = order_of(content)
    signatures = sorted(record["signatures"], key=lambda signature: order.index(signature["party"]))
    return {
        "order": order,
        "signatures": [_witness(signature, zone) for signature in signatures],
        "edition": record["edition"],
        "program": record["program"],
        "supersedes": grouped(content["edition"]["supersedes"] or ""),
        "in_force": in_both(record["edition"]["in_force_at"], zone),
        "opened": in_both(record["edition"]["opened_at"], zone),
        "fingerprint": grouped(record["edition"]["digest"]),
        "head": grouped(record["ledger"]["head"]),
        "qr": qr(record["edition"]["verify_url"], _("QR code: opens the page that checks this document")),
    }


def _witness(signature: dict[str, Any], zone: ZoneInfo) -> dict[str, Any]:
    paper = signature["paper"]
    return {
        "party": Party(signature["party"]).label,
        "name": signature["name"],
        "title": signature["title"],
        "organization": signature["organization"],
        "when": in_both(signature["signed_at"], zone),
        "proof": _proof(signature["proof"], zone),
        "consent": signature["consent_version"],
        "intent": signature["intent_version"],
        "read_in": translation.get_language_info(signature["language"])["name_translated"],
        "paper": paper
        and {
            "day": day_signed(signature, zone),
            "uploaded": in_both(paper["uploaded_at"], zone),
            "confirmed": in_both(paper["confirmed_at"], zone),
            "confirmed_by": paper["confirmed_by"],
            "scan": grouped(paper["scan_sha256"]),
        },
    }


def _proof(proof: dict[str, Any], zone: ZoneInfo) -> str:
    """How a signer proved who they are; the address is masked already."""
    facts = {"address": proof["address"], "at": at(proof["at"], zone)}
    if proof["method"] == "email code":
        return _("with a code sent to %(address)s, entered %(at)s") % facts
    if proof["method"] == "passkey":
        return _("with a passkey of the account %(address)s, used %(at)s") % facts
    if proof["method"] == "paper":
        return _("by hand on paper; the scan came from the account %(address)s, %(at)s") % facts
    return _("as a made-up person of the demonstration, %(at)s") % facts


def grouped(hexadecimal: str) -> str:
    """A fingerprint in groups of eight, to be compared by eye."""
    return " ".join(hexadecimal[start : start + 8] for start in range(0, len(hexadecimal), 8))


def qr(address: str, title: str) -> SafeString:
    """A QR code as inline SVG with a title for those who do not see it."""
    svg = segno.make(address, error="m").svg_inline(border=0, title=title, omitsize=True, svgclass=None, lineclass=None)
    return mark_safe(svg)  # noqa: S308  segno escapes the title; the address is dots


def _attachments(content: dict[str, Any], record: dict[str, Any] | None) -> list[tuple[str, str, bytes]]:
    attached = [("agreement.json", "The agreed text, in the exact bytes that were signed", canonical_bytes(content))]
    if record:
        attached.append(("record.json", "The record of signing", canonical_bytes(record)))
    return attached
