"""The staff's page of mail: what came of each, what they may read of it, and sending one again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from ledger.models import Event
from mail import registry
from mail.models import MailState, OutboxMail
from partners.actions import send_mail_again
from partners.emails.invitations import notify_sender, send_invitation
from partners.emails.sign_in import send_code
from partners.models import Invitation, Partnership, Person
from partners.parties import Party, Role
from partners.rules import Refused
from partners.tokens import token_for
from programs.domain.mail import NAMES, OPEN
from tests.factories.people import (
    NOW,
    client_of,
    lead_of,
    make_invitation,
    make_partnership,
    make_program,
    make_seat,
    staff_of,
)

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
REFUSED = "SMTPRecipientsRefused: 550 no such user"


@pytest.fixture
def partnership() -> Partnership:
    return make_partnership()


@pytest.fixture
def client(partnership: Partnership) -> Client:
    return client_of(staff_of(partnership.program))


@pytest.fixture
def invitation(partnership: Partnership) -> Invitation:
    made = make_invitation(partnership, Role.MEMBER, Party.CITY, expires_at=timezone.now() + timedelta(days=9))
    send_invitation(made, now=timezone.now())
    return made


def mail(partnership: Partnership, to: str = "ana@example.org", state: str = "waiting", **more: object) -> OutboxMail:
    settled = None if state in {MailState.WAITING, MailState.SENDING} else timezone.now()
    fields = {"key": f"{partnership.slug} {to} {state}", "kind": "ended", "language": "en", "message_id": "<old@here>"}
    fields |= {"created_at": timezone.now(), "due_at": timezone.now(), "settled_at": settled, "state": state}
    return OutboxMail.objects.create(**{"to": to, "chain": partnership.id, **fields, **more})


def page(client: Client, partnership: Partnership, rest: str = "") -> str:
    answer = client.get(f"/programs/{partnership.program.slug}/mail/{rest}")
    assert answer.status_code == 200
    return answer.content.decode()


def again(client: Client, queued: OutboxMail, partnership: Partnership) -> int:
    return client.post(f"/programs/{partnership.program.slug}/mail/{queued.pk}/again/").status_code


def test_every_mail_is_there_with_what_came_of_it_and_no_other_programs(
    client: Client, partnership: Partnership
) -> None:
    mail(partnership, "waiting@example.org")
    mail(partnership, "trouble@example.org", problem="450 later")
    mail(partnership, "refused@example.org", MailState.GIVEN_UP, problem=REFUSED)
    mail(partnership, "sent@example.org", MailState.SENT)
    mail(partnership, "over@example.org", MailState.NOT_DUE)
    mail(make_partnership(program=make_program()), "elsewhere@example.org", MailState.GIVEN_UP)
    shown = page(client, partnership)
    for words in ("Waiting", "Refused, and tried again", "Given up", REFUSED, "Sent", "No longer due"):
        assert words in shown
    assert "elsewhere@" not in shown
    only = page(client, partnership, "?only=given-up")
    assert "refused@" in only and not any(one in only for one in ("sent@", "waiting@", "over@", "elsewhere@"))
    counts = " ".join(client.get(f"/programs/{partnership.program.slug}/mail/").content.decode().split())
    assert "2 mails wait. 1 of them was refused, and is tried again." in counts
    assert "1 sent, 1 given up." in counts


def test_what_goes_to_its_people_by_themselves_stands_there_while_they_took_part(
    client: Client, partnership: Partnership
) -> None:
    """Staff of a program read nothing of where somebody went next."""
    person = make_seat(partnership, Role.MEMBER, Party.CITY).person
    left = NOW + timedelta(days=30)
    partnership.seats.filter(person=person).update(ended_at=left, ended_by=person)
    alone = {"chain": None, "kind": "weekly", "person": person}
    mail(partnership, "before@example.org", created_at=left - timedelta(days=1), **alone)
    mail(partnership, "after@example.org", created_at=left + timedelta(days=1), **alone)
    shown = page(client, partnership)
    assert "before@" in shown and "after@" not in shown


def test_an_invitation_to_its_staff_stands_in_its_own_list_and_is_answered_to_it(
    client: Client, partnership: Partnership
) -> None:
    program, other = partnership.program, make_program()
    for of in (program, other):
        made = make_invitation(None, program=of, email=f"new@{of.slug}.example.org", by=staff_of(of))
        send_invitation(made, now=timezone.now())
    shown = page(client, partnership)
    assert f"new@{program.slug}.example.org" in shown and f"new@{other.slug}.example.org" not in shown
    queued = OutboxMail.objects.get(to=f"new@{program.slug}.example.org")
    assert registry.build(queued).reply_to == [program.contact_email]
    notify_sender(made, "invitation accepted", now=timezone.now())
    assert registry.message_of(OutboxMail.objects.get(kind="invitation accepted")), "their own staff are told"


def test_a_personal_link_and_a_code_are_never_shown(
    client: Client, partnership: Partnership, invitation: Invitation
) -> None:
    lead = lead_of(partnership, Party.COMMUNITY)
    send_code(to=lead, code="918273", language="en", now=timezone.now())
    shown = page(client, partnership)
    assert lead.email in shown and invitation.email in shown and "918273" not in shown
    code, invited = (OutboxMail.objects.get(kind=kind) for kind in ("sign-in code", "invitation"))
    assert client.get(f"/programs/{partnership.program.slug}/mail/{code.pk}/").status_code == 404
    read = page(client, partnership, f"{invited.pk}/")
    assert f"Dear {invitation.name}," in read and "/invitations/…/" in read
    assert token_for(invitation) not in read


def test_what_the_partners_write_to_each_other_is_not_for_staff_to_read(
    client: Client, partnership: Partnership
) -> None:
    queued = mail(partnership, kind="reopened")
    assert f"/mail/{queued.pk}/" not in page(client, partnership).replace("/again/", "")
    assert client.get(f"/programs/{partnership.program.slug}/mail/{queued.pk}/").status_code == 404


@pytest.mark.parametrize("state", [MailState.GIVEN_UP, MailState.SENT])
def test_a_mail_is_sent_again_as_a_new_one_and_that_is_recorded(
    client: Client, partnership: Partnership, state: str
) -> None:
    lead = lead_of(partnership, Party.CITY)
    queued = mail(partnership, lead.email, state, problem=REFUSED, attempts=200, person=lead)
    assert again(client, queued, partnership) == 302
    queued.refresh_from_db()
    assert (queued.state, queued.attempts, queued.problem, queued.settled_at) == ("waiting", 0, "", None)
    assert queued.message_id != "<old@here>"
    event = Event.objects.get(chain=partnership.id, kind="mail.sent_again")
    assert event.content.payload == {"mail": "ended", "name": lead.name}
    assert event.actor == staff_of(partnership.program).pk
    assert again(client, queued, partnership) == 302 and Event.objects.filter(kind="mail.sent_again").count() == 1


def test_a_mail_that_is_sent_again_is_in_the_language_that_its_reader_has_now(
    client: Client, partnership: Partnership
) -> None:
    lead = lead_of(partnership, Party.CITY)
    queued = mail(partnership, lead.email, MailState.GIVEN_UP, person=lead)
    Person.objects.filter(pk=lead.pk).update(language="es")
    again(client, queued, partnership)
    queued.refresh_from_db()
    assert queued.language == "es"


# What ends a seat, and what is about a person's own way in, wherever they take part.
EVEN_SO = {"sign-in code", "seat ended", "lead changed", "lead claimed", "lead claim ended"}
EVEN_SO |= {"address changed", "address in use", "passkey added", "passkey removed"}


@pytest.mark.parametrize("gone", ["left", "may not sign in"])
@pytest.mark.parametrize("kind", sorted(NAMES))
def test_who_takes_part_no_more_is_told_no_more_even_if_staff_send_it_again(
    client: Client, partnership: Partnership, kind: str, gone: str
) -> None:
    lead = lead_of(partnership, Party.COMMUNITY)
    queued = mail(partnership, lead.email, MailState.SENT, kind=kind, person=lead, about={})
    assert registry.is_still_for(queued)
    if gone == "left":
        partnership.seats.filter(person=lead).update(ended_at=timezone.now(), ended_by=lead)
    else:
        Person.objects.filter(pk=lead.pk).update(is_active=False)
    again(client, queued, partnership)
    queued = OutboxMail.objects.select_related("person").get(pk=queued.pk)
    assert registry.is_still_for(queued) == (kind in EVEN_SO), "who was removed, or leads no more, is told of that"
    assert kind in EVEN_SO or registry.message_of(queued) is None


@pytest.mark.parametrize(
    "facts",
    [
        {"state": MailState.WAITING},
        {"state": MailState.NOT_DUE},
        {"state": MailState.SENT, "expires_at": timezone.now() - timedelta(hours=1)},
        {"state": MailState.SENT, "kind": "sign-in code"},
    ],
)
def test_what_waits_or_is_over_is_not_sent_again(client: Client, partnership: Partnership, facts: dict) -> None:
    queued = mail(partnership, **facts)
    assert again(client, queued, partnership) == 302
    assert OutboxMail.objects.get(pk=queued.pk).state == facts["state"] and not Event.objects.exists()


def test_only_the_staff_of_this_program_see_or_send_its_mail(partnership: Partnership) -> None:
    queued = mail(partnership, state=MailState.SENT)
    others = [staff_of(make_program()), lead_of(partnership, Party.CITY), lead_of(partnership, Party.COMMUNITY)]
    for person in others:
        client = client_of(person)
        assert client.get(f"/programs/{partnership.program.slug}/mail/").status_code == 404
        assert again(client, queued, partnership) == 404
        with pytest.raises(Refused):
            send_mail_again(by=person, program=partnership.program, queued=queued, now=timezone.now())
    assert client_of(others[0]).get(f"/programs/{partnership.program.slug}/mail/{queued.pk}/again/").status_code == 404


def test_a_kind_without_a_name_of_its_own_is_still_named_in_words(client: Client, partnership: Partnership) -> None:
    mail(partnership, kind="brand.new")
    assert "Mail about the partnership" in page(client, partnership) and "brand.new" not in page(client, partnership)


def test_every_kind_of_mail_to_people_of_a_program_has_a_name() -> None:
    about_nobodys_program = {"sign-in link made"}
    kinds = {kind for kind in registry._builders if not kind.startswith(("a test", "tests"))}
    assert kinds - about_nobodys_program == set(NAMES) and set(NAMES) > OPEN
