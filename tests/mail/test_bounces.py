"""Mail that comes back after it was sent: the provider reports it, and staff learn of it where they look."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone

from mail.models import MailState, OutboxMail
from mail.outbox import queue_mail, send_waiting
from partners.actions import send_mail_again
from partners.emails.invitations import send_invitation
from partners.models import Partnership
from partners.parties import Party, Role
from programs.domain.mail import refused_addresses
from tests.factories.agreements import make_agreement
from tests.factories.people import client_of, lead_of, make_invitation, make_partnership, make_program, staff_of
from tests.mail.provider import SECRET, Provider, answering, through
from tests.mail.samples import KIND
from topcities.weekly.staff_digest import weekly_of_staff

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
NO_SUCH = "smtp;550 5.1.1 No such user here"


@pytest.fixture
def provider(settings: object, tmp_path: Path) -> Iterator[Provider]:
    settings.MAIL_DIR = tmp_path / "mail"
    with answering() as found:
        through(found.port, settings)
        yield found


@pytest.fixture
def partnership() -> Partnership:
    return make_partnership()


def sent(partnership: Partnership, provider: Provider, **more: object) -> OutboxMail:
    """A mail about the partnership to a lead, which the provider took."""
    lead, now = lead_of(partnership, Party.COMMUNITY), timezone.now()
    fields = {"kind": KIND, "chain": partnership.id, "to": lead.email, "person": lead, **more}
    key = f"{partnership.slug} {len(provider.asked)}"
    queued = queue_mail(key=key, language="en", about={}, now=now, **fields)
    assert send_waiting(now) == 1
    queued.refresh_from_db()
    assert queued.state == MailState.SENT and queued.provider_id
    return queued


def bounce(queued: OutboxMail, **more: object) -> dict[str, object]:
    """As Postmark reports it."""
    report = {"RecordType": "Bounce", "Type": "HardBounce", "MessageID": queued.provider_id, "Email": queued.to}
    return {**report, "ID": 42, "Details": NO_SUCH, "Description": "The server was unable to deliver.", **more}


def report(told: dict, secret: str = SECRET, **headers: str) -> int:
    headers |= {"authorization": f"Basic {b64encode(secret.encode()).decode()}"} if secret else {}
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    return client.post("/mail/events/", json.dumps(told), "application/json", headers=headers).status_code


def words_of(weekly: OutboxMail) -> str:
    message = weekly_of_staff(weekly)
    assert message is not None
    return " ".join(line.text for section in message.sections for line in section.lines)


def shown(partnership: Partnership, rest: str = "mail/") -> str:
    answer = client_of(staff_of(partnership.program)).get(f"/programs/{partnership.program.slug}/{rest}")
    return " ".join(answer.content.decode().split())


def test_a_bounce_is_seen_by_the_staff_of_its_program_and_by_no_other(
    partnership: Partnership, provider: Provider
) -> None:
    other = make_partnership(program=make_program())
    for one in (partnership, other):
        make_agreement(one)
    queued, untouched = sent(partnership, provider), sent(other, provider)
    assert report(bounce(queued)) == 200
    queued.refresh_from_db()
    assert (queued.state, queued.problem) == (MailState.GIVEN_UP, f"bounced: {NO_SUCH}")
    assert queued.returned_at > queued.settled_at
    page = shown(partnership)
    assert (
        "Refused after it was sent" in page and NO_SUCH in page and NO_SUCH in shown(partnership, "mail/?only=given-up")
    )
    assert "0 sent, 0 given up. 1 was refused after it was sent." in page
    assert "Mail to 1 address could not be delivered." in shown(partnership, "partnerships/")
    assert "Mail came back" in shown(partnership, "")
    assert refused_addresses([partnership, other]) == {partnership.id: 1}
    untouched.refresh_from_db()
    assert untouched.state == MailState.SENT
    for text in (shown(other), shown(other, ""), shown(other, "partnerships/")):
        assert NO_SUCH not in text and "efused after" not in text and "could not be delivered" not in text
        assert "Mail came back" not in text


def test_the_same_report_twice_or_a_later_one_is_one_record(partnership: Partnership, provider: Provider) -> None:
    queued = sent(partnership, provider)
    assert report(bounce(queued)) == 200
    first = OutboxMail.objects.filter(pk=queued.pk).values().get()
    assert report(bounce(queued)) == 200
    assert report({"RecordType": "SpamComplaint", "Type": "SpamComplaint", "MessageID": queued.provider_id}) == 200
    assert OutboxMail.objects.filter(pk=queued.pk).values().get() == first and OutboxMail.objects.count() == 1


@pytest.mark.parametrize(
    ("told", "problem"),
    [
        ({"Type": "SpamNotification", "Details": None, "Description": "Marked as spam"}, "complained: Marked as spam"),
        ({"Type": "BadEmailAddress", "Details": None, "Description": None}, "rejected: invalid"),
        ({"Details": "550\r\n\x00 no\u202e such"}, "bounced: 550 no such"),
        ({"Details": "5" * 900}, "bounced: " + "5" * 491),
    ],
)
def test_complaints_and_rejections_stand_there_in_one_clean_line(
    partnership: Partnership, provider: Provider, told: dict, problem: str
) -> None:
    queued = sent(partnership, provider)
    assert report(bounce(queued, **told)) == 200
    queued.refresh_from_db()
    assert (queued.state, queued.problem) == (MailState.GIVEN_UP, problem)


@pytest.mark.parametrize(
    "told",
    [
        {"MessageID": "nobody knows this one"},
        {"MessageID": ""},
        {"MessageID": None},
        {"MessageID": "x" * 5000},
        {"Type": "Transient"},
        {"RecordType": "Delivery"},
        {"RecordType": "Open"},
        {"RecordType": "News"},
    ],
)
def test_what_is_unknown_or_no_refusal_is_answered_well_and_changes_nothing(
    partnership: Partnership, provider: Provider, told: dict
) -> None:
    queued = sent(partnership, provider)
    # Sent by SMTP, with no name of a provider's.
    OutboxMail.objects.create(
        key="by SMTP", kind=KIND, to=queued.to, language="en", created_at=timezone.now(), due_at=timezone.now(),
        settled_at=timezone.now(), state=MailState.SENT, message_id="<here@here>", chain=partnership.id,
    )  # fmt: skip
    before = list(OutboxMail.objects.order_by("pk").values())
    assert report(bounce(queued, **told)) == 200
    assert list(OutboxMail.objects.order_by("pk").values()) == before


def test_the_mails_own_message_id_names_it_too(partnership: Partnership, provider: Provider) -> None:
    queued = sent(partnership, provider)
    assert report(bounce(queued, MessageID=queued.message_id)) == 200
    queued.refresh_from_db()
    assert queued.state == MailState.GIVEN_UP


def test_other_providers_report_at_the_same_address_in_their_own_words(
    partnership: Partnership, provider: Provider, settings: object
) -> None:
    at_brevo, at_amazon = sent(partnership, provider), sent(partnership, provider)
    settings.EMAIL_PROVIDER = "brevo"
    assert report({"event": "hard_bounce", "message-id": at_brevo.provider_id, "reason": NO_SUCH}) == 200
    refused = {"bounceType": "Permanent", "bounceSubType": "General"}
    refused["bouncedRecipients"] = [{"emailAddress": at_amazon.to, "diagnosticCode": NO_SUCH}]
    told = {"eventType": "Bounce", "mail": {"messageId": at_amazon.provider_id}, "bounce": refused}
    settings.EMAIL_PROVIDER, letter = "amazon_ses", {"Type": "Notification", "MessageId": "1"}
    letter |= {"Message": json.dumps(told), "Timestamp": "2027-03-02T18:30:00Z"}
    headers = {"x-amz-sns-message-type": "Notification", "x-amz-sns-message-id": "1"}
    assert report(letter, "", **headers) == 401, "how Amazon is asked for the secret"
    assert report(letter, **headers) == 200
    for queued in (at_brevo, at_amazon):
        queued.refresh_from_db()
        assert (queued.state, queued.problem) == (MailState.GIVEN_UP, f"bounced: {NO_SUCH}")


@pytest.mark.parametrize("secret", ["", "reports:wrong", "reports", ":", SECRET + "x"])
def test_without_the_secret_nothing_is_taken(partnership: Partnership, provider: Provider, secret: str) -> None:
    queued = sent(partnership, provider)
    assert report(bounce(queued), secret) == 400
    queued.refresh_from_db()
    assert queued.state == MailState.SENT


def test_the_address_does_not_exist_where_no_secret_or_no_provider_is_set(
    partnership: Partnership, provider: Provider, settings: object
) -> None:
    queued, anymail = sent(partnership, provider), settings.ANYMAIL
    settings.ANYMAIL = {**anymail, "WEBHOOK_SECRET": ""}
    assert report(bounce(queued), "") == report(bounce(queued)) == report(bounce(queued), ":") == 404
    settings.ANYMAIL, settings.EMAIL_PROVIDER = anymail, ""
    assert report(bounce(queued)) == 404
    settings.EMAIL_PROVIDER = "scaleway"  # which reports nothing that django-anymail can read
    assert report(bounce(queued)) == 404
    queued.refresh_from_db()
    assert queued.state == MailState.SENT


def test_it_cannot_be_opened_in_a_browser(provider: Provider) -> None:
    assert Client().get("/mail/events/").status_code == 405


def test_sent_again_it_is_a_new_mail_of_which_the_old_report_says_nothing(
    partnership: Partnership, provider: Provider
) -> None:
    queued, now = sent(partnership, provider), timezone.now()
    old = bounce(queued)
    assert report(old) == 200
    queued.refresh_from_db()
    assert send_mail_again(by=staff_of(partnership.program), program=partnership.program, queued=queued, now=now)
    queued.refresh_from_db()
    assert (queued.returned_at, queued.provider_id, queued.problem) == (None, "", "")
    assert send_waiting(now + timedelta(seconds=1)) == 1 and report(old) == 200
    queued.refresh_from_db()
    assert (queued.state, queued.provider_id) == (MailState.SENT, "provider-2")
    assert refused_addresses([partnership]) == {}


def test_an_invitation_that_comes_back_is_seen_where_it_can_be_corrected(
    partnership: Partnership, provider: Provider
) -> None:
    lead, now = lead_of(partnership, Party.CITY), timezone.now()
    made = make_invitation(partnership, Role.MEMBER, Party.CITY, expires_at=now + timedelta(days=9))
    send_invitation(made, now=now)
    assert send_waiting(now) == 1
    people = f"/partnerships/{partnership.slug}/people/"
    before = client_of(lead).get(people).content.decode()
    assert report(bounce(OutboxMail.objects.get(kind="invitation"))) == 200
    after = client_of(lead).get(people).content.decode()
    assert "could not be delivered" in after and "could not be delivered" not in before


def test_a_weekly_mail_that_comes_back_counts_where_its_reader_has_a_seat(
    partnership: Partnership, provider: Provider
) -> None:
    other, lead = make_partnership(program=partnership.program), lead_of(partnership, Party.COMMUNITY)
    queued = sent(partnership, provider)
    OutboxMail.objects.filter(pk=queued.pk).update(kind="weekly", chain=None)
    assert report(bounce(queued)) == 200
    assert refused_addresses([partnership, other]) == {partnership.id: 1}
    assert report(bounce(sent(partnership, provider))) == 200
    assert refused_addresses([partnership]) == {partnership.id: 1}, "one address, however many mails"
    OutboxMail.objects.filter(chain=partnership.id).delete()
    partnership.seats.filter(person=lead).update(ended_at=timezone.now(), ended_by=lead)
    assert refused_addresses([partnership]) == {}


def test_staff_are_written_of_it_once_a_week(partnership: Partnership, provider: Provider) -> None:
    make_agreement(partnership)
    staff, now = staff_of(partnership.program), timezone.now()
    weekly = queue_mail(
        key="w", kind="weekly staff", to=staff.email, person=staff, language="en", about={}, now=now, due_at=now
    )
    OutboxMail.objects.filter(pk=weekly.pk).update(state=MailState.NOT_DUE)
    queued = sent(partnership, provider)
    assert "is refused" not in words_of(weekly)
    assert report(bounce(queued)) == 200
    assert "mail to 1 address is refused" in words_of(weekly)
