"""The entries of a catalog file, found in its bytes piece by piece. Pure: no database, and never the file as a whole.

Files of cities are large, and one entry in them may be broken. So the bytes are only counted through here, by brackets
and quotes, and each entry is handed on by itself: one that cannot be read later spoils no other. Of an entry, only the
members that somebody reads are held: the outline of a county may be as large as all the rest.

A file of DCAT-US 1.0 is a list of datasets, one of 1.1 has it under "dataset". In one of 3, a catalog may hold
catalogs, series and services, each with datasets of its own. Where we stand among them is a word of one letter a level,
small in a list and large in an object, so that reading goes on from there: "Cd" is within the list of datasets of the
catalog, "CcCd" within the one of a catalog in it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from sprints.catalog.window import CLOSE, COLON, OPEN, QUOTE, FileProblem, NoCatalog, Window, checked

LARGEST_ENTRY = 256 * 1024  # bytes, of what is read of it
LARGEST_SKIPPED = 8 * 1024 * 1024  # from one entry to the next: what is only counted through costs time, too
DEEPEST = 32  # levels, two a catalog: the outermost one, and 15 in it

ROOT, CATALOG, DATASET, SERIES, SERVICE, RECORD = "", "C", "D", "S", "V", "R"
# What stands under which key of what.
HOLDS: dict[str, dict[bytes, str]] = {
    CATALOG: {b"dataset": DATASET, b"datasets": DATASET, b"catalog": CATALOG, b"hasPart": CATALOG}
    | {b"datasetSeries": SERIES, b"service": SERVICE, b"record": RECORD},
    SERIES: {b"seriesMember": DATASET, b"first": DATASET, b"last": DATASET},
    SERVICE: {b"servesDataset": DATASET},
    RECORD: {},
    DATASET: {},
}
# The members of a dataset that are read, and those of them that name it.
NAMES = frozenset({b"title", b"identifier", b"@id"})
MEMBERS = NAMES | frozenset(
    b"description publisher license distribution format mediaType accrualPeriodicity landingPage accessURL downloadURL "
    b"webService issued accessLevel accessRights keyword".split()
)


class NotRead(TextChoices):
    """What a file may hold beside datasets."""

    CATALOGS = "catalogs", _("catalogs of which only the address is given, or that lie too deep")
    SERIES = "series", _("series (their datasets are read)")
    SERVICES = "services", _("services (their datasets are read)")
    RECORDS = "records", _("records about the catalog itself")


PASSED = {CATALOG: NotRead.CATALOGS, SERIES: NotRead.SERIES, SERVICE: NotRead.SERVICES, RECORD: NotRead.RECORDS}


@dataclass(frozen=True)
class Place:
    """Where in the file: after how many bytes, and within what."""

    offset: int = 0
    within: str = ROOT


@dataclass(frozen=True)
class CatalogPart:
    """An entry. `members`: those that are read, each as it is written; None where the entry is no object. `depth`: how
    many catalogs around it stand in another one. `is_mention`: a series or a service tells of it. `after`: where
    reading goes on."""

    members: dict[bytes, bytes] | None
    after: Place
    depth: int = 0
    is_mention: bool = False
    is_too_large: bool = False

    @property
    def data(self) -> bytes:
        """JSON, if the entry was."""
        return b"{" + b",".join(self.members.values()) + b"}" if self.members is not None else b"null"


class Reading:
    """The entries from a place on, one after the other; `passed` says how much of what else was met. Raises NoCatalog
    where the file holds no entry, ends before its lists do, or cannot be read on."""

    def __init__(self, pieces: Iterable[bytes], start: Place | None = None) -> None:
        start = start or Place()
        self.passed: Counter[NotRead] = Counter()
        self._within = start.within
        self._window = Window(
            pieces if start.within else checked(pieces),
            start.offset,
            most=LARGEST_ENTRY,
            most_passed_over=LARGEST_SKIPPED,
        )
        self._has_list = self._has_entry = bool(start.within)
        self._members: dict[bytes, bytes] = {}
        self._is_too_large = False
        self._since = start.offset  # the last entry
        self._begin_member(start.offset)

    def __iter__(self) -> Iterator[CatalogPart]:
        for mark, at in self._window.marks():
            if at - self._since > LARGEST_SKIPPED:
                raise NoCatalog(FileProblem.TOO_LARGE)
            if mark in OPEN:
                self._open(mark, at)
            elif self._within == ROOT:
                continue
            elif mark == QUOTE:
                self._quote(at)
            elif mark == COLON:
                self._colon()
            else:
                yield from self._end(mark, at)
                if self._within == ROOT:
                    break
        else:
            raise NoCatalog(FileProblem.CUT_OFF)
        if not self._has_entry:
            raise NoCatalog(FileProblem.NO_ENTRIES if self._has_list else FileProblem.NO_LIST)

    def _begin_member(self, at: int) -> None:
        """Of an object or a list; or what follows where one that stands in it is over."""
        self._window.keep(at)
        self._begin, self._quoted = at, -1
        self._word, self._key, self._has_colon = b"", b"", False

    def _quote(self, at: int) -> None:
        if self._quoted < 0:
            self._quoted = at
            return
        if not self._has_colon:
            self._word = self._window.between(self._quoted, at - 1) or b""
        self._quoted = -1

    def _colon(self) -> None:
        if self._has_colon or self._within.islower():
            return
        self._has_colon, self._key = True, self._word
        if self._key not in (MEMBERS if self._within[-1] == DATASET else HOLDS[self._within[-1]]):
            self._window.drop()

    def _kind(self) -> str | None:
        """Of what may stand here."""
        frame = self._within[-1]
        return frame.upper() if frame.islower() else HOLDS[frame].get(self._key)

    def _open(self, mark: bytes, at: int) -> None:
        is_object = mark == b"{"
        if self._within == ROOT:
            kind: str | None = CATALOG if is_object else DATASET
        else:
            is_in_list = self._within[-1].islower() and not is_object
            kind = None if is_in_list else self._kind()
            if kind != DATASET and len(self._within) >= DEEPEST:
                kind = None
        if kind is None:
            self._window.pass_over(at)
            return
        if is_object and self._within and kind in PASSED and kind != CATALOG:
            self.passed[PASSED[kind]] += 1
        self._within += kind if is_object else kind.lower()
        self._has_list |= kind == DATASET
        self._members, self._is_too_large = {}, False
        self._begin_member(at)

    def _end(self, mark: bytes, at: int) -> Iterator[CatalogPart]:
        """Of a member; with a bracket, of what it stands in, too."""
        is_entry = self._end_member(at - 1)
        members: dict[bytes, bytes] | None = None
        if mark in CLOSE:
            if self._within[-1] == DATASET:
                is_entry, members = True, self._members
            self._within = self._within[:-1]
        self._begin_member(at)
        if is_entry:
            self._has_entry, self._since = True, at
            depth = max(self._within.count(CATALOG) - 1, 0)
            yield CatalogPart(members, Place(at, self._within), depth, self._is_mention, self._is_too_large)

    @property
    def _is_mention(self) -> bool:
        return SERIES in self._within or SERVICE in self._within

    def _end_member(self, end: int) -> bool:
        """Whether it was an entry that is no object."""
        written, frame = self._window.between(self._begin, end), self._within[-1]
        if frame == DATASET:
            self._hold(written)
            return False
        said = (
            b"..." if written is None else (written[written.find(b":") + 1 :] if frame.isupper() else written).strip()
        )
        kind = self._kind()
        if kind is None or not said:
            return False
        if kind == DATASET:
            return frame.islower() and not self._is_mention
        self.passed[PASSED[kind]] += said != b"null"
        return False

    def _hold(self, written: bytes | None) -> None:
        """A member of an entry. What stands there without a key is held too: then the entry is not JSON."""
        if written is None or (self._has_colon and self._key not in MEMBERS):
            return
        if written.strip() or self._members:
            self._members[self._key] = written
        if self._is_too_large or sum(map(len, self._members.values())) > LARGEST_ENTRY:
            self._is_too_large = True
            self._members = {key: said for key, said in self._members.items() if key in NAMES}
