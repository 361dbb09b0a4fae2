"""What a catalog file holds: what is taken, what is skipped and why, and how much of what else is not read. Pure.

The page reads a file a few hundred entries a transaction, the command at once; both by what stands here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import islice

from django.utils.translation import gettext as _

from sprints.catalog.dcat import Described, EntryProblem, Unusable, described, name_of
from sprints.catalog.entries import CatalogPart, NotRead, Reading
from sprints.catalog.window import FileProblem, NoCatalog

LARGEST = 40 * 1024 * 1024  # bytes
MOST_ENTRIES = 50_000
NO_CATALOG = frozenset(
    {FileProblem.EMPTY, FileProblem.WEB_PAGE, FileProblem.ENCODING, FileProblem.NOT_JSON}
    | {FileProblem.NO_LIST, FileProblem.FILE_TOO_LARGE}
)
MENTION = 99  # deeper than any catalog


@dataclass(frozen=True)
class Item:
    """An entry that is taken (`described`), or skipped: then `problem` says why, and title and identifier name it as
    far as it has any. `rank`: how deep it stands. `takes_over`: it takes the place of a copy that stands deeper."""

    part: CatalogPart
    rank: int
    title: str
    identifier: str
    described: Described | None = None
    problem: EntryProblem | None = None
    takes_over: bool = False

    @property
    def key(self) -> tuple[str, str]:
        return self.identifier, self.title


def item_of(part: CatalogPart, source: str = "") -> Item:
    rank = MENTION if part.is_mention else part.depth
    try:
        if part.is_too_large:
            raise Unusable(EntryProblem.TOO_LARGE)
        one = described(part.data, source=source)
    except Unusable as refusal:
        return Item(part, rank, *name_of((part.members or {}).values()), problem=refusal.problem)
    return Item(part, rank, one.title, one.identifier, one)


def each_once(items: Iterable[Item], known: dict[tuple[str, str], int]) -> Iterator[Item]:
    """Of a dataset with an identifier that stands at several depths, the copy that stands highest: what a catalog says
    counts more than what a catalog in it says, or a series. At the same depth, the second is skipped. `known`: the keys
    that were met, with their rank."""
    for item in items:
        rank = known.get(item.key) if item.described and item.identifier else None
        if rank is None:
            if item.described and item.identifier:
                known[item.key] = item.rank
            yield item
        elif item.rank < rank:
            known[item.key] = item.rank
            yield replace(item, takes_over=True)
        elif item.rank == rank != MENTION:
            yield replace(item, described=None, problem=EntryProblem.TWICE)


def entry_name(title: str, identifier: str, number: int) -> str:
    """What an entry is called that is skipped: never by its own raw text."""
    return title or identifier or _("Entry %(number)s") % {"number": number}


@dataclass
class Contents:
    """Of a whole file. `skipped`: the name of each entry, and why."""

    taken: int = 0
    skipped: list[tuple[str, EntryProblem]] = field(default_factory=list)
    not_read: Counter[NotRead] = field(default_factory=Counter)
    problem: FileProblem | None = None

    @property
    def is_no_catalog(self) -> bool:
        """Nothing of the file could be read as one."""
        return self.problem in NO_CATALOG

    @property
    def not_read_rows(self) -> list[tuple[str, int]]:
        """What, and how many. A file of which nothing or not all could be read counts, too."""
        rows = [(what.value, self.not_read[what]) for what in NotRead if self.not_read[what]]
        if self.is_no_catalog:
            rows.append(("file", 1))
        elif self.problem and self.problem != FileProblem.NO_ENTRIES:
            rows.append(("rest of the file", 1))
        return rows


def contents_of(pieces: Iterable[bytes]) -> Contents:
    found, reading = Contents(), Reading(pieces)
    parts = iter(reading)
    try:
        for item in each_once(map(item_of, islice(parts, MOST_ENTRIES)), {}):
            if item.problem:
                name = entry_name(item.title, item.identifier, found.taken + len(found.skipped) + 1)
                found.skipped.append((name, item.problem))
            else:
                found.taken += not item.takes_over
        if next(parts, None):
            found.problem = FileProblem.TOO_MANY
    except NoCatalog as refusal:
        found.problem = refusal.problem
    found.not_read = reading.passed
    return found
