"""Read a chain and its head out of what somebody kept: a sealed PDF, a record, an export, or a mail. Pure.

Such a file lies outside of the database, so whoever rewrites the ledger cannot rewrite it too.
"""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Iterator
from email import message_from_bytes
from uuid import UUID

from ledger.verify import Anchor

LARGEST = 30 * 1024 * 1024
# A record is a few kilobytes; a stream that unfolds to more is something else.
LARGEST_STREAM = 1024 * 1024
STREAM = re.compile(rb"stream\r?\n(.*?)endstream", re.DOTALL)
CHAIN = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}(?![0-9a-fA-F])")
# 64 digits, in groups as on paper or in one.
HEAD = re.compile(r"(?<![0-9a-fA-F-])[0-9a-fA-F](?:\s{0,3}[0-9a-fA-F]){63}(?![0-9a-fA-F])")
SOFT_BREAK = re.compile(rb"=\r?\n")
# What may stand before the first sign of JSON, with the mark that some editors put at the beginning of a file.
BLANK = b"\xef\xbb\xbf \t\r\n"


class NoAnchor(Exception):
    """The file names no chain with a head; the message says what would."""


def anchors_in(data: bytes) -> list[Anchor]:
    """The chains and heads that a file tells of, each once. Raises NoAnchor where there are none."""
    if len(data) > LARGEST:
        raise NoAnchor("the file is too large to be a sealed PDF, a record, an export or a mail")
    found = list(dict.fromkeys(_in_pdf(data) if data.startswith(b"%PDF-") else _in_file(data)))
    if not found:
        raise NoAnchor("no chain and head were found in it: give a sealed PDF, record.json, ledger.json or the mail")
    return found


def _in_pdf(pdf: bytes) -> Iterator[Anchor]:
    """The streams of a PDF, unpacked where they are packed: the attached record is one of them."""
    for match in STREAM.finditer(pdf):
        try:
            yield from _in_json(zlib.decompressobj().decompress(match[1], LARGEST_STREAM))
        except zlib.error:
            yield from _in_json(match[1])


def _in_file(data: bytes) -> Iterator[Anchor]:
    """Data is read as data alone: in half of an export, any fingerprint could stand after the chain."""
    if data.lstrip(BLANK).startswith((b"{", b"[")):
        yield from _in_json(data)
        return
    yield from _in_text(SOFT_BREAK.sub(b"", data))
    for part in message_from_bytes(data).walk():
        # Some mail servers write a mail anew.
        if str(part["Content-Transfer-Encoding"]).lower() == "base64":
            content = part.get_payload(decode=True)
            yield from _in_text(content if isinstance(content, bytes) else b"")


def _in_json(data: bytes) -> Iterator[Anchor]:
    """A record of signing has `ledger`; an export is a list of events, which stand for all that came before them."""
    try:
        value = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return
    if isinstance(value, list) and value:
        yield from _anchor(value[-1], "digest")
    elif isinstance(value, dict):
        yield from _anchor(value.get("ledger"), "head")


def _anchor(value: object, head: str) -> Iterator[Anchor]:
    if isinstance(value, dict) and value.get(head):
        try:
            yield Anchor(UUID(str(value["chain"])), str(value[head]))
        except (KeyError, ValueError):
            return


def _in_text(data: bytes) -> Iterator[Anchor]:
    """Each chain with the first head that stands after it: other fingerprints may stand before."""
    text = data.decode("utf-8", errors="replace")
    for chain in CHAIN.finditer(text):
        following = CHAIN.search(text, chain.end())
        if head := HEAD.search(text, chain.end(), following.start() if following else len(text)):
            yield Anchor(UUID(chain[0]), re.sub(r"\s", "", head[0]).lower())
