"""Mail through a provider's API, with a real server in its place: what each of its answers means for a mail."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from mail.models import MailState, OutboxMail
from mail.outbox import send_waiting
from tests.factories.people import NOW
from tests.mail.provider import KEY, Answer, Provider, answering, through
from tests.mail.samples import queue
from tests.mail.sink import part
from topcities.mail_provider import provider_settings

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
AT_AMAZON = {"AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "y", "AWS_DEFAULT_REGION": "us-west-2"}


@pytest.fixture
def provider(settings: object, tmp_path: Path) -> Iterator[Provider]:
    settings.MAIL_DIR = tmp_path / "mail"
    with answering() as found:
        through(found.port, settings)
        yield found


def state_of(queued: OutboxMail) -> str:
    queued.refresh_from_db()
    return queued.state


def test_a_mail_leaves_with_its_headers_and_is_known_by_the_providers_name_for_it(provider: Provider) -> None:
    queued = queue(subject="The agreement is in force", words="Read it.")
    assert send_waiting(NOW) == 1
    ((asked, key),) = zip(provider.asked, provider.keys, strict=True)
    assert (asked["To"], asked["Subject"], key) == ("ana@example.org", "The agreement is in force", KEY)
    assert "Read it." in asked["TextBody"] and "Read it." in asked["HtmlBody"]
    headers = {header["Name"]: header["Value"] for header in asked["Headers"]}
    assert headers["Message-ID"] == queued.message_id and headers["Auto-Submitted"] == "auto-generated"
    assert (state_of(queued), queued.provider_id) == (MailState.SENT, "provider-1")


INACTIVE = "You tried to send to a recipient that has been marked as inactive.\nFound inactive addresses: "
INACTIVE += "ana@example.org.\nInactive recipients are ones that have generated a hard bounce."


@pytest.mark.parametrize(
    ("answer", "state", "attempts"),
    [
        ((422, {"ErrorCode": 406, "Message": INACTIVE}), MailState.GIVEN_UP, 1),
        ((422, {"ErrorCode": 300, "Message": "Invalid 'To' address: 'ana@example.org'."}), MailState.GIVEN_UP, 1),
        ((422, {"ErrorCode": 300, "Message": "Invalid 'From' address: 'us@here'."}), MailState.WAITING, 1),
        ((422, {"ErrorCode": 412, "Message": "The account is pending approval."}), MailState.WAITING, 1),
        ((500, {"Message": "We broke."}), MailState.WAITING, 1),
        ((503, {"Message": "Down for maintenance."}), MailState.WAITING, 1),
        ((200, {"nothing": "that we know"}), MailState.WAITING, 1),
    ],
)
def test_an_answer_about_one_mail_costs_the_others_nothing(
    provider: Provider, answer: Answer, state: str, attempts: int
) -> None:
    takes = provider.answer
    provider.answer = lambda mail: answer if mail["To"] == "ana@example.org" else takes(mail)
    refused, other = queue("ana@example.org"), queue("ben@example.org")
    assert send_waiting(NOW) == 1
    assert (state_of(refused), refused.attempts, refused.provider_id) == (state, attempts, "")
    assert refused.problem and KEY not in refused.problem
    assert state_of(other) == MailState.SENT


@pytest.mark.parametrize("status", [401, 402, 403, 429])
def test_a_key_that_is_not_taken_is_for_somebody_to_mend_and_mail_waits_for_that(
    provider: Provider, status: int
) -> None:
    takes, provider.answer = provider.answer, lambda _mail: (status, {"ErrorCode": 10, "Message": "No."})
    rows = [queue(f"{name}@example.org") for name in ("ana", "ben", "cal")]
    sweeps = range(0, 24 * 10, 6)
    for hour in sweeps:
        assert send_waiting(NOW + timedelta(hours=hour)) == 0
    assert len(provider.asked) == len(sweeps), "one try a sweep, not one a mail"
    assert {(state_of(one), one.attempts) for one in rows} == {(MailState.WAITING, 0)}
    assert str(status) in rows[0].problem
    provider.answer = takes
    assert send_waiting(NOW + timedelta(days=10)) == 3


def test_while_the_provider_cannot_be_reached_mail_waits_and_then_arrives(
    provider: Provider, nowhere: int, settings: object
) -> None:
    through(nowhere, settings)
    queued = queue()
    for hour in range(24):
        assert send_waiting(NOW + timedelta(hours=hour)) == 0
    assert (state_of(queued), queued.attempts) == (MailState.WAITING, 0) and "refused" in queued.problem
    through(provider.port, settings)
    assert send_waiting(NOW + timedelta(days=1)) == 1 and provider.recipients() == ["ana@example.org"]


def test_a_connection_that_is_lost_after_the_mail_was_handed_over_is_tried_again_later(provider: Provider) -> None:
    def hang_up(_mail: dict) -> Answer:
        raise ConnectionResetError

    takes, provider.answer = provider.answer, hang_up
    queued = queue()
    assert send_waiting(NOW) == 0
    assert (state_of(queued), queued.attempts) == (MailState.WAITING, 1)
    provider.answer = takes
    assert send_waiting(NOW + timedelta(minutes=1)) == 1 and state_of(queued) == MailState.SENT


def test_a_provider_without_its_key_sends_nothing_and_loses_nothing(provider: Provider, settings: object) -> None:
    settings.ANYMAIL = {}
    queued = queue()
    assert send_waiting(NOW) == 0
    assert (state_of(queued), queued.attempts) == (MailState.WAITING, 0)
    assert "POSTMARK_SERVER_TOKEN" in queued.problem


def test_mail_to_made_up_people_goes_to_no_provider(provider: Provider, settings: object) -> None:
    queue(f"ana@{settings.DEMO_DOMAIN}")
    assert send_waiting(NOW) == 1 and not provider.asked
    assert len(list(Path(settings.MAIL_DIR).iterdir())) == 1


# --- Amazon, whose library is its own ------------------------------------------------------------------------


@pytest.fixture
def amazon(provider: Provider, settings: object, monkeypatch: pytest.MonkeyPatch) -> Provider:
    settings.EMAIL_URL = "anymail+amazon-ses://"
    for name, value in provider_settings(settings.EMAIL_URL, secret="", timeout=2).items():
        setattr(settings, name, value)
    for name, value in AT_AMAZON.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{provider.port}")
    provider.answer = lambda _mail: (200, {"MessageId": "amazons-name"})
    return provider


def test_amazon_takes_a_mail_whole(amazon: Provider) -> None:
    queued = queue(words="Read it.")
    assert send_waiting(NOW) == 1
    letter = message_from_bytes(b64decode(amazon.asked[0]["Content"]["Raw"]["Data"]), policy=policy.default)
    assert letter["Message-ID"] == queued.message_id and "Read it." in part(letter, "html")
    assert (state_of(queued), queued.provider_id) == (MailState.SENT, "amazons-name")


@pytest.mark.parametrize(
    ("status", "attempts", "asked"),
    [(403, 0, 1), (429, 0, 1), (400, 1, 3), (500, 1, 3)],
)
def test_what_amazon_answers_means_the_same(amazon: Provider, status: int, attempts: int, asked: int) -> None:
    amazon.answer = lambda _mail: (status, {"message": "No."})
    rows = [queue() for _number in range(3)]
    assert send_waiting(NOW) == 0
    assert {(state_of(one), one.attempts) for one in rows} == {(MailState.WAITING, attempts)}
    assert len(amazon.asked) == asked, "each is asked for once"


def test_while_amazon_cannot_be_reached_mail_waits(
    amazon: Provider, nowhere: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{nowhere}")
    queued = queue()
    assert send_waiting(NOW) == 0
    assert (state_of(queued), queued.attempts) == (MailState.WAITING, 0) and queued.problem
