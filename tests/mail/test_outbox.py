"""The one sender of mail, with a real mail server: in order, once, however the server answers, and never for ever."""

from __future__ import annotations

import logging
import socket
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.db import transaction

from mail import outbox
from mail.delivery import LONGEST_WAIT, MOST_ATTEMPTS, settle, try_later, wait_after
from mail.models import MailState, OutboxMail
from mail.outbox import LEASE, Delivery, claim, send_waiting, wake
from tests.factories.people import NOW
from tests.mail.samples import EVERYTHING, queue
from tests.mail.sink import HOST, Sink, listening, send_through

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
CODE = {"code": "918273"}


def state_of(queued: OutboxMail) -> str:
    queued.refresh_from_db()
    return queued.state


# --- Queueing -----------------------------------------------------------------------------------------------


def test_nobody_is_told_twice_of_the_same_or_of_what_did_not_happen(sink: Sink) -> None:
    assert queue(key="signed:1", subject="First") == queue(key="signed:1", subject="Again")
    with pytest.raises(RuntimeError, match="rolled back"), transaction.atomic():
        queue(subject="It never happened")
        raise RuntimeError("rolled back")
    assert (send_waiting(NOW), sink.subjects()) == (1, ["First"])
    queue(key="signed:1", subject="Later")
    assert (send_waiting(NOW + DAY), sink.subjects()) == (0, ["First"])


def test_a_worker_is_woken_once_for_all_that_one_transaction_asks_for(
    django_capture_on_commit_callbacks: Callable,
) -> None:
    with django_capture_on_commit_callbacks() as calls, transaction.atomic():
        with suppress(RuntimeError), transaction.atomic():
            wake("taken back")
            raise RuntimeError("taken back")
        wake("mail.send_waiting")
        with transaction.atomic():
            wake("mail.send_waiting")
            wake("taken back")
    assert [call.args for call in calls] == [("mail.send_waiting",), ("taken back",)]


def test_codes_go_first_then_the_oldest_and_nothing_before_it_is_due(sink: Sink) -> None:
    queue(subject="third", due_at=NOW - timedelta(minutes=1))
    queue(subject="second", due_at=NOW - timedelta(hours=1))
    queue(subject="tomorrow", due_at=NOW + DAY, urgent=True)
    queue(subject="a code", urgent=True)
    assert send_waiting(NOW) == 3
    assert sink.subjects() == ["a code", "second", "third"]
    assert sink.connections == 1, "one connection for a sweep"
    assert (send_waiting(NOW + DAY), sink.subjects()[3:]) == (1, ["tomorrow"])


# --- What holds up one mail holds up no other -----------------------------------------------------------------


@pytest.mark.parametrize(
    "poison",
    [{"kind": "nobody knows this kind"}, {"breaks": "out of order"}, {"link": "https://evil.example/"}],
    ids=["an unknown kind", "a message that breaks", "a link to elsewhere"],
)
def test_a_mail_that_cannot_be_written_waits_and_the_others_leave(sink: Sink, poison: dict) -> None:
    broken = queue("eve@example.org", urgent=True, **poison)
    queue()
    assert (send_waiting(NOW), sink.recipients) == (1, ["ana@example.org"])
    assert state_of(broken) == MailState.WAITING and broken.due_at > NOW
    assert broken.problem.startswith("it cannot be written: ")


def test_no_token_of_a_mail_that_cannot_be_written_stands_in_a_log_or_in_its_row(
    sink: Sink, caplog: pytest.LogCaptureFixture
) -> None:
    token = "tq3xV0b-secret_Token-of-43-characters-9ZkLmN1p"
    queue(breaks=f"no page at /invitations/{token}/", secret={"code": token})
    with caplog.at_level(logging.DEBUG):
        send_waiting(NOW)
    assert "cannot be written: ValueError" in caplog.text
    assert token not in caplog.text
    assert token not in OutboxMail.objects.get().problem


def refuse(answer: str) -> Callable[[str], str]:
    return lambda address: answer if address.startswith("eve") else "250 fine"


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        ("550 no such mailbox", MailState.GIVEN_UP),
        ("553 never heard of it", MailState.GIVEN_UP),
        ("450 come back later", MailState.WAITING),
        ("421 I hang up", MailState.WAITING),
    ],
)
def test_one_refused_recipient_costs_the_others_nothing(sink: Sink, answer: str, state: str) -> None:
    sink.at_rcpt = refuse(answer)
    refused = queue("eve@example.org", secret=CODE)
    others = [queue(f"{name}@example.org") for name in ("ana", "ben")]
    assert send_waiting(NOW) == 2
    assert sink.recipients == ["ana@example.org", "ben@example.org"]
    assert [state_of(queued) for queued in others] == [MailState.SENT] * 2
    assert (state_of(refused), answer[4:] in refused.problem) == (state, True), "the server's words are kept for staff"
    given_up = state == MailState.GIVEN_UP
    assert (refused.secret, bool(refused.settled_at)) == (None if given_up else CODE, given_up)
    sink.at_rcpt = refuse("250 fine")
    assert send_waiting(NOW + DAY) == (0 if given_up else 1)


