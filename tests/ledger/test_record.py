"""The one writer of the chain: in the transaction of what it tells of, one after the other, and what can be erased."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from uuid import UUID, uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction

from ledger.models import Event, EventContent, Head
from ledger.record import CannotErase, append_event, erase, refused
from ledger.verify import verify_ledger
from tests.concurrency import at_once
from tests.factories.people import NOW, make_person
from tests.ledger.chains import links_of, make_chain, say

pytestmark = pytest.mark.django_db


def words_in_the_ledger() -> str:
    """All that stands in any column of the ledger's tables."""
    return str([list(model.objects.values_list()) for model in (Head, Event, EventContent)])


# --- Writing ----------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_an_event_is_written_only_together_with_what_it_tells_of() -> None:
    with pytest.raises(transaction.TransactionManagementError):
        append_event(chain=uuid4(), kind="said", by=None, at=NOW, payload={})
    with pytest.raises(RuntimeError, match="the act failed"), transaction.atomic():
        append_event(chain=uuid4(), kind="said", by=None, at=NOW, payload={})
        raise RuntimeError("the act failed")
    assert not Event.objects.exists() and not Head.objects.exists()


def test_an_event_names_its_person_by_an_opaque_id_and_keeps_what_it_says_apart() -> None:
    person = make_person("Maria Lopez")
    event = append_event(chain=uuid4(), kind="said", by=person, at=NOW, payload={"words": "our secret"})
    assert event.actor == person.pk
    assert event.content.payload == {"words": "our secret"}
    kept = str(list(Event.objects.values_list()))
    assert person.name not in kept and person.email not in kept and "our secret" not in kept


def test_the_same_words_have_another_fingerprint_each_time() -> None:
    chain = uuid4()
    first, second = say(chain, "yes"), say(chain, "yes")
    assert first.content_digest != second.content_digest


@pytest.mark.parametrize("field", ["sequence", "prev"])
def test_the_database_lets_no_two_events_stand_in_one_place(field: str) -> None:
    chain = make_chain(3)
    second = Event.objects.get(chain=chain, sequence=2)
    fork = {"chain": chain, "sequence": 9, "prev": "0" * 64, field: getattr(second, field)}
    with pytest.raises(IntegrityError), transaction.atomic():
        Event.objects.create(**fork, digest="1" * 64, kind="fork", at=NOW, content_digest="2" * 64)


# --- At once ----------------------------------------------------------------------------------------------

WRITERS, EACH = 8, 25


def write(chain: UUID, writer: int) -> int:
    for number in range(EACH):
        say(chain, f"writer {writer}, number {number}")
    return EACH


@pytest.mark.django_db(transaction=True)
def test_eight_writers_append_to_one_chain_without_a_fork() -> None:
    """None of them finds the chain there: even its beginning is made once."""
    chain = uuid4()
    assert at_once(*[partial(write, chain, writer) for writer in range(WRITERS)]) == [EACH] * WRITERS
    report = verify_ledger(only=chain)
    assert report.intact, report.problems
    assert report.events == WRITERS * EACH
    said = EventContent.objects.values_list("payload__words", flat=True)
    assert len(set(said)) == WRITERS * EACH, "nobody's words are lost"


@pytest.mark.django_db(transaction=True)
def test_writers_to_chains_of_their_own_wait_for_each_other_where_they_must() -> None:
    """On SQLite all of them want the one file; nobody is sent away with "database is locked"."""
    chains = [uuid4() for _writer in range(WRITERS)]
    assert at_once(*[partial(write, chain, 0) for chain in chains]) == [EACH] * WRITERS
    assert [len(links_of(chain)) for chain in chains] == [EACH] * WRITERS
    assert verify_ledger().intact


@pytest.mark.django_db(transaction=True)
def test_the_same_attempt_is_written_down_once_a_minute_however_many_come_at_once() -> None:
    chain, person = make_chain(1), make_person()
    tries = [partial(refused, chain=chain, by=person, at=NOW, what="POST sign")] * WRITERS
    assert at_once(*tries) == [None] * WRITERS
    refused(chain=chain, by=person, at=NOW + timedelta(seconds=59), what="POST sign")
    assert Event.objects.filter(kind="refused").count() == 1
    refused(chain=chain, by=person, at=NOW, what="POST reopen")
    refused(chain=chain, by=make_person(), at=NOW, what="POST sign")
    refused(chain=chain, by=person, at=NOW + timedelta(minutes=1), what="POST sign")
    assert Event.objects.filter(kind="refused").count() == 4
    with pytest.raises(RuntimeError), transaction.atomic():
        refused(chain=chain, by=person, at=NOW, what="inside of what is rolled back")


# --- Erasing ----------------------------------------------------------------------------------------------


def erase_event(*arguments: object) -> str:
    out = io.StringIO()
    call_command("erase_event", *map(str, arguments), stdout=out)
    return out.getvalue()


def test_what_an_event_says_is_erased_and_the_chain_still_verifies() -> None:
    chain = make_chain(4)
    before = links_of(chain)
    out = erase_event(chain, 3, "--reason", "Order of a court")
    assert "words 3" not in words_in_the_ledger() and "words 2" in words_in_the_ledger()
    assert links_of(chain)[:4] == before, "the event itself stays as it was"
    told = Event.objects.get(chain=chain, sequence=5)
    assert told.content.payload == {"sequence": 3, "kind": "said", "reason": "Order of a court"}
    assert "Event 5" in out and told.digest in out
    report = verify_ledger()
    assert report.intact and (report.events, report.erased) == (5, 1)


def test_several_are_erased_one_after_the_other() -> None:
    chain, other = make_chain(4), make_chain(4)
    for number in (4, 1):
        erase_event(chain, number, "--reason", "Asked for")
    report = verify_ledger()
    assert report.intact and report.erased == 2
    assert len(words_in_the_ledger().split("words 1")) == 2, "those of the other chain are there"
    assert len(links_of(other)) == 4


REFUSED: dict[str, tuple[Callable[[UUID], list[object]], str]] = {
    "no such event": (lambda chain: [chain, 9, "--reason", "x"], "has no event 9"),
    "no such chain": (lambda _chain: [uuid4(), 1, "--reason", "x"], "has no event 1"),
    "erased already": (lambda chain: [chain, 1, "--reason", "x"], "erased already"),
    "an erasure": (lambda chain: [chain, 4, "--reason", "x"], "That stays"),
    "no reason": (lambda chain: [chain, 2, "--reason", " \u200b "], "Write something"),
    "too long a reason": (lambda chain: [chain, 2, "--reason", "x" * 501], "500 fit here"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_erased_is_said_in_words_and_nothing_changes(case: str) -> None:
    chain = make_chain(3)
    erase(chain=chain, sequence=1, reason="First", by=None, now=NOW)
    arguments, words = REFUSED[case]
    before = words_in_the_ledger()
    with pytest.raises(CommandError, match=words) as refusal:
        erase_event(*arguments(chain))
    assert refusal.value.returncode == 1
    assert words_in_the_ledger() == before


def test_who_had_it_erased_is_in_the_event() -> None:
    person, chain = make_person(), make_chain(1)
    assert erase(chain=chain, sequence=1, reason="Mine", by=person, now=NOW).actor == person.pk
    with pytest.raises(CannotErase):
        erase(chain=chain, sequence=1, reason="Again", by=person, now=NOW)
