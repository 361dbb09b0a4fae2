"""Invitations, from the mail to the seat, as those who get them live it."""

from __future__ import annotations

import base64
from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from ledger.models import Event
from partners import actions
from partners.actions.access import chain_of_person
from partners.models import Invitation, Partnership, Person, ProgramStaff, Seat
from partners.parties import Party, Role
from partners.rules import Refused
from partners.terms import VERSION
from partners.tokens import hashed, token_for
from tests.factories.people import (
    client_of,
    lead_of,
    make_invitation,
    make_partnership,
    make_person,
    make_program,
    make_seat,
    member_of,
    staff_of,
)
from tests.mail.mailbox import code_to, deliver, link_to, text_of, to

pytestmark = pytest.mark.django_db
CONFIRM = "/accounts/login/code/confirm/"
INVITED = "ines@example.org"


@pytest.fixture
def partnership() -> Partnership:
    return make_partnership()


def invite(partnership: Partnership, party: Party, *, email: str = INVITED, role: Role = Role.MEMBER) -> Invitation:
    lead = lead_of(partnership, party)
    return actions.invite(
        by=lead, partnership=partnership, role=role, name="Ines Invited", email=email, language="en", now=timezone.now()
    )


def page_of(invitation: Invitation, name: str = "invitation") -> str:
    return reverse(name, args=[token_for(invitation)])


def accept_signed_out(client: Client, link: str, email: str) -> HttpResponse:
    client.post(f"{link}accept/")
    return client.post(CONFIRM, {"code": code_to(email)})


def test_from_the_mail_to_the_seat(partnership: Partnership, party: Party, client: Client) -> None:
    invite(partnership, party)
    link = link_to(INVITED)
    page = client.get(link)
    assert "Ines Invited" not in [p.name for p in Person.objects.all()]
    assert "public record" in page.content.decode()
    done = accept_signed_out(client, link, INVITED)
    assert done.url == reverse("partnership", args=[partnership.slug])
    seat = Seat.objects.get(partnership=partnership, person__email=INVITED)
    assert (seat.role, seat.party, seat.person.name) == (Role.MEMBER, party, "Ines Invited")
    answered = Invitation.objects.get(email=INVITED)
    assert answered.accepted_by == seat.person and answered.terms_version == VERSION
    assert Event.objects.filter(chain=partnership.id, kind="invitation.accepted", actor=seat.person.pk).count() == 1
    assert "accepted" in to(lead_of(partnership, party).email)[-1].subject


def test_a_lead_takes_the_seat_that_staff_invited_them_to(party: Party, client: Client) -> None:
    partnership = make_partnership(seated=False)
    staff = staff_of(partnership.program)
    actions.invite_lead(
        by=staff, partnership=partnership, party=party, name="Lea", email=INVITED, language="en", now=timezone.now()
    )
    accept_signed_out(client, link_to(INVITED), INVITED)
    seat = Seat.objects.get(partnership=partnership)
    assert (seat.role, seat.party, seat.person.email) == (Role.LEAD, party, INVITED)


def test_the_page_and_the_mail_are_in_the_language_the_sender_picked(partnership: Partnership, client: Client) -> None:
    invitation = make_invitation(partnership, Role.PRODUCT_ADVISOR, language="es")
    page = client.get(page_of(invitation), headers={"Accept-Language": "en"})
    assert 'lang="es"' in page.content.decode()
    client.post(page_of(invitation, "invitation_accept"), headers={"Accept-Language": "en"})
    assert 'lang="es"' in client.get(CONFIRM, headers={"Accept-Language": "en"}).content.decode()
    assert Person.objects.get(email=invitation.email).language == "es"


