"""Link events to a chain, verify one, and say where it breaks. Pure: no database."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple
from uuid import UUID

from ledger.canonical import digest

SCHEMA = 1
# A head that somebody rewrote may claim any length: no more places than this are tried for an event that was moved.
MOST_PLACES = 20_000


class Link(NamedTuple):
    """An event without its content."""

    chain: UUID
    sequence: int
    prev: str
    digest: str
    kind: str
    actor: UUID | None
    at: datetime
    content_digest: str


@dataclass(frozen=True)
class Break:
    """Where a chain does not hold: the sequence number, and what is wrong there in plain words."""

    sequence: int
    problem: str


def genesis(chain: UUID) -> str:
    """What the first event of a chain follows: its own name, so that no event fits another chain."""
    return hashlib.sha256(f"topcities ledger {chain}".encode()).hexdigest()


def content_digest(salt: str, payload: object) -> str:
    """The salt keeps a short payload from being guessed after it was erased."""
    return digest({"salt": salt, "payload": payload})


def link_digest(
    *, chain: UUID, sequence: int, prev: str, kind: str, actor: UUID | None, at: datetime, content_digest: str
) -> str:
    """Covers all of an event but its digest. Raises ValueError for a time without a zone."""
    if at.tzinfo is None:
        raise ValueError("the time of an event needs a zone")
    return digest(
        {
            "schema": SCHEMA,
            "chain": str(chain),
            "sequence": sequence,
            "prev": prev,
            "kind": kind,
            "actor": str(actor) if actor else None,
            "at": at.astimezone(UTC).isoformat(timespec="microseconds"),
            "content": content_digest,
        }
    )


def verify(links: Iterable[Link], *, chain: UUID, head: str, length: int) -> Break | None:
    """The first place where the links, in the order of their numbers, do not lead to the head; or None."""
    expected, sequence = genesis(chain), 0
    for link in links:
        sequence += 1
        if problem := _problem(link, chain, sequence, expected, length):
            return Break(sequence, problem)
        expected = link.digest
    if problem := _problem_at_end(sequence, length, expected == head):
        return Break(min(sequence, length) + 1 if sequence != length else sequence, problem)
    return None


def _problem(link: Link, chain: UUID, sequence: int, expected: str, length: int) -> str:
    """What is wrong with a link that should be the one with this number and follow the expected digest."""
    if link.sequence > sequence:
        return "this event is missing"
    if link.sequence < sequence:
        return "two events have the same number"
    if _digest_as(link, sequence) != link.digest:
        moved_from = _number_it_had(link, length)
        return f"event {moved_from} was put in this place" if moved_from else "the event was changed"
    if link.chain != chain or link.prev != expected:
        return "it does not follow the event before it: that one was changed, removed or put in another place"
    return ""


def _problem_at_end(sequence: int, length: int, at_head: bool) -> str:
    if sequence == 0 and length:
        return f"all {length} events of the chain are gone"
    if sequence < length:
        return f"the chain ends before this event, though its head says that it has {length}: its end was cut off"
    if sequence > length:
        return f"this event stands behind the head, which says that the chain has {length}"
    return "" if at_head or not length else "the head names another last event"


def _digest_as(link: Link, sequence: int) -> str:
    """What the digest of the link would be, were this its number."""
    facts = link._asdict() | {"sequence": sequence}
    del facts["digest"]
    return link_digest(**facts)


def _number_it_had(link: Link, length: int) -> int:
    """The number with which the link's digest fits, or 0: with none, so its words were changed."""
    places = range(1, min(length, MOST_PLACES) + 1)
    return next((number for number in places if _digest_as(link, number) == link.digest), 0)
