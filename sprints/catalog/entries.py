"""The entries of a data.json file, found in its bytes piece by piece. Pure: no database, and never the file as a whole.

Files of cities are large, and one entry in them may be broken. So the bytes are only counted through here, by brackets
and quotes, and each entry is handed on by itself: one that cannot be read later spoils no other.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

LARGEST_ENTRY = 256 * 1024  # bytes
LARGEST_SKIPPED = 2 * 1024 * 1024  # what is only counted through costs time, too
OVERLAP = 256

# What tells where an entry is over. Only classes of characters: before Python 3.11.5, and Debian 12 has 3.11.2,
# possessive quantifiers match too little.
MARK = re.compile(rb'\\.|["{}\[\],]', re.DOTALL)
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


def entries_of(pieces: Iterable[bytes], offset: int) -> Iterator[CatalogPart]:
    """The entries, from pieces that begin at this place in the file: inside of the list, and not inside of an entry.
    Raises NoCatalog where the file ends before its list does, or cannot be read on."""
    rest, seen, depth, in_string = b"", 0, 0, False
    for piece in pieces:
        data, begin = rest + piece, 0
        for found in MARK.finditer(data, seen):
            mark, seen = found[0], found.end()
            if mark == b'"':
                in_string = not in_string
            elif not in_string:
                depth += (mark in b"{[") - (mark in b"}]")
                if depth < 0 or (mark == b"," and depth == 0):
                    written = _small(data[begin : found.start()]).strip()
                    begin = seen
                    if written:
                        yield CatalogPart(written if len(written) <= LARGEST_ENTRY else None, offset + begin, depth < 0)
                    if depth < 0:
                        return
        # An escape that is cut in two stands after the last mark: there the next search begins.
        rest, seen, offset = _small(data[begin:]), seen - begin, offset + begin
    raise NoCatalog(FileProblem.CUT_OFF)


def _small(part: bytes) -> bytes:
    if len(part) > LARGEST_SKIPPED:
        raise NoCatalog(FileProblem.TOO_LARGE)
    return part