def test_opening_the_link_changes_nothing(partnership: Partnership, client: Client) -> None:
    invitation = make_invitation(partnership, Role.PRODUCT_ADVISOR)
    events, people = Event.objects.count(), Person.objects.count()
    for page in ("invitation", "invitation_accept", "invitation_decline"):
        client.get(page_of(invitation, page))
        client.head(page_of(invitation, page))
    invitation.refresh_from_db()
    assert invitation.is_open and deliver() == []
    assert (Event.objects.count(), Person.objects.count()) == (events, people)


def test_the_button_alone_gives_no_seat_it_takes_the_code_from_the_mail(
    partnership: Partnership, client: Client
) -> None:
    invitation = make_invitation(partnership, Role.PRODUCT_ADVISOR)
    client.post(page_of(invitation, "invitation_accept"))
    client.post(CONFIRM, {"code": "000000"})
    assert not Seat.objects.filter(person__email=invitation.email).exists()
    assert "_auth_user_id" not in client.session


def test_declining_says_why_and_its_sender_is_told(partnership: Partnership, party: Party, client: Client) -> None:
    invite(partnership, party)
    link = link_to(INVITED)
    assert client.post(f"{link}decline/", {"reason": " "}).status_code == 422
    assert client.post(f"{link}decline/", {"reason": "I move away <b>soon</b>"}).status_code == 200
    told = to(lead_of(partnership, party).email)[-1]
    assert "declined" in told.subject and "I move away <b>soon</b>" in text_of(told)
    assert "<b>soon" not in str(told.alternatives[0][0])
    assert client.post(f"{link}accept/").status_code == 410
    event = Event.objects.get(chain=partnership.id, kind="invitation.declined")
    assert event.content.payload["reason"] == "I move away <b>soon</b>"


@pytest.mark.parametrize("state", ["expired", "cancelled", "replaced", "declined", "accepted"])
def test_a_closed_invitation_is_refused_on_the_server(state: str, partnership: Partnership, client: Client) -> None:
    now, lead = timezone.now(), lead_of(partnership, Party.CITY)
    invitation = make_invitation(partnership, Role.PRODUCT_ADVISOR, by=lead)
    closed = {
        "expired": {"expires_at": now - timedelta(seconds=1)},
        "cancelled": {"cancelled_at": now, "cancelled_by": lead},
        "declined": {"declined_at": now},
        "accepted": {"accepted_at": now, "accepted_by": make_person()},
        "replaced": {"cancelled_at": now, "cancelled_by": lead},
    }[state]
    Invitation.objects.filter(pk=invitation.pk).update(**closed)
    if state == "replaced":
        make_invitation(partnership, Role.PRODUCT_ADVISOR, replaces=invitation)
    person = make_person(email=invitation.email)
    for browser in (client, client_of(person)):
        assert browser.get(page_of(invitation)).status_code == 410
        browser.post(page_of(invitation, "invitation_accept"))
        browser.post(page_of(invitation, "invitation_decline"), {"reason": "no"})
    assert not Seat.objects.filter(person=person).exists()
    assert deliver() == []


def test_one_that_is_too_old_when_the_code_is_typed_gives_no_seat(partnership: Partnership, client: Client) -> None:
    invitation = make_invitation(partnership, Role.PRODUCT_ADVISOR, expires_at=timezone.now() + timedelta(minutes=5))
    with time_machine.travel(timezone.now(), tick=False) as clock:
        client.post(page_of(invitation, "invitation_accept"))
        code = code_to(invitation.email)
        clock.shift(timedelta(minutes=6))
        done = client.post(CONFIRM, {"code": code})
        assert done.url == page_of(invitation)
        assert "too old" in client.get(done.url).content.decode()
    assert not Seat.objects.filter(person__email=invitation.email).exists()