@pytest.mark.parametrize(
    ("answer", "state"), [("554 this looks like spam", MailState.GIVEN_UP), ("451 busy", MailState.WAITING)]
)
def test_a_letter_that_is_refused_costs_the_others_nothing(sink: Sink, answer: str, state: str) -> None:
    sink.at_data = lambda letter: answer if "eve" in str(letter["To"]) else "250 OK"
    refused = queue("eve@example.org")
    queue()
    assert (send_waiting(NOW), sink.recipients) == (1, ["ana@example.org"])
    assert state_of(refused) == state


def test_a_refused_sender_is_for_somebody_to_mend_and_gives_up_no_mail(sink: Sink) -> None:
    sink.at_mail = lambda _address: "550 you may not send here"
    queued = queue()
    assert send_waiting(NOW) == 0
    assert state_of(queued) == MailState.WAITING
    sink.at_mail = lambda _address: "250 fine"
    assert send_waiting(NOW + DAY) == 1


def test_retries_come_later_each_time_last_for_days_and_end(sink: Sink) -> None:
    sink.at_rcpt = lambda _address: "450 come back later"
    queued, now, waits = queue(secret=CODE), NOW, []
    for _try in range(9):
        send_waiting(now)
        waits.append(OutboxMail.objects.get().due_at - now)
        now += waits[-1]
    assert waits == sorted(waits) == [wait_after(number) for number in range(1, 10)]
    assert waits[-1] == LONGEST_WAIT
    assert 4 * DAY < sum(map(wait_after, range(1, MOST_ATTEMPTS)), timedelta()) < 5 * DAY
    OutboxMail.objects.update(attempts=MOST_ATTEMPTS - 2)
    send_waiting(now)
    assert (state_of(queued), queued.secret) == (MailState.WAITING, CODE)
    send_waiting(queued.due_at)
    assert (state_of(queued), queued.attempts, queued.secret) == (MailState.GIVEN_UP, MOST_ATTEMPTS, None)


# --- No mail server -----------------------------------------------------------------------------------------


def test_while_the_mail_server_is_down_for_a_day_mail_waits_and_then_arrives(nowhere: int, settings: object) -> None:
    """However often it was tried: that counts as no attempt of the mail. What went stale meanwhile is dropped."""
    send_through(nowhere, settings)
    sent = [queue(f"{name}@example.org") for name in ("ana", "ben")]
    stale = queue("cal@example.org", secret=CODE, urgent=True, expires_at=NOW + timedelta(minutes=15))
    yesterday = queue("dan@example.org", key="digest:dan:1", subject="Yesterday")
    for hour in range(24):
        assert send_waiting(NOW + timedelta(hours=hour)) == 0
    assert state_of(sent[0]) == MailState.WAITING and sent[0].problem.startswith("ConnectionRefusedError")
    assert {queued.attempts for queued in OutboxMail.objects.all()} == {0}
    assert (state_of(stale), stale.secret) == (MailState.NOT_DUE, None)
    OutboxMail.objects.filter(pk=yesterday.pk).update(about={"stale": True})
    queue("dan@example.org", key="digest:dan:2", subject="Today")
    with listening() as sink:
        send_through(sink.port, settings)
        assert send_waiting(NOW + DAY) == 3
    assert sink.recipients == ["ana@example.org", "ben@example.org", "dan@example.org"]
    assert sink.subjects()[-1] == "Today", "one digest, not a pile of them"
    assert (state_of(yesterday), state_of(sent[0])) == (MailState.NOT_DUE, MailState.SENT)


def test_a_mail_server_that_never_answers_is_not_waited_for(settings: object) -> None:
    with socket.socket() as silent:
        silent.bind((HOST, 0))
        silent.listen()
        send_through(silent.getsockname()[1], settings)
        settings.EMAIL_TIMEOUT = 0.2
        rows = [queue() for _number in range(3)]
        assert send_waiting(NOW) == 0
    assert [state_of(queued) for queued in rows] == [MailState.WAITING] * 3
    assert [bool(queued.problem) for queued in rows] == [True, False, False], "one wait a sweep, not one a mail"


