"""Chains for tests, and what somebody who owns the database can do to them."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID, uuid4

from django.db import connection, transaction

from ledger.chain import Link, content_digest, genesis, link_digest
from ledger.models import Event, EventContent, Head
from ledger.record import append_event
from tests.factories.people import NOW
from tests.truncate_ledger import as_owner


def say(chain: UUID, words: str, *, kind: str = "said", **more: object) -> Event:
    """Append one event."""
    with transaction.atomic():
        return append_event(chain=chain, kind=kind, by=None, at=NOW, payload={"words": words, **more})


def make_chain(length: int = 5) -> UUID:
    chain = uuid4()
    for number in range(1, length + 1):
        say(chain, f"words {number}")
    return chain


def links_of(chain: UUID) -> list[Link]:
    rows = Event.objects.filter(chain=chain).order_by("sequence")
    return [Link(*row) for row in rows.values_list(*Link._fields)]


@contextmanager
def owner() -> Iterator[None]:
    """Within it the triggers are away, inside of the test's own transaction too."""
    connection.check_constraints()
    with as_owner():
        yield
        connection.check_constraints()


def remove(chain: UUID, **which: object) -> None:
    """Take events away with what they say; all of the chain's where none is named. Its head stays."""
    EventContent.objects.filter(event__in=Event.objects.filter(chain=chain, **which)).delete()
    Event.objects.filter(chain=chain, **which).delete()


def rewrite(chain: UUID, number: int, words: str) -> None:
    """Let an event say something else, and compute anew all that follows from it, up to the head."""
    prev = genesis(chain)
    for event in Event.objects.filter(chain=chain).order_by("sequence").select_related("content"):
        if event.sequence == number:
            salt, payload = secrets.token_hex(32), {"words": words}
            EventContent.objects.filter(event=event).update(salt=salt, payload=payload)
            event.content_digest = content_digest(salt, payload)
        facts = {field: getattr(event, field) for field in Link._fields if field not in ("prev", "digest")}
        digest = link_digest(prev=prev, **facts)
        Event.objects.filter(pk=event.pk).update(prev=prev, digest=digest, content_digest=event.content_digest)
        prev = digest
    Head.objects.filter(chain=chain).update(digest=prev)