def test_opened_while_signed_in_as_somebody_else_it_says_so_and_offers_to_switch(partnership: Partnership) -> None:
    invitation = make_invitation(partnership, Role.PRODUCT_ADVISOR)
    somebody = make_person("Somebody Else")
    client = client_of(somebody)
    page = client.get(page_of(invitation)).content.decode()
    assert "You are signed in as Somebody Else" in page and "Accept the invitation" not in page
    assert invitation.email not in page
    assert client.post(page_of(invitation, "invitation_accept")).status_code == 403
    assert not Seat.objects.filter(person=somebody).exists()
    switched = client.post(reverse("account_logout"), {"next": page_of(invitation)})
    assert switched.url == page_of(invitation)
    assert "Accept the invitation" in client.get(switched.url).content.decode()


def test_signing_in_as_somebody_else_in_between_gives_neither_the_seat(
    partnership: Partnership, client: Client
) -> None:
    invitation, other = make_invitation(partnership, Role.PRODUCT_ADVISOR), make_person()
    client.post(page_of(invitation, "invitation_accept"))
    session = client.session
    del session["account_login"]
    session.save()
    client.post("/accounts/login/code/", {"email": other.email})
    client.post(CONFIRM, {"code": code_to(other.email)})
    assert client.session["_auth_user_id"] == str(other.pk)
    assert not Seat.objects.filter(partnership=partnership, role=Role.PRODUCT_ADVISOR).exists()


def test_accepting_twice_gives_one_seat(partnership: Partnership) -> None:
    invitation = make_invitation(partnership, Role.PRODUCT_ADVISOR)
    client = client_of(make_person(email=invitation.email))
    for _press in range(2):
        assert client.post(page_of(invitation, "invitation_accept")).status_code == 302
    assert Seat.objects.filter(person__email=invitation.email).count() == 1
    assert Event.objects.filter(kind="invitation.accepted").count() == 1


def test_nobody_is_on_both_sides(partnership: Partnership, party: Party) -> None:
    """Refused when invited, in words; and when accepting, where the invitations crossed."""
    member = member_of(partnership, party.other)
    client = client_of(lead_of(partnership, party))
    form = {"role": "member", "name": "M", "email": member.email.upper(), "language": "en"}
    refused = client.post(reverse("people_invite", args=[partnership.slug]), form)
    assert refused.status_code == 422 and "cannot be on both sides" in refused.content.decode()
    crossed = make_invitation(partnership, Role.MEMBER, party, email=member.email)
    client = client_of(member)
    page = client.post(page_of(crossed, "invitation_accept"), follow=True)
    assert "cannot be on both sides" in page.content.decode()
    assert list(Seat.objects.filter(person=member).values_list("party", flat=True)) == [party.other]


def test_an_open_invitation_to_the_other_side_counts_too(partnership: Partnership, party: Party) -> None:
    make_invitation(partnership, Role.MEMBER, party.other, email=INVITED, expires_at=timezone.now() + timedelta(days=9))
    with pytest.raises(ValidationError, match="both sides"):
        invite(partnership, party)


def test_staff_of_the_program_hold_no_party_seat_in_it(partnership: Partnership, party: Party) -> None:
    staff = staff_of(partnership.program)
    with pytest.raises(ValidationError, match="staff"):
        invite(partnership, party, email=staff.email)
    crossed = make_invitation(partnership, Role.MEMBER, party, email=staff.email)
    client_of(staff).post(page_of(crossed, "invitation_accept"))
    assert not Seat.objects.filter(person=staff).exists()


def test_somebody_of_a_party_does_not_become_staff_of_its_program(partnership: Partnership, party: Party) -> None:
    lead = lead_of(partnership, party)
    invitation = make_invitation(None, program=partnership.program, email=lead.email)
    client_of(lead).post(page_of(invitation, "invitation_accept"))
    assert not ProgramStaff.objects.filter(person=lead).exists()


