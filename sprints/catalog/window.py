"""The bytes of a catalog file as they pass by, with the marks in them that tell where something is over. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

QUOTE, COLON, OPEN, CLOSE = b'"', b":", b"{[", b"}]"
# Only classes of characters: before Python 3.11.5, and Debian 12 has 3.11.2, possessive quantifiers match too little.
MARK = re.compile(rb'\\.|["{}\[\],:]', re.DOTALL)
BRACKET = re.compile(rb'\\.|"|[\[{]+|[\]}]+', re.DOTALL)
ESCAPE = b"\\"
BOM = b"\xef\xbb\xbf"
OPENING = 4  # bytes that tell what kind of file it is


class FileProblem(TextChoices):
    """Why a file, or the rest of it, cannot be read."""

    EMPTY = "empty", _("The file is empty.")
    WEB_PAGE = "web page", _("This is a web page, not a catalog file. Save the file itself, then try again.")
    ENCODING = "encoding", _("The file is not written in UTF-8. Save it in UTF-8, then try again.")
    NOT_JSON = "not json", _("This is not a JSON file.")
    NO_LIST = "no list", _("The file holds no list of datasets.")
    NO_ENTRIES = "no entries", _("The file's list of datasets is empty: it holds 0 entries.")
    CUT_OFF = "cut off", _("The file ends in the middle. What comes before that was read.")
    FILE_TOO_LARGE = "file large", _("The file is larger than 40 MB. Hand in a smaller one.")
    TOO_LARGE = "too large", _("One entry is larger than 8 MB. What comes before it was read.")
    TOO_MANY = "too many", _("The file holds more than 50,000 entries. The rest was left out.")


class NoCatalog(Exception):
    """The file, or the rest of it, cannot be read."""

    def __init__(self, problem: FileProblem) -> None:
        super().__init__(problem.value)
        self.problem = problem


def checked(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The same pieces. Raises NoCatalog where the first bytes tell that this is something else."""
    opening, is_known = b"", False
    for piece in pieces:
        if not is_known:
            opening = (opening + piece).removeprefix(BOM).lstrip()[:OPENING]
            is_known = len(opening) == OPENING and _require_json(opening)
        yield piece
    if not is_known:
        _require_json(opening)


def _require_json(opening: bytes) -> bool:
    if not opening:
        raise NoCatalog(FileProblem.EMPTY)
    if opening.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in opening:
        raise NoCatalog(FileProblem.ENCODING)
    if not opening.startswith((b"{", b"[")):
        raise NoCatalog(FileProblem.WEB_PAGE if opening.startswith(b"<") else FileProblem.NOT_JSON)
    return True


class Window:
    """A part of the file, no longer than somebody needs it, and never longer than `most` beside the piece at hand."""

    def __init__(self, pieces: Iterable[bytes], offset: int, *, most: int, most_passed_over: int) -> None:
        self._pieces, self._most, self._most_passed_over = pieces, most, most_passed_over
        self._data, self._begin = b"", offset
        self._kept: int | None = offset
        self._is_quoted = False
        self._depth, self._since = 0, offset  # of a value that is passed over, and where it began

    def keep(self, place: int) -> None:
        """What follows is needed."""
        self._kept = place

    def drop(self) -> None:
        """It is not."""
        self._kept = None

    def between(self, start: int, end: int) -> bytes | None:
        """None where it was dropped, or was too much to be kept."""
        if self._kept is None or end - start > self._most:
            return None
        return self._data[start - self._begin : end - self._begin]

    def pass_over(self, place: int) -> None:
        """The object or list that began just before this place: nobody needs its marks."""
        self._depth, self._since = 1, place

    def marks(self) -> Iterator[tuple[bytes, int]]:
        """Quotes, and what stands outside of strings, each with the place just after it. Raises NoCatalog where what is
        passed over has no end."""
        seen = self._begin
        for piece in self._pieces:
            self._data = self._needed(seen) + piece
            begin, at = self._begin, max(seen - self._begin, 0)
            while at < len(self._data):
                if self._depth:
                    at = self._passed_over(at)
                for found in MARK.finditer(self._data, at):
                    mark, at = found[0], found.end()
                    if mark == QUOTE:
                        self._is_quoted = not self._is_quoted
                    elif self._is_quoted or mark[:1] == ESCAPE:
                        continue
                    yield mark, begin + at
                    if self._depth:
                        break
                else:
                    # An escape that is cut in two has not been seen.
                    at = max(at, len(self._data) - self._data.endswith(ESCAPE))
                    break
            seen = begin + at

    def _passed_over(self, at: int) -> int:
        """Where the value is over, or how far was looked: an escape may be cut in two."""
        for found in BRACKET.finditer(self._data, at):
            mark, at = found[0], found.end()
            first = mark[:1]
            if first == QUOTE:
                self._is_quoted = not self._is_quoted
            elif self._is_quoted or first == ESCAPE:
                continue
            elif first in OPEN:
                self._depth += len(mark)
            elif self._depth > len(mark):
                self._depth -= len(mark)
            else:
                self._depth, at = 0, found.start() + self._depth
                return at
        if self._begin + at - self._since > self._most_passed_over:
            raise NoCatalog(FileProblem.TOO_LARGE)
        return max(at, len(self._data) - self._data.endswith(ESCAPE))

    def _needed(self, seen: int) -> bytes:
        """The bytes at hand that are needed on."""
        if self._kept is not None and seen - self._kept > self._most:
            self._kept = None
        begin = seen if self._kept is None else min(self._kept, seen)
        needed, self._begin = self._data[begin - self._begin :], begin
        return needed
