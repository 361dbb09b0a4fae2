"""Mails of a kind that are built together: claimed and built as a chunk, and still sent and noted one by one."""

from __future__ import annotations

from functools import partial

import pytest

from mail.models import MailState, OutboxMail
from mail.outbox import CHUNK, LEASE, claim, send_waiting
from tests.concurrency import at_once
from tests.factories.people import NOW
from tests.mail.samples import CALLS, EVERYTHING, KIND_OF_MANY, queue, queue_people
from tests.mail.sink import Sink, send_through

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_calls() -> None:
    CALLS.clear()


def states() -> dict[str, int]:
    found = list(OutboxMail.objects.values_list("state", flat=True))
    return {state: found.count(state) for state in set(found)}


def test_a_chunk_is_built_once_a_language_and_each_gets_their_own(sink: Sink) -> None:
    queue_people(3, language="es")
    queue_people(4)
    queue("late@example.org", kind=KIND_OF_MANY, stale=True)
    assert send_waiting(NOW) == 7
    assert sorted(CALLS) == [("en", 5), ("es", 3)]
    assert sorted(sink.subjects()) == ["Hello in en"] * 4 + ["Hello in es"] * 3
    assert states() == {MailState.SENT: 7, MailState.NOT_DUE: 1}


def test_one_that_cannot_be_written_stops_no_other(sink: Sink) -> None:
    queue_people(2)
    broken = queue("broken@example.org", kind=KIND_OF_MANY, breaks=True)
    assert send_waiting(NOW) == 2
    broken.refresh_from_db()
    assert (broken.state, broken.attempts, broken.problem) == ("waiting", 1, "it cannot be written: ValueError")


def test_a_code_goes_before_a_chunk_and_does_not_wait_within_one(sink: Sink) -> None:
    queue_people(3)
    queue("code@example.org", urgent=True)
    assert [queued.to for queued in claim(NOW, EVERYTHING)] == ["code@example.org"]
    assert len(claim(NOW, EVERYTHING)) == 3


def test_a_chunk_that_finds_no_mail_server_is_given_back_whole(nowhere: int, settings: object) -> None:
    send_through(nowhere, settings)
    queue_people(5)
    assert send_waiting(NOW) == 0
    assert set(OutboxMail.objects.values_list("state", "attempts", "leased_until")) == {("waiting", 0, None)}


def test_a_chunk_of_a_worker_that_died_is_taken_up_after_its_lease(sink: Sink) -> None:
    queue_people(5)
    assert len(claim(NOW, EVERYTHING)) == 5
    assert (send_waiting(NOW + LEASE / 2), send_waiting(NOW + LEASE * 2)) == (0, 5)


@pytest.mark.django_db(transaction=True)
def test_sweepers_at_once_share_the_chunks(sink: Sink) -> None:
    rows = queue_people(CHUNK * 2 + 7)
    sent = at_once(*[partial(send_waiting, NOW)] * 3)
    while more := send_waiting(NOW):  # a sweep begins no mail after ten seconds, which a slow machine needs more of
        sent.append(more)
    assert sum(sent) == len(rows), sent
    assert sorted(sink.recipients) == sorted(queued.to for queued in rows)
    assert set(OutboxMail.objects.values_list("state", "attempts")) == {(MailState.SENT, 1)}