def test_staff_invite_a_colleague_who_becomes_staff_of_that_program_only() -> None:
    program, other = make_program(), make_program()
    client = client_of(staff_of(program))
    form = {"name": "Cora", "email": INVITED, "language": "en"}
    assert client.post(reverse("program_invite", args=[other.slug]), form).status_code == 404
    assert client.post(reverse("program_invite", args=[program.slug]), form).status_code == 302
    cora = Client()
    accept_signed_out(cora, link_to(INVITED), INVITED)
    assert [s.program for s in ProgramStaff.objects.filter(person__email=INVITED)] == [program]
    assert cora.get(reverse("program", args=[program.slug])).status_code == 200
    assert cora.get(reverse("program", args=[other.slug])).status_code == 404
    assert cora.get(reverse("program_new")).status_code == 403


def test_two_leads_invited_to_one_seat_make_one_lead(party: Party) -> None:
    partnership = make_partnership()
    Seat.objects.filter(partnership=partnership, party=party.other).delete()
    invitation = make_invitation(partnership, Role.LEAD, party)
    page = client_of(make_person(email=invitation.email)).post(page_of(invitation, "invitation_accept"), follow=True)
    assert "has a lead already" in page.content.decode()
    assert Seat.objects.filter(partnership=partnership, party=party, role=Role.LEAD).count() == 1


def test_an_unknown_link_is_not_found(client: Client, partnership: Partnership) -> None:
    invitation = make_invitation(partnership, Role.PRODUCT_ADVISOR)
    for token in ("x", hashed(token_for(invitation)), invitation.nonce, token_for(invitation)[:-1], str(invitation.pk)):
        assert client.get(reverse("invitation", args=[token])).status_code == 404


def test_the_database_holds_neither_the_link_nor_anything_it_can_be_made_of_without_the_key(
    partnership: Partnership, settings: object
) -> None:
    invitation = make_invitation(partnership, Role.PRODUCT_ADVISOR)
    token = token_for(invitation)
    stored = [str(value) for value in Invitation.objects.filter(pk=invitation.pk).values().get().values()]
    assert not any(token in value for value in stored)
    settings.SECRET_KEY = "another key, as long as the first one was, and just as secret"
    assert token_for(invitation) != token
    assert make_seat(partnership, Role.PRODUCT_ADVISOR)


def test_a_changed_key_leaves_open_invitations_open_while_the_one_before_is_kept(
    partnership: Partnership, settings: object, client: Client
) -> None:
    open_one = make_invitation(partnership, Role.PRODUCT_ADVISOR)
    token = token_for(open_one)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "a new key, as long as the one before it was"
    assert token_for(open_one) == token, "a mail that is sent again holds the link that is known"
    assert client.get(reverse("invitation", args=[token])).status_code == 200
    later = make_invitation(partnership, Role.EXECUTIVE_SPONSOR)
    settings.SECRET_KEY_FALLBACKS = []
    assert client.get(reverse("invitation", args=[token_for(later)])).status_code == 200
    assert token_for(open_one) != token


def test_a_full_page_of_fields_named_by_the_client_is_ignored(partnership: Partnership, party: Party) -> None:
    """The party, the seat and its time are the product's to say."""
    client = client_of(lead_of(partnership, party))
    form = {
        "role": "member",
        "name": "M",
        "email": INVITED,
        "language": "en",
        "party": party.other,
        "accepted_at": "2020-01-01",
        "invited_by": str(lead_of(partnership, party.other).pk),
        "partnership": str(make_partnership().pk),
    }
    client.post(reverse("people_invite", args=[partnership.slug]), form)
    invitation = Invitation.objects.get(email=INVITED)
    assert (invitation.party, invitation.partnership, invitation.accepted_at) == (party, partnership, None)
    assert invitation.invited_by == lead_of(partnership, party)
    person = client_of(make_person(email=INVITED))
    person.post(page_of(invitation, "invitation_accept"), {"role": "lead", "party": party.other})
    seat = Seat.objects.get(person__email=INVITED)
    assert (seat.role, seat.party) == (Role.MEMBER, party)


