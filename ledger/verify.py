"""Does the ledger hold? Reads every event, and what it says, and compares with what was kept elsewhere. Reads only.

What is read may have been tampered with by someone who owns the database: nothing in it is taken for granted.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby
from operator import attrgetter
from uuid import UUID

from django.db.models import TextField
from django.db.models.functions import Cast

from ledger.chain import Link, content_digest, verify
from ledger.models import Event, Head
from ledger.record import ERASED

# SQLite keeps whatever is written into a column; what is no UUID, time or number fails where it is read or compared.
UNREADABLE = (ValueError, TypeError, AttributeError, OverflowError)
REWRITTEN = "no event has the fingerprint {}, which was kept elsewhere: the chain was rewritten, or its end cut off"
EMPTY = "the head of the chain is there, but no event: a chain begins with one"


@dataclass(frozen=True)
class Anchor:
    """What was kept elsewhere: this event was in this chain. Without a head: there was such a chain."""

    chain: UUID
    head: str = ""


@dataclass(frozen=True)
class Problem:
    """What does not hold, and where: no `sequence` where it is about the whole chain, no `chain` where about all."""

    chain: UUID | None
    sequence: int | None
    says: str


@dataclass
class Report:
    """What was looked at, and what does not hold. `heads` counts the chains and heads that were compared."""

    chains: int = 0
    events: int = 0
    erased: int = 0
    heads: int = 0
    problems: list[Problem] = field(default_factory=list)

    @property
    def intact(self) -> bool:
        return not self.problems


Witness = Callable[[], Iterable[Anchor]]
_witnesses: list[Witness] = []


def witness(function: Witness) -> Witness:
    """Register what else in this database tells of chains and heads: a chain that is gone as a whole tells nothing."""
    _witnesses.append(function)
    return function


def verify_ledger(*, anchors: Iterable[Anchor] = (), only: UUID | None = None) -> Report:
    """Every chain, or only this one, compared with these anchors and with what the upper rooms keep."""
    expected: dict[UUID, set[str]] = {}
    for anchor in [*anchors, *(known for each in _witnesses for known in each())]:
        if only in (None, anchor.chain):
            expected.setdefault(anchor.chain, set()).add(anchor.head)
    report = Report(heads=sum(len(heads) for heads in expected.values()))
    try:
        _read_all(report, expected, only)
    except UNREADABLE as error:
        says = f"a row of the ledger cannot be read, nor what comes after it: {type(error).__name__}: {error}"
        report.problems.append(Problem(only, None, says))
        return report
    report.problems += [Problem(chain, None, "the whole chain is gone") for chain in expected]
    if only and not report.chains and not report.problems:
        report.problems.append(Problem(only, None, "there is no such chain"))
    return report


def _read_all(report: Report, expected: dict[UUID, set[str]], only: UUID | None) -> None:
    """Look at each chain, and take it out of what is expected."""
    ends = _ends(only)
    for chain, rows in _by_chain(only):
        _look_at(report, chain, rows, ends.pop(chain, None), expected.pop(chain, set()))
    for chain, end in ends.items():
        _look_at(report, chain, [], end, expected.pop(chain, set()))


@dataclass(frozen=True)
class EventRow:
    """An event as it stands in the database, with the text of what it says where that is still there."""

    link: Link
    salt: str | None
    words: str | None


def _ends(only: UUID | None) -> dict[UUID, tuple[str, int]]:
    heads = Head.objects.filter(chain=only) if only else Head.objects.all()
    return {chain: (digest, length) for chain, digest, length in heads.values_list("chain", "digest", "sequence")}


def _by_chain(only: UUID | None) -> Iterator[tuple[UUID, Iterator[EventRow]]]:
    """The rows of one chain after the other, in the order of their numbers."""
    events = Event.objects.filter(chain=only) if only else Event.objects.all()
    # As text: a payload that is no JSON any more is a finding, and must not end the search.
    read = events.annotate(words=Cast("content__payload", TextField())).order_by("chain", "sequence", "pk")
    rows = read.values_list(*Link._fields, "content__salt", "words").iterator(chunk_size=2000)
    found = (EventRow(Link(*row[:-2]), salt=row[-2], words=row[-1]) for row in rows)
    return groupby(found, key=attrgetter("link.chain"))


def _look_at(
    report: Report, chain: UUID, rows: Iterable[EventRow], end: tuple[str, int] | None, expected: set[str]
) -> None:
    """Add one chain to the report."""
    kept = list(rows)
    report.chains += 1
    report.events += len(kept)
    links = [row.link for row in kept]
    head, length = end or ("", len(kept))
    if end is None:
        report.problems.append(Problem(chain, None, "the head of the chain is gone"))
        head = links[-1].digest
    elif not (links or length):
        report.problems.append(Problem(chain, None, EMPTY))
    if broken := verify(links, chain=chain, head=head, length=length):
        report.problems.append(Problem(chain, broken.sequence, broken.problem))
    report.problems += _contents(report, chain, kept)
    gone = expected - {link.digest for link in links} - {""}
    report.problems += [Problem(chain, None, REWRITTEN.format(digest)) for digest in sorted(gone)]


def _contents(report: Report, chain: UUID, rows: list[EventRow]) -> Iterator[Problem]:
    """What events say must be what they said when they were written, or be erased by an event that says so."""
    erased = set()
    for row in rows:
        if row.link.kind == ERASED:
            erased.add(_sequence_erased(row.words))
    for row in rows:
        if row.salt is not None and row.words is not None:
            if _digest_of(row.salt, row.words) != row.link.content_digest:
                yield Problem(chain, row.link.sequence, "what the event says was changed")
        elif row.link.sequence in erased and row.link.kind != ERASED:
            report.erased += 1
        else:
            yield Problem(chain, row.link.sequence, "what the event says is gone, and none tells that it was erased")


def _sequence_erased(words: str | None) -> object:
    try:
        return json.loads(words or "{}").get("sequence")
    except (ValueError, AttributeError):
        return None


def _digest_of(salt: str, words: str) -> str:
    """Empty where there is nothing that an event could have said."""
    try:
        return content_digest(salt, json.loads(words))
    except (ValueError, TypeError, RecursionError):
        return ""