def test_a_connection_lost_in_the_middle_is_opened_anew_for_the_next(sink: Sink) -> None:
    def hang_up(letter: object) -> str:
        sink.at_data = lambda _letter: "250 OK"
        raise ConnectionResetError

    sink.at_data = hang_up
    first, second = queue("ana@example.org"), queue("ben@example.org")
    assert send_waiting(NOW) == 1
    assert (state_of(first), state_of(second)) == (MailState.WAITING, MailState.SENT)
    assert (send_waiting(first.due_at), sink.recipients) == (1, ["ben@example.org", "ana@example.org"])


# --- The demonstration --------------------------------------------------------------------------------------


def written(folder: Path) -> str:
    return "".join(file.read_text() for file in sorted(folder.glob("*.log")))


def test_mail_to_made_up_people_never_leaves_whatever_is_set(sink: Sink, settings: object) -> None:
    made_up = [f"maria@{settings.DEMO_DOMAIN}", f"Maria@{settings.DEMO_DOMAIN.upper()}"]
    real = [f"maria@not{settings.DEMO_DOMAIN}", f"maria@{settings.DEMO_DOMAIN}.org"]
    rows = [queue(address) for address in made_up + real]
    assert send_waiting(NOW) == 4
    assert sink.recipients == real
    assert [state_of(queued) for queued in rows] == [MailState.SENT] * 4
    assert [f"To: {address}\n" in written(settings.MAIL_DIR) for address in made_up + real] == [True] * 2 + [False] * 2


def test_nor_does_it_wait_behind_a_mail_server_that_is_down(nowhere: int, settings: object, tmp_path: Path) -> None:
    settings.MAIL_DIR = tmp_path
    send_through(nowhere, settings)
    real = queue(due_at=NOW - DAY)
    made_up = queue(f"maria@{settings.DEMO_DOMAIN}")
    assert send_waiting(NOW) == 1
    assert (state_of(real), state_of(made_up)) == (MailState.WAITING, MailState.SENT)


# --- Codes ------------------------------------------------------------------------------------------------


def test_a_code_is_blanked_once_it_is_sent(sink: Sink) -> None:
    queued = queue(secret=CODE)
    sink.at_rcpt = lambda _address: "450 come back later"
    send_waiting(NOW)
    assert state_of(queued) == MailState.WAITING and queued.secret == CODE, "the next try sends the same code"
    sink.at_rcpt = lambda _address: "250 fine"
    send_waiting(queued.due_at)
    assert CODE["code"] in str(sink.letters[0])
    assert state_of(queued) == MailState.SENT and queued.secret is None


@pytest.mark.parametrize("state", [MailState.WAITING, MailState.SENDING])
def test_a_code_is_blanked_and_not_sent_once_it_has_expired(sink: Sink, state: str) -> None:
    """In the hands of a worker that died, too."""
    queued = queue(secret=CODE, expires_at=NOW + timedelta(minutes=15))
    if state == MailState.SENDING:
        claim(NOW, EVERYTHING)
    assert send_waiting(NOW + timedelta(minutes=15)) == 0
    assert (state_of(queued), queued.secret, sink.letters) == (MailState.NOT_DUE, None, [])


# --- Leases -----------------------------------------------------------------------------------------------


def test_a_mail_belongs_to_one_worker_until_its_lease_is_over(sink: Sink) -> None:
    queue()
    (first,) = claim(NOW, EVERYTHING)
    assert claim(NOW + LEASE, EVERYTHING) == []
    (second,) = claim(NOW + LEASE + timedelta(seconds=1), EVERYTHING)
    assert (second.pk, second.message_id, second.attempts) == (first.pk, first.message_id, 2)


@pytest.mark.parametrize("late", ["later", "given up", "given back"])
def test_a_worker_that_was_held_up_does_not_undo_what_another_did_since(late: str) -> None:
    queued = queue()
    (first,), later = claim(NOW, EVERYTHING), NOW + LEASE + timedelta(seconds=1)
    settle(claim(later, EVERYTHING)[0], Delivery.SENT, later)
    ends: dict[str, Callable[[datetime], object]] = {
        "later": lambda now: try_later(first, "too slow", now),
        "given up": lambda now: settle(first, Delivery.NEVER, now, "too slow"),
        "given back": lambda _now: outbox.give_back([first], "too slow"),
    }
    ends[late](later)
    assert (state_of(queued), queued.problem, queued.settled_at) == (MailState.SENT, "", later)