def test_a_lead_cannot_invite_a_lead(partnership: Partnership, party: Party) -> None:
    client = client_of(lead_of(partnership, party))
    form = {"role": "lead", "name": "M", "email": INVITED, "language": "en"}
    assert client.post(reverse("people_invite", args=[partnership.slug]), form).status_code == 422
    with pytest.raises(Refused):
        invite(partnership, party, role=Role.LEAD)


@pytest.mark.parametrize("role", [Role.TECHNOLOGY_PARTNER, Role.PRODUCT_ADVISOR, Role.EXECUTIVE_SPONSOR])
def test_either_lead_invites_those_beside_the_parties(partnership: Partnership, party: Party, role: Role) -> None:
    assert invite(partnership, party, role=role).party is None


def test_names_with_line_breaks_or_markup_do_no_harm_in_mail(partnership: Partnership, party: Party) -> None:
    name = "Eve\r\nBcc: all@example.org\x0b\x0c\x1c{{ settings.SECRET_KEY }}<b>x</b>"
    lead = lead_of(partnership, party)
    actions.invite(
        by=lead,
        partnership=partnership,
        role=Role.MEMBER,
        name=name,
        email=INVITED,
        language="en",
        now=timezone.now(),
    )
    message = to(INVITED)[0]
    assert message.to == [INVITED] and not message.bcc
    assert "Bcc" not in dict(message.message().items())
    assert "{{ settings.SECRET_KEY }}<b>x</b>" in text_of(message)
    assert "<b>x" not in str(message.alternatives[0][0])


def test_pressing_accept_twice_makes_one_person(partnership: Partnership, client: Client) -> None:
    invitation = make_invitation(partnership, Role.PRODUCT_ADVISOR)
    for browser in (client, Client()):
        browser.post(page_of(invitation, "invitation_accept"))
    person = Person.objects.get(email=invitation.email)
    assert not person.has_usable_password()


def test_somebody_who_may_not_sign_in_any_more_is_not_let_in_by_an_invitation(
    partnership: Partnership, client: Client
) -> None:
    person = make_person(is_active=False)
    invitation = make_invitation(partnership, Role.PRODUCT_ADVISOR, email=person.email)
    client.post(page_of(invitation, "invitation_accept"))
    client.post(CONFIRM, {"code": code_to(person.email)})
    assert "_auth_user_id" not in client.session
    assert not Seat.objects.filter(person=person).exists()


def test_somebody_new_is_written_down_once_and_not_for_a_closed_invitation(
    partnership: Partnership, party: Party, client: Client
) -> None:
    link = page_of(invite(partnership, party), "invitation_accept")
    assert (client.get(link)["Location"], Person.objects.filter(email=INVITED).count()) == (
        link.removesuffix("accept/"),
        0,
    )
    for _again in range(2):
        client.post(link)
    person = Person.objects.get(email=INVITED)
    event = Event.objects.get(kind="person.made")
    assert (event.chain, event.actor) == (chain_of_person(person), None)
    late = make_invitation(partnership, Role.MEMBER, party, email="late@example.org")
    with pytest.raises(actions.InvitationClosed):
        actions.begin_accepting(invitation=late, now=late.expires_at)
    assert not Person.objects.filter(email="late@example.org").exists()


