"""The entries of a data.json file, found in its bytes piece by piece. Pure: no database, and never the file as a whole.

Files of cities are large, and one entry in them may be broken. So the bytes are only counted through here, by brackets
and quotes, and each entry is handed on by itself: one that cannot be read later spoils no other.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

LARGEST_ENTRY = 256 * 1024  # bytes
LARGEST_SKIPPED = 2 * 1024 * 1024  # what is only counted through costs time, too
OVERLAP = 256

# What may come before the next bracket (outside of an entry: or comma), with the whole strings among it.
_PASSED = rb'[^"{}\[\]%b]*+(?:"[^"\\]*+(?:\\.[^"\\]*+)*+"[^"{}\[\]%b]*+)*+'
INSIDE = re.compile(_PASSED % (b"", b""), re.DOTALL)
BETWEEN = re.compile(_PASSED % (b",", b","), re.DOTALL)
IN_STRING = re.compile(rb'["\\]')
# Quotes within a string are escaped: so these bytes can only be the key.
LIST = re.compile(rb'"datasets?"\s{0,64}:\s{0,64}\[')
FIRST = re.compile(rb"\s*(\S)")


class FileProblem(TextChoices):
    """Why a file, or the rest of it, cannot be read."""

    EMPTY = "empty", _("The file is empty.")
    WEB_PAGE = "web page", _("This is a web page, not a data.json file. Save the file itself, then try again.")
    ENCODING = "encoding", _("The file is not written in UTF-8. Save it in UTF-8, then try again.")
    NOT_JSON = "not json", _("This is not a JSON file. Look for the address that ends with data.json.")
    NO_LIST = "no list", _("The file holds no list of datasets. Look for the address that ends with data.json.")
    CUT_OFF = "cut off", _("The file ends in the middle. What comes before that was read.")
    TOO_LARGE = "too large", _("One entry is larger than 2 MB. What comes before it was read.")
    TOO_MANY = "too many", _("The file holds more entries than we read. The rest was left out.")


class NoCatalog(Exception):
    """The file holds no list of datasets."""

    def __init__(self, problem: FileProblem) -> None:
        super().__init__(problem.value)
        self.problem = problem


@dataclass(frozen=True)
class CatalogPart:
    """The bytes of one entry (None: more than we take), where in the file it is over, and whether the list is, too."""

    data: bytes | None
    end: int
    last: bool = False


def start_of(pieces: Iterable[bytes]) -> int:
    """Where the list of datasets begins, just after its bracket: a file of DCAT-US 1.0 is that list, one of 1.1 has it
    under "dataset". Raises NoCatalog."""
    offset, tail, first = 0, b"", b""
    for piece in pieces:
        data = tail + piece
        if not first:
            data = data.removeprefix(b"\xef\xbb\xbf") if not offset else data
            if (found := FIRST.match(data)) is None:
                offset += len(piece)
                continue
            first = found[1]
            if first == b"[":
                return offset + len(piece) - len(data) + found.end()
            _require_object(data, first)
        if found := LIST.search(data):
            return offset + len(piece) - len(data) + found.end()
        offset, tail = offset + len(piece), data[-OVERLAP:]
    raise NoCatalog(FileProblem.NO_LIST if first else FileProblem.EMPTY)


def _require_object(data: bytes, first: bytes) -> None:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in data[:64]:
        raise NoCatalog(FileProblem.ENCODING)
    if first != b"{":
        raise NoCatalog(FileProblem.WEB_PAGE if first == b"<" else FileProblem.NOT_JSON)


@dataclass
class _Kept:
    """What is read of the entry so far. What grows too large is let go, and only counted through."""

    data: bytearray | None = field(default_factory=bytearray)
    size: int = 0

    def add(self, part: bytes) -> None:
        self.size += len(part)
        if self.size > LARGEST_SKIPPED:
            raise NoCatalog(FileProblem.TOO_LARGE)
        if self.data is not None and len(self.data) + len(part) > LARGEST_ENTRY:
            self.data = None
        elif self.data is not None:
            self.data += part

    def taken(self) -> bytes | None:
        data, self.data, self.size = self.data, bytearray(), 0
        return None if data is None else bytes(data).strip()


def entries_of(pieces: Iterable[bytes], offset: int) -> Iterator[CatalogPart]:
    """The entries, from pieces that begin at this place in the file: inside of the list, and not inside of an entry.
    Raises NoCatalog where the file ends before its list does, or cannot be read on."""
    kept, depth, in_string, skip = _Kept(), 0, False, 0
    for piece in pieces:
        begin, at = 0, skip
        skip = 0
        while at < len(piece):
            if in_string:
                in_string, at = _rest_of_string(piece, at)
                continue
            at = (INSIDE if depth else BETWEEN).match(piece, at).end()
            if at == len(piece):
                break
            mark, at = piece[at : at + 1], at + 1
            in_string = mark == b'"'
            depth += (mark in b"{[") - (mark in b"}]")
            if depth < 0 or (mark == b"," and depth == 0):
                kept.add(piece[begin : at - 1])
                data = kept.taken()
                if data != b"":
                    yield CatalogPart(data, offset + at, last=depth < 0)
                if depth < 0:
                    return
                begin = at
        kept.add(piece[begin:])
        offset, skip = offset + len(piece), max(0, at - len(piece))
    raise NoCatalog(FileProblem.CUT_OFF)


def _rest_of_string(piece: bytes, at: int) -> tuple[bool, int]:
    """Whether the string goes on after this, and where to look next: beyond the piece, where its end is escaped."""
    found = IN_STRING.search(piece, at)
    if found is None:
        return True, len(piece)
    return (False, found.end()) if found[0] == b'"' else (True, found.end() + 1)
