"""The one writer of the chain."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max, QuerySet

from ledger.chain import content_digest, genesis, link_digest
from ledger.holds import why_kept
from ledger.models import Event, EventContent, Head

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser

REFUSALS_EVERY = timedelta(minutes=1)
ERASED = "erased"
REFUSED = "refused"


class CannotErase(Exception):
    """What an event says cannot be erased; the message says why, in plain words."""


def append_event(
    *, chain: UUID, kind: str, by: AbstractBaseUser | None, at: datetime, payload: dict[str, Any]
) -> Event:
    """Append to a chain, in the transaction of the change it tells of; the event's digest is the new head.

    Raises TransactionManagementError outside of a transaction.
    """
    return append_events(chain=chain, by=by, at=at, entries=[(kind, payload)])[0]


def append_events(
    *, chain: UUID, by: AbstractBaseUser | None, at: datetime, entries: Sequence[tuple[str, dict[str, Any]]]
) -> list[Event]:
    """As `append_event`, for all that one act tells of, in as many queries as for one. `told`: (kind, payload) each."""
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("an event is written in the transaction of what it tells of")
    head = _locked_head(chain)
    contents = [EventContent(salt=secrets.token_hex(32), payload=payload) for _kind, payload in entries]
    events: list[Event] = []
    for content, (kind, _payload) in zip(contents, entries, strict=True):
        facts: dict[str, Any] = {
            "chain": chain,
            "sequence": head.sequence + 1,
            "prev": head.digest,
            "kind": kind,
            "actor": by.pk if by else None,
            "at": at,
            "content_digest": content_digest(content.salt, content.payload),
        }
        events.append(Event(**facts, digest=link_digest(**facts)))
        head.sequence, head.digest = events[-1].sequence, events[-1].digest
    for event, content in zip(Event.objects.bulk_create(events), contents, strict=True):
        content.event = event
    EventContent.objects.bulk_create(contents)
    Head.objects.filter(chain=chain).update(sequence=head.sequence, digest=head.digest)
    return events


def last_changes(chains: Iterable[UUID]) -> dict[UUID, datetime]:
    """When something last happened in each of these chains, in one query. A refused attempt changed nothing."""
    entries = Event.objects.filter(chain__in=list(chains)).exclude(kind=REFUSED).order_by()
    return dict(entries.values_list("chain").annotate(Max("at")))


def _locked_head(chain: UUID) -> Head:
    """The end of the chain, kept by this transaction until it ends. On SQLite the transaction itself is the lock."""
    locked = Head.objects.select_for_update()
    if (head := locked.filter(chain=chain).first()) is None:
        Head.objects.get_or_create(chain=chain, defaults={"digest": genesis(chain)})
        head = locked.get(chain=chain)
    return head


@transaction.atomic(durable=True)
def refused(*, chain: UUID, by: AbstractBaseUser | None, at: datetime, what: str) -> None:
    """Write down that somebody tried what is not theirs to do; the same attempt once a minute.

    In a transaction of its own, after that of the attempt was rolled back: raises RuntimeError within another one.
    """
    _locked_head(chain)
    recent = Event.objects.filter(chain=chain, kind=REFUSED, actor=by.pk if by else None, at__gt=at - REFUSALS_EVERY)
    if not recent.filter(content__payload__what=what).exists():
        append_event(chain=chain, kind=REFUSED, by=by, at=at, payload={"what": what})


@transaction.atomic
def erase(*, chain: UUID, sequence: int, reason: str, by: AbstractBaseUser | None, now: datetime) -> Event:
    """Erase what one event says: its link stays, and an `erased` event says that and why. Raises CannotErase."""
    _lock_to_erase(chain)
    event = Event.objects.filter(chain=chain, sequence=sequence).first()
    if event is None:
        raise CannotErase(f"The chain {chain} has no event {sequence}.")
    if event.kind == ERASED:
        raise CannotErase(f"Event {sequence} says what was erased and why. That stays.")
    content = EventContent.objects.filter(event=event)
    if not content.exists():
        raise CannotErase(f"What event {sequence} said is erased already.")
    # The database lets content go only after an event says so.
    erased = append_event(
        chain=chain, kind=ERASED, by=by, at=now, payload={"sequence": sequence, "kind": event.kind, "reason": reason}
    )
    content.delete()
    return erased


def erase_all(*, chain: UUID, contents: QuerySet[EventContent], reason: str, now: datetime) -> int:
    """As `erase`, for all of these contents of one chain, in the transaction of what is deleted with them; how many."""
    _lock_to_erase(chain)
    found = list(contents.filter(event__chain=chain).exclude(event__kind=ERASED).select_related("event"))
    entries = [
        (ERASED, {"sequence": one.event.sequence, "kind": one.event.kind, "reason": reason})
        for one in sorted(found, key=lambda one: one.event.sequence)
    ]
    if entries:
        append_events(chain=chain, by=None, at=now, entries=entries)
        contents.model.objects.filter(pk__in=contents.filter(event__chain=chain).values("pk")).delete()
    return len(entries)


def _lock_to_erase(chain: UUID) -> None:
    """Whoever sets a hold writes an event too, so this waits for them. Raises CannotErase where one stands."""
    _locked_head(chain)
    if why := why_kept(chain):
        raise CannotErase(why)