def test_a_lead_sends_so_many_invitations_a_day_and_no_more(
    partnership: Partnership, party: Party, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Corrected ones and those sent again count: each is a mail to somebody. The other side is not held up."""
    monkeypatch.setattr("partners.actions.invitations.MOST_A_DAY", 3)
    lead = client_of(lead_of(partnership, party))
    form = {"role": Role.MEMBER, "name": "Ines", "language": "en"}

    def post(name: str, email: str, *args: object) -> HttpResponse:
        return lead.post(reverse(name, args=[partnership.slug, *args]), {**form, "email": email})

    with time_machine.travel(timezone.now(), tick=False) as clock:
        assert post("people_invite", "one@example.org").status_code == 302
        first = Invitation.objects.get()
        assert post("invitation_correct", "two@example.org", first.pk).status_code == 302
        second = Invitation.objects.get(email="two@example.org")
        assert post("invitation_correct", "two@example.org", second.pk).status_code == 302
        for refused in (
            post("people_invite", "three@example.org"),
            post("invitation_correct", "three@example.org", second.pk),
            post("invitation_correct", "two@example.org", second.pk),
        ):
            assert refused.status_code == 422 and "send it tomorrow" in refused.content.decode()
        assert invite(partnership, party.other, email="other@example.org")
        assert {message.to[0] for message in deliver()} == {"two@example.org", "other@example.org"}
        clock.shift(timedelta(days=1, seconds=1))
        assert post("people_invite", "three@example.org").status_code == 302


def test_it_is_thirty_a_day(partnership: Partnership, party: Party) -> None:
    for number in range(30):
        invite(partnership, party, email=f"person{number}@example.net")
    with pytest.raises(ValidationError, match="30 invitations a day"):
        invite(partnership, party, email="one.more@example.net")


def test_it_is_open_for_thirty_days(partnership: Partnership, party: Party) -> None:
    start = timezone.now()
    with time_machine.travel(start, tick=False):
        invitation = invite(partnership, party)
    for moment in (start + timedelta(days=30, seconds=-1), start + timedelta(days=30)):
        is_open = moment < start + timedelta(days=30)
        with time_machine.travel(moment, tick=False):
            page = Client().get(page_of(invitation)).content.decode()
            assert (f'action="{page_of(invitation, "invitation_accept")}"' in page) is is_open
    with pytest.raises(actions.InvitationClosed):
        actions.begin_accepting(invitation=invitation, now=start + timedelta(days=30))


def test_its_link_has_256_bits_and_only_a_hash_of_it_is_kept(partnership: Partnership, party: Party) -> None:
    """What it is derived from has as many: nobody guesses the one by way of the other."""
    one, other = (invite(partnership, party, email=f"{name}@example.net") for name in ("one", "other"))
    tokens = [token_for(one), token_for(other)]
    assert [len(base64.urlsafe_b64decode(f"{token}=")) * 8 for token in tokens] == [256, 256]
    assert [len(bytes.fromhex(row.nonce)) * 8 for row in (one, other)] == [256, 256]
    assert len({*tokens, one.nonce, other.nonce}) == 4
    kept = {str(value) for value in Invitation.objects.filter(pk=one.pk).values_list().get()}
    assert tokens[0] not in kept and hashed(tokens[0]) in kept


@pytest.mark.parametrize(
    "name", ["Claim your grant at http://evil.example/x", "WWW.evil.example", "Go to evil.example/x"]
)
def test_a_name_in_a_mail_leads_nowhere(partnership: Partnership, party: Party, name: str) -> None:
    form = {"role": Role.MEMBER, "name": name, "email": INVITED, "language": "en"}
    refused = client_of(lead_of(partnership, party)).post(reverse("people_invite", args=[partnership.slug]), form)
    assert refused.status_code == 422 and "cannot hold a web address" in refused.content.decode()
    own = client_of(lead_of(partnership, party)).post(reverse("person"), {"name": name, "title": "", "language": "en"})
    assert own.status_code == 422
    with pytest.raises(ValidationError, match="web address"):
        actions.invite_staff(name=name, email=INVITED, language="en", now=timezone.now())
    assert (Invitation.objects.count(), deliver()) == (0, [])


@pytest.mark.parametrize("name", ["Dr. Ana María O’Neill-Ruiz, Jr.", "Code.org", "I.T./Data Office", "St. Mary’s/Elm"])
def test_a_name_may_have_points_and_strokes(partnership: Partnership, party: Party, name: str) -> None:
    by = lead_of(partnership, party)
    about = {"role": Role.MEMBER, "email": INVITED, "language": "en", "now": timezone.now()}
    assert actions.invite(by=by, partnership=partnership, name=name, **about).name == name
