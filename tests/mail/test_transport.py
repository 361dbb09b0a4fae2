"""The mails of a chunk over one connection: what is refused or lost in the middle costs the others nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from email.message import EmailMessage
from socketserver import StreamRequestHandler, ThreadingTCPServer
from threading import Thread
from typing import ClassVar

import pytest

from mail.models import MailState, OutboxMail
from mail.outbox import LEASE, send_waiting
from tests.concurrency import at_once
from tests.factories.people import NOW
from tests.mail.samples import KIND_OF_MANY, queue, queue_people
from tests.mail.sink import HOST, TAKEN, WELCOME, Sink, part, send_through

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


def sent() -> set[str]:
    return set(OutboxMail.objects.filter(state=MailState.SENT).values_list("to", flat=True))


def only(unhappy: str, answer: str, *, else_: str) -> Callable[[object], str]:
    """Answers so to one person's mail, by the address or by the letter."""
    return lambda found: answer if unhappy in str(found["To"] if isinstance(found, EmailMessage) else found) else else_


def elsewhere(ask: Callable[[], int]) -> int:
    """Another worker, with its own connection to the database, while this one waits for the mail server."""
    (found,) = at_once(ask)
    assert isinstance(found, int), found
    return found


def test_each_letter_goes_to_whom_it_is_for_over_one_connection(sink: Sink) -> None:
    rows = queue_people(12)
    assert send_waiting(NOW) == 12
    assert sink.recipients == [str(letter["To"]) for letter in sink.letters] == [queued.to for queued in rows]
    assert sink.connections == 1 and sent() == set(sink.recipients)


def test_a_line_that_is_a_dot_ends_no_letter(sink: Sink) -> None:
    queue_people(2)
    queue("dots@example.org", words="Before.\n.\n..\nAfter.")
    assert send_waiting(NOW) == 3
    (letter,) = (one for one in sink.letters if one["To"] == "dots@example.org")
    assert part(letter, "plain").splitlines()[:4] == ["Before.", ".", "..", "After."]


@pytest.mark.parametrize("answer", ["550 no such mailbox", "450 come back later", "421 I hang up"])
def test_who_is_refused_costs_the_others_nothing(sink: Sink, answer: str) -> None:
    rows = queue_people(5)
    sink.at_rcpt = only("person2@", answer, else_=WELCOME)
    assert send_waiting(NOW) == 4
    assert sent() == {queued.to for queued in rows} - {"person2@example.org"}
    refused = OutboxMail.objects.get(to="person2@example.org")
    assert answer[4:] in refused.problem
    assert refused.state == (MailState.GIVEN_UP if answer.startswith("5") else MailState.WAITING)


@pytest.mark.parametrize("answer", ["554 this looks like spam", "451 busy"])
def test_a_letter_that_is_refused_costs_the_others_nothing(sink: Sink, answer: str) -> None:
    queue_people(5)
    sink.at_data = only("person2@", answer, else_=TAKEN)
    assert (send_waiting(NOW), len(sent())) == (4, 4)
    assert "person2@example.org" not in sink.recipients


def test_a_sender_that_is_refused_for_a_while_gives_up_no_mail(sink: Sink) -> None:
    answers = iter(["250 fine", "550 you may not send here", "550 you may not send here"])
    sink.at_mail = lambda _address: next(answers, "250 fine")
    queue_people(5)
    assert (send_waiting(NOW), len(sent())) == (3, 3)
    assert send_waiting(NOW + LEASE) == 2 and len(sink.recipients) == len(set(sink.recipients)) == 5


def test_a_connection_lost_in_the_middle_loses_and_doubles_nothing(sink: Sink) -> None:
    def hang_up(letter: EmailMessage) -> str:
        if letter["To"] != "person2@example.org":
            return TAKEN
        sink.at_data = lambda _letter: TAKEN
        raise ConnectionResetError

    sink.at_data = hang_up
    queue_people(5)
    assert send_waiting(NOW) + send_waiting(NOW + LEASE) == 5
    assert sorted(sink.recipients) == [f"person{one}@example.org" for one in range(5)]
    assert sink.connections == 3, "the first, one anew for the next, and that of the next sweep"


@pytest.mark.django_db(transaction=True)
def test_no_text_is_sent_before_the_one_before_is_noted(sink: Sink) -> None:
    """So a worker that is killed costs one doubled mail, and not two."""
    noted = []
    sink.at_data = lambda _letter: noted.append(elsewhere(lambda: len(sent()))) or TAKEN
    queue_people(6)
    assert send_waiting(NOW) == 6
    assert noted == [0, 1, 2, 3, 4, 5]


@pytest.mark.django_db(transaction=True)
def test_a_clock_that_jumps_ahead_doubles_one_mail_and_not_a_chunk(sink: Sink) -> None:
    """To another worker the lease is over then, in the middle of the chunk: it claims what is not noted yet."""

    def claim_elsewhere(letter: EmailMessage) -> str:
        if letter["To"] == "person1@example.org" and len(sink.letters) == 1:
            elsewhere(lambda: OutboxMail.objects.filter(state="sending").update(leased_until=NOW + LEASE * 4))
        return TAKEN

    sink.at_data = claim_elsewhere
    queue_people(6)
    assert send_waiting(NOW) == 2, "who finds that its mail is another worker's sends none of those that are, too"
    assert send_waiting(NOW + LEASE * 5) == 5, "which are sent by whoever has them"
    ids = Counter(str(letter["Message-ID"]) for letter in sink.letters)
    assert (len(ids), sorted(ids.values())) == (6, [1, 1, 1, 1, 1, 2])


def test_a_mail_that_cannot_be_written_is_not_begun(sink: Sink) -> None:
    queue_people(2)
    queue("person9@example.org\nRCPT TO:<eve@example.org>", kind=KIND_OF_MANY)
    assert (send_waiting(NOW), len(sink.recipients)) == (2, 2)


class Full(StreamRequestHandler):
    """A mail server that has no room for the text of person2, and says so when it is about to come."""

    taken: ClassVar[list[str]] = []

    def handle(self) -> None:
        to, begun = b"", False
        self.wfile.write(b"220 full\r\n")
        for line in self.rfile:
            verb, answer = line[:4].upper(), b"250 fine\r\n"
            to = line if verb == b"RCPT" else to
            if verb == b"MAIL":
                answer, begun = (b"503 one after the other\r\n" if begun else answer), True
            elif verb == b"DATA" and b"person2@" in to:
                answer = b"452 no room\r\n"
            elif verb == b"DATA":
                self.wfile.write(b"354 go on\r\n")
                self.taken += [to.decode()] if b".\r\n" in iter(self.rfile.readline, b"") else []
            begun = (begun and verb not in (b"DATA", b"RSET")) or answer.startswith(b"452")
            self.wfile.write(answer)


def test_a_text_that_is_refused_before_it_comes_costs_the_others_nothing(settings: object) -> None:
    """The server still waits for the end of the mail that it refused: the next one leaves over another connection."""
    Full.taken.clear()
    with ThreadingTCPServer((HOST, 0), Full) as server:
        server.daemon_threads = True
        Thread(target=server.serve_forever, daemon=True).start()
        send_through(server.server_address[1], settings)
        rows = queue_people(5)
        assert send_waiting(NOW) == 4
        server.shutdown()
    assert sent() == {queued.to for queued in rows} - {"person2@example.org"}
    assert len(Full.taken) == 4 and not any("person2@" in to for to in Full.taken)
    assert OutboxMail.objects.get(to="person2@example.org").state == MailState.WAITING
