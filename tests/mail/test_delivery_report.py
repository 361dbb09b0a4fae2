"""Mail that comes back by mail: what a mail server writes of it is noted, and nothing else is."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management import call_command

from mail.models import MailState, OutboxMail
from mail.outbox import send_waiting
from tests.factories.people import NOW
from tests.mail.samples import queue
from tests.mail.sink import WELCOME, Sink

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
NESTED = "".join(f'Content-Type: multipart/mixed; boundary="e{n}"\r\n\r\n--e{n}\r\n' for n in range(5000)).encode()
NO_SUCH = "smtp; 550 5.1.1 <ana@example.org>: Recipient address rejected: no such user"


def report(message_id: str, *, action: str = "failed", whole: bool = False, code: str = NO_SUCH) -> bytes:
    """As mail servers write it: words for people, the fields of RFC 3464, and what they give back."""
    headers = f"From: us@example.org\r\nTo: ana@example.org\r\nSubject: Hello\r\nMessage-ID: {message_id}\r\n"
    kind, content = ("message/rfc822", f"{headers}\r\nAll is well.\r\n") if whole else ("text/rfc822-headers", headers)
    fields = f"Final-Recipient: rfc822; ana@example.org\r\nAction: {action}\r\nDiagnostic-Code: {code}\r\n"
    return (
        "From: MAILER-DAEMON@mx.example.org\r\nTo: us@example.org\r\nSubject: Undelivered Mail\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="edge"\r\n\r\n'
        "--edge\r\nContent-Type: text/plain\r\n\r\nI am sorry to say that it did not arrive.\r\n"
        "--edge\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example.org\r\n\r\n"
        f"{fields}\r\n--edge\r\nContent-Type: {kind}\r\n\r\n{content}\r\n--edge--\r\n"
    ).encode()


def words_of_qmail(message_id: str, *, told: str = "said: 550 5.1.1 no such user") -> bytes:
    """Words alone, and below them what came: as qmail writes."""
    return (
        "From: MAILER-DAEMON@mx.example.org\r\nTo: us@example.org\r\nSubject: failure notice\r\n"
        "Message-ID: <report@mx.example.org>\r\n\r\n"
        "Hi. This is the qmail-send program at mx.example.org.\r\nIt could not be delivered, so I give up.\r\n\r\n"
        f"<ana@example.org>:\r\n192.0.2.7 does not take it. It {told}\r\n\r\n--- Below this line is a copy.\r\n\r\n"
        f"Received: by us\r\nMessage-ID: {message_id}\r\nTo: ana@example.org\r\n\r\nAll is well.\r\n"
    ).encode()


def words_of_exim(message_id: str, *, told: str = "550 5.1.1 no such user") -> bytes:
    """A header names whom it did not reach, words say why, and the mail is a part of its own: as Exim wrote."""
    return (
        "From: Mailer-Daemon@mx.example.org\r\nTo: us@example.org\r\nX-Failed-Recipients: ana@example.org\r\n"
        'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="edge"\r\n\r\n'
        f"--edge\r\nContent-Type: text/plain\r\n\r\nNot delivered:\r\n  ana@example.org\r\n    {told}\r\n\r\n"
        f"--edge\r\nContent-Type: message/rfc822\r\n\r\nMessage-ID: {message_id}\r\n\r\nAll is well.\r\n--edge--\r\n"
    ).encode()


def note(letter: bytes, monkeypatch: pytest.MonkeyPatch) -> str:
    """Hand it over as an alias of a mail server does."""
    said = io.StringIO()
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(letter)))
    call_command("returned_mail", stdout=said)
    return said.getvalue().strip()


@pytest.fixture
def sent(sink: Sink) -> list[OutboxMail]:
    rows = [queue(f"{name}@example.org") for name in ("ana", "ben")]
    assert send_waiting(NOW) == 2
    return rows


def states(rows: list[OutboxMail]) -> list[str]:
    return [OutboxMail.objects.get(pk=queued.pk).state for queued in rows]


@pytest.mark.parametrize("whole", [True, False], ids=["the whole mail", "its headers"])
def test_what_came_back_is_given_up_with_the_reason_and_nothing_else(
    sent: list[OutboxMail], monkeypatch: pytest.MonkeyPatch, *, whole: bool
) -> None:
    letter = report(sent[0].message_id, whole=whole)
    assert note(letter, monkeypatch) == "Mails: 1. Noted as not arrived: 1."
    assert states(sent) == [MailState.GIVEN_UP, MailState.SENT]
    found = OutboxMail.objects.get(pk=sent[0].pk)
    assert found.returned_at and "no such user" in found.problem
    assert note(letter, monkeypatch).endswith("arrived: 0."), "one that comes twice changes nothing"


@pytest.mark.parametrize("written", [words_of_qmail, words_of_exim])
def test_words_of_servers_that_follow_no_standard_are_understood(
    sent: list[OutboxMail], monkeypatch: pytest.MonkeyPatch, written: Callable[..., bytes]
) -> None:
    assert note(written(sent[0].message_id), monkeypatch).endswith("arrived: 1.")
    assert note(written(sent[1].message_id, told="is gone."), monkeypatch).endswith("arrived: 1.")
    assert states(sent) == [MailState.GIVEN_UP] * 2
    problems = [OutboxMail.objects.get(pk=each.pk).problem for each in sent]
    assert "550 5.1.1 no such user" in problems[0] and problems[1] == "bounced:"


def test_a_server_that_calls_a_failure_an_error_is_understood(
    sent: list[OutboxMail], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert note(report(sent[0].message_id, action="error"), monkeypatch).endswith("arrived: 1.")


def test_an_answer_of_a_person_is_no_report(sent: list[OutboxMail], monkeypatch: pytest.MonkeyPatch) -> None:
    answer = f"From: ana@example.org\r\n\r\nThank you!\r\n> Message-ID: {sent[0].message_id}\r\n> 550 people came.\r\n"
    warning = words_of_qmail(sent[0].message_id).replace(b"Hi. This is", b"Message will be retried by")
    for letter in (answer.encode(), warning):
        assert note(letter, monkeypatch).endswith("arrived: 0.")
    assert states(sent) == [MailState.SENT] * 2


@pytest.mark.parametrize("action", ["delayed", "delivered", "relayed", "expanded"])
def test_what_is_only_late_or_did_arrive_changes_nothing(
    sent: list[OutboxMail], monkeypatch: pytest.MonkeyPatch, action: str
) -> None:
    assert note(report(sent[0].message_id, action=action), monkeypatch).endswith("arrived: 0.")
    assert states(sent) == [MailState.SENT] * 2


def test_a_report_of_a_mail_that_is_not_ours_changes_nothing(
    sent: list[OutboxMail], monkeypatch: pytest.MonkeyPatch
) -> None:
    for message_id in ("<somebody@elsewhere.example.org>", "", "%", sent[0].message_id[:-2]):
        assert note(report(message_id), monkeypatch).endswith("arrived: 0.")
    assert states(sent) == [MailState.SENT] * 2


def test_files_of_a_mailbox_are_read_one_by_one(sent: list[OutboxMail], tmp_path: Path) -> None:
    for place, queued in enumerate(sent):
        (tmp_path / f"{place}.eml").write_bytes(report(queued.message_id))
    (tmp_path / "answer.eml").write_bytes(b"From: ana@example.org\r\nSubject: Re: Hello\r\n\r\nThank you!\r\n")
    said = io.StringIO()
    call_command("returned_mail", *sorted(tmp_path.glob("*.eml")), stdout=said)
    assert "Mails: 3. Noted as not arrived: 2." in said.getvalue()


@pytest.mark.parametrize(
    "letter",
    [
        b"",
        b"\xff\x00" * 500,
        b"Content-Type: message/delivery-status\r\n\r\n",
        b"Content-Type: message/rfc822\r\n\r\n",
        NESTED,
        report("<" + "a" * 5000 + ">", code="x" * 5000),
        report("=?utf-8?q?=FF?=", code="=?broken"),
        words_of_qmail("<no id" + ">" * 20),
        words_of_exim("", told="\xff" * 100).replace(b"ana@example.org", b"\xff\xfe@"),
        b"Hi. This is the\r\n\r\n" + b"<" * 900_000,
    ],
    ids=[
        *("nothing", "noise", "a report of nothing", "a mail in a mail", "nested", "long", "broken words"),
        *("words without an id", "words of no letters", "one long line"),
    ],
)
def test_no_mail_whatever_it_holds_breaks_it(letter: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """A mail server answers a failure with a mail of its own."""
    assert note(letter, monkeypatch).endswith("arrived: 0.")


def test_reports_go_to_the_address_that_is_set_for_them_and_answers_do_not(sink: Sink, settings: object) -> None:
    settings.RETURN_EMAIL = "returned@example.org"
    senders = []
    sink.at_mail = lambda address: senders.append(address) or WELCOME
    queue()
    assert send_waiting(NOW) == 1 and senders == ["returned@example.org"]
    assert str(sink.letters[0]["From"]) == settings.DEFAULT_FROM_EMAIL
