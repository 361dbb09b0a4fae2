"""Links that follow each other, and where they do not. Without a database."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime, timedelta, timezone
from uuid import UUID, uuid4

import pytest

from ledger.chain import Break, Link, content_digest, genesis, link_digest, verify
from tests.factories.people import NOW

CHAIN = UUID("5f0c7a52-7c1e-4a37-9d0e-1f4f6f5a9b11")
ACTOR = UUID("0b8f3c1d-5c59-4a55-8f0a-2a8b3c4d5e6f")


def chain_of(length: int, chain: UUID = CHAIN) -> list[Link]:
    links, prev = [], genesis(chain)
    for sequence in range(1, length + 1):
        facts = {"kind": "said", "actor": ACTOR, "at": NOW, "content_digest": content_digest("salt", sequence)}
        digest = link_digest(chain=chain, sequence=sequence, prev=prev, **facts)
        links.append(Link(chain=chain, sequence=sequence, prev=prev, digest=digest, **facts))
        prev = digest
    return links


def found(links: list[Link], *, head: str = "", length: int = 4) -> Break | None:
    return verify(links, chain=CHAIN, head=head or chain_of(length)[-1].digest, length=length)


def test_a_link_is_spelled_as_the_format_says() -> None:
    """By the words of docs/edition-format.md, with nothing of ours."""
    (link,) = chain_of(1)
    first = hashlib.sha256(b"topcities ledger 5f0c7a52-7c1e-4a37-9d0e-1f4f6f5a9b11").hexdigest()
    said = hashlib.sha256(b'{"payload":1,"salt":"salt"}').hexdigest()
    spelled = (
        '{"actor":"0b8f3c1d-5c59-4a55-8f0a-2a8b3c4d5e6f","at":"2027-03-02T18:30:00.000000+00:00",'
        f'"chain":"5f0c7a52-7c1e-4a37-9d0e-1f4f6f5a9b11","content":"{said}","kind":"said",'
        f'"prev":"{first}","schema":1,"sequence":1}}'
    )
    assert json.loads(spelled)["schema"] == 1
    assert link.digest == hashlib.sha256(spelled.encode()).hexdigest()


def test_a_moment_is_the_same_in_every_zone_and_a_time_without_one_is_refused() -> None:
    (link,) = chain_of(1)
    facts = {field: getattr(link, field) for field in Link._fields if field != "digest"}
    elsewhere = NOW.astimezone(timezone(timedelta(hours=-8)))
    assert link_digest(**{**facts, "at": elsewhere}) == link.digest
    with pytest.raises(ValueError, match="needs a zone"):
        link_digest(**{**facts, "at": datetime(2027, 3, 2, 18, 30)})  # noqa: DTZ001


@pytest.mark.parametrize("length", [0, 1, 4])
def test_a_chain_as_it_was_written_holds(length: int) -> None:
    head = chain_of(length)[-1].digest if length else genesis(CHAIN)
    assert found(chain_of(length), head=head, length=length) is None


@pytest.mark.parametrize("field", ["kind", "actor", "at", "content_digest"])
@pytest.mark.parametrize("place", [1, 3, 4])
def test_a_field_that_was_changed_is_found_at_its_event(field: str, place: int) -> None:
    other = {"kind": "heard", "actor": None, "at": NOW + timedelta(microseconds=1), "content_digest": "0" * 64}
    links = chain_of(4)
    links[place - 1] = links[place - 1]._replace(**{field: other[field]})
    assert found(links) == Break(place, "the event was changed")


def test_a_changed_event_with_a_new_fingerprint_is_found_at_the_next() -> None:
    links = chain_of(4)
    facts = {field: getattr(links[1], field) for field in Link._fields if field != "digest"} | {"kind": "heard"}
    links[1] = Link(**facts, digest=link_digest(**facts))
    broken = found(links)
    assert broken.sequence == 3 and "does not follow the event before it" in broken.problem


def test_two_events_that_changed_places_are_found_and_where_one_was() -> None:
    links = chain_of(4)
    links[1], links[2] = links[2]._replace(sequence=2), links[1]._replace(sequence=3)
    assert found(links) == Break(2, "event 3 was put in this place")


def test_removed_doubled_and_added_events() -> None:
    links = chain_of(4)
    assert found([links[0], *links[2:]]) == Break(2, "this event is missing")
    assert found([links[0], links[0], *links[1:]]) == Break(2, "two events have the same number")
    assert found([]) == Break(1, "all 4 events of the chain are gone")
    assert found(links[:2]).sequence == 3 and "end was cut off" in found(links[:2]).problem
    assert found(chain_of(6)).sequence == 5 and "stands behind the head" in found(chain_of(6)).problem
    assert found(links, head="0" * 64) == Break(4, "the head names another last event")


def test_a_whole_chain_does_not_pass_for_another_one() -> None:
    stranger = uuid4()
    links = chain_of(4, stranger)
    assert found(links, head=links[-1].digest).sequence == 1
    renamed = [link._replace(chain=CHAIN) for link in links]
    assert found(renamed, head=renamed[-1].digest) == Break(1, "the event was changed")


def test_a_head_that_claims_to_be_endless_holds_nothing_up() -> None:
    links = chain_of(4)
    links[1] = links[1]._replace(kind="heard")
    assert found(links, head="0" * 64, length=4)  # the same finding as with a sober head
    assert verify(links, chain=CHAIN, head="0" * 64, length=2**31 - 1) == Break(2, "the event was changed")
