"""What a mail is when it arrives: one recipient, clean headers, text as it was meant, and links to us alone."""

from __future__ import annotations

import pytest

from mail.models import MailState, OutboxMail
from mail.outbox import absolute, send_waiting
from tests.factories.people import NOW
from tests.mail.samples import queue
from tests.mail.sink import Sink, part

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
BREAKS = ["\r\n", "\n", "\r", "\x0b", "\x0c", "\x1c", "\x1d", "\x1e", "\x85", "\u2028", "\u2029"]
HEADERS = {"Content-Type", "MIME-Version", "Subject", "From", "To", "Date", "Message-ID", "Auto-Submitted"}


def test_no_break_in_a_title_or_name_adds_a_header_or_moves_one_into_the_body(sink: Sink) -> None:
    for place, end in enumerate(BREAKS):
        queue(subject=f"From Eve{end}Bcc: all@example.org{end}{end}<p>Body", words=f"Number {place}.")
    assert send_waiting(NOW) == len(BREAKS)
    assert sink.recipients == ["ana@example.org"] * len(BREAKS)
    for place, letter in enumerate(sink.letters):
        assert set(letter.keys()) - {"X-Peer", "X-MailFrom", "X-RcptTo"} == HEADERS
        assert letter["Subject"] == "From Eve Bcc: all@example.org <p>Body"
        assert part(letter, "plain").startswith(f"Number {place}.") and not letter.defects


@pytest.mark.parametrize(
    "address",
    ["ana@example.org\r\nBcc: eve@example.org", "ana@example.org, eve@example.org", "ana@example.org\n (x)", "ana@"],
)
def test_what_is_not_one_address_gets_no_mail(sink: Sink, address: str) -> None:
    queue(address)
    queue("ben@example.org")
    assert send_waiting(NOW) == 1
    assert sink.recipients == ["ben@example.org"]
    assert OutboxMail.objects.get(state=MailState.GIVEN_UP).problem == "no mail can be sent to this address"


@pytest.mark.parametrize(("name", "told"), [("DEFAULT_FROM_EMAIL", "FROM_EMAIL"), ("RETURN_EMAIL", "RETURN_EMAIL")])
def test_a_sender_that_is_set_wrong_gives_up_no_mail(sink: Sink, settings: object, name: str, told: str) -> None:
    setattr(settings, name, "Partnership agreements@@")
    queued = queue()
    assert send_waiting(NOW) == 0
    queued.refresh_from_db()
    assert queued.state == MailState.WAITING and queued.problem == f"Invalid address of the sender: see {told}"


def test_html_and_template_code_in_a_name_stay_what_they_are(sink: Sink) -> None:
    name = "Zoë & {{ settings.SECRET_KEY }}{% now 'Y' %}<b onclick=x>{# no #}"
    queue(subject=f"{name} has signed", words=f"{name} has signed.", secret={"code": "<i>1"})
    send_waiting(NOW)
    (letter,) = sink.letters
    assert letter["Subject"].strip() == f"{name} has signed"
    assert f"{name} has signed." in part(letter, "plain") and "<i>1" in part(letter, "plain")
    shown = part(letter, "html")
    assert "Zoë &amp; {{ settings.SECRET_KEY }}{% now &#x27;Y&#x27; %}&lt;b onclick=x&gt;{# no #} has signed." in shown
    assert "<b onclick" not in shown and "<i>" not in shown


@pytest.mark.parametrize(
    "link",
    ["https://evil.example/", "http://127.0.0.1:8000.evil.example/", "//evil.example/", "javascript:alert(1)", "/"],
)
def test_no_mail_leads_elsewhere(sink: Sink, settings: object, link: str) -> None:
    settings.SITE_URL = "http://127.0.0.1:8000"
    queue(link=link)
    queue(link=absolute("/partnerships/oakland/"))
    assert send_waiting(NOW) == 1
    (letter,) = sink.letters
    for kind in ("plain", "html"):
        assert "http://127.0.0.1:8000/partnerships/oakland/" in part(letter, kind) and "evil" not in part(letter, kind)
    assert OutboxMail.objects.get(state=MailState.WAITING).problem == "it cannot be written: ValueError"


def test_a_mail_speaks_the_language_of_its_reader(sink: Sink) -> None:
    for language in ("es", "en"):
        queue(language=language)
    send_waiting(NOW)
    assert [
        f'<html lang="{language}">' in part(letter, "html")
        for language, letter in zip(("es", "en"), sink.letters, strict=True)
    ] == [True, True]


def test_a_mail_is_known_by_an_id_at_our_address_and_as_sent_by_a_machine(sink: Sink, settings: object) -> None:
    settings.SITE_HOST = "agreements.example.org"
    queued = queue()
    send_waiting(NOW)
    (letter,) = sink.letters
    assert letter["Message-ID"] == queued.message_id and queued.message_id.endswith("@agreements.example.org>")
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter.get_content_type() == "multipart/alternative"
