"""The people page, and what may be done there: by whom, and what nobody gets to see."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from ledger.models import Event
from mail.models import MailState, OutboxMail
from partners import actions
from partners.models import Invitation, Partnership
from partners.parties import Party, Role
from partners.rules import Refused
from partners.tokens import token_for
from tests.factories.people import (
    client_of,
    everybody,
    lead_of,
    make_invitation,
    make_partnership,
    make_person,
    make_seat,
    member_of,
    staff_of,
)
from tests.mail.mailbox import deliver, link_to, to

pytestmark = pytest.mark.django_db
LATER = {"expires_at": timezone.now() + timedelta(days=30)}
SECRET_ADDRESS = "very.private@example.org"


@pytest.fixture
def partnership() -> Partnership:
    return make_partnership()


def at(partnership: Partnership, name: str = "people", **more: object) -> str:
    return reverse(name, kwargs={"slug": partnership.slug, **more})


def without_token(answer: HttpResponse, address: str) -> str:
    """A page as it is for everybody: without the form token, which differs each time, and its own address."""
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", answer.content.decode()).replace(address, "")


def corrected(**changes: str) -> dict[str, str]:
    return {"name": "Ines Invited", "email": SECRET_ADDRESS, "language": "en", **changes}


def test_everybody_of_the_partnership_sees_the_same_seats(partnership: Partnership) -> None:
    for who, person in everybody(partnership).items():
        answer = client_of(person).get(at(partnership))
        if who in {"outsider", "superuser"}:
            assert answer.status_code == 404
        else:
            page = answer.content.decode()
            assert all(lead_of(partnership, party).name in page for party in Party), who


def test_of_another_partnership_is_answered_as_if_it_never_was(partnership: Partnership, party: Party) -> None:
    outsider = client_of(lead_of(make_partnership(), party))
    invitation = make_invitation(partnership, Role.PRODUCT_ADVISOR, **LATER)
    seat = make_seat(partnership, Role.EXECUTIVE_SPONSOR)
    never = at(partnership).replace(partnership.slug, "never-was")
    addresses = [
        at(partnership),
        at(partnership, "people_invite"),
        at(partnership, "invitation_correct", pk=invitation.pk),
        at(partnership, "invitation_cancel", pk=invitation.pk),
        at(partnership, "seat_end", pk=seat.pk),
        at(partnership, "people_invite_lead", party=party),
    ]
    for address in addresses:
        answer, other = outsider.post(address), outsider.post(never)
        assert answer.status_code == other.status_code == 404
        assert without_token(answer, address) == without_token(other, never)
    own = lead_of(partnership, party)
    elsewhere = make_invitation(make_partnership(), Role.PRODUCT_ADVISOR, **LATER)
    assert client_of(own).get(at(partnership, "invitation_correct", pk=elsewhere.pk)).status_code == 404


def test_the_address_of_an_invitation_is_shown_to_those_alone_who_may_correct_it(
    partnership: Partnership, party: Party
) -> None:
    invitation = make_invitation(partnership, Role.MEMBER, party, email=SECRET_ADDRESS, **LATER)
    for who, person in everybody(partnership).items():
        client = client_of(person)
        page = client.get(at(partnership)).content.decode()
        form = client.get(at(partnership, "invitation_correct", pk=invitation.pk))
        assert (SECRET_ADDRESS in page) == (who == f"{party} lead"), who
        assert (SECRET_ADDRESS in form.content.decode()) == (who == f"{party} lead"), who


def test_no_page_shows_the_link_or_the_addresses_of_those_seated(partnership: Partnership, party: Party) -> None:
    invitation = make_invitation(partnership, Role.MEMBER, party, email=SECRET_ADDRESS, **LATER)
    people = everybody(partnership)
    for person in people.values():
        client = client_of(person)
        for address in (at(partnership), at(partnership, "invitation_correct", pk=invitation.pk)):
            answer = client.get(address)
            page = f"{answer.content.decode()}{dict(answer.headers)}"
            assert token_for(invitation) not in page and invitation.nonce not in page
            assert invitation.token_hash not in page
            assert not [p.email for p in people.values() if p != person and p.email in page]


def test_send_again_to_the_same_address_holds_the_same_link_and_does_not_show_it(
    partnership: Partnership, party: Party
) -> None:
    client = client_of(lead_of(partnership, party))
    client.post(at(partnership, "people_invite"), {"role": "member", **corrected()})
    first, invitation = link_to(SECRET_ADDRESS), Invitation.objects.get()
    answer = client.post(at(partnership, "invitation_correct", pk=invitation.pk), corrected(), follow=True)
    assert token_for(invitation) not in answer.content.decode()
    assert len(to(SECRET_ADDRESS)) == 2 and link_to(SECRET_ADDRESS) == first
    assert Event.objects.filter(chain=partnership.id, kind="invitation.resent").count() == 1


def test_a_corrected_address_gets_a_new_link_and_the_replaced_one_is_dead(
    partnership: Partnership, party: Party
) -> None:
    client = client_of(lead_of(partnership, party))
    client.post(at(partnership, "people_invite"), {"role": "member", **corrected(email="wrong@example.org")})
    wrong, invitation = link_to("wrong@example.org"), Invitation.objects.get()
    client.post(at(partnership, "invitation_correct", pk=invitation.pk), corrected())
    assert Client().get(wrong).status_code == 410
    assert client_of(make_person(email="wrong@example.org")).post(f"{wrong}accept/").status_code == 410
    assert Client().get(link_to(SECRET_ADDRESS)).status_code == 200
    told = Event.objects.get(chain=partnership.id, kind="invitation.corrected").content.payload
    assert told["was"]["address"] == "w•••@example.org" and told["address"] == "v•••@example.org"
    assert SECRET_ADDRESS not in str(told)


def test_a_mail_that_still_waits_for_a_replaced_invitation_is_not_sent(partnership: Partnership, party: Party) -> None:
    client = client_of(lead_of(partnership, party))
    client.post(at(partnership, "people_invite"), {"role": "member", **corrected(email="wrong@example.org")})
    client.post(at(partnership, "invitation_correct", pk=Invitation.objects.get().pk), corrected())
    assert [message.to for message in deliver()] == [[SECRET_ADDRESS]]


def test_an_accepted_invitation_cannot_be_corrected(partnership: Partnership, party: Party) -> None:
    lead = lead_of(partnership, party)
    invitation = make_invitation(partnership, Role.MEMBER, party, by=lead, **LATER)
    person = make_person(email=invitation.email)
    actions.accept(by=person, invitation=invitation, now=timezone.now())
    answer = client_of(lead).post(at(partnership, "invitation_correct", pk=invitation.pk), corrected())
    assert answer.status_code == 422 and "accepted already" in answer.content.decode()
    assert Invitation.objects.count() == 1


def test_staff_correct_a_leads_invitation_and_the_other_sides_lead_does_not(party: Party) -> None:
    partnership = make_partnership()
    partnership.seats.filter(party=party).delete()
    invitation = make_invitation(partnership, Role.LEAD, party, **LATER)
    address = at(partnership, "invitation_correct", pk=invitation.pk)
    assert client_of(lead_of(partnership, party.other)).post(address, corrected()).status_code == 403
    assert client_of(staff_of(partnership.program)).post(address, corrected()).status_code == 302
    assert Client().get(link_to(SECRET_ADDRESS)).status_code == 200
    assert Event.objects.filter(chain=partnership.id, kind="refused").count() == 1


def test_a_lead_who_declined_can_be_followed_by_another(party: Party) -> None:
    partnership = make_partnership(seated=False)
    staff = staff_of(partnership.program)
    for side in Party:
        invitation = make_invitation(partnership, Role.LEAD, side, **LATER)
        if side == party:
            actions.decline(invitation=invitation, reason="I retire", now=timezone.now())
            declined = invitation
    client = client_of(staff)
    page = client.get(at(partnership)).content.decode()
    assert "I retire" in page
    client.post(at(partnership, "invitation_correct", pk=declined.pk), corrected())
    assert Invitation.objects.get(replaces=declined).party == party


def test_staff_invite_a_lead_where_there_is_neither_one_nor_an_invitation(party: Party) -> None:
    partnership = make_partnership()
    partnership.seats.filter(party=party).delete()
    form = {f"{party}-{field}": value for field, value in corrected().items()}
    address = at(partnership, "people_invite_lead", party=party)
    assert client_of(lead_of(partnership, party.other)).post(address, form).status_code == 403
    staff = client_of(staff_of(partnership.program))
    assert staff.post(address, form).status_code == 302
    assert staff.post(address, form).status_code == 422
    assert Invitation.objects.get().party == party


def test_an_invitation_that_is_taken_back_cannot_be_accepted(partnership: Partnership, party: Party) -> None:
    lead = lead_of(partnership, party)
    invitation = make_invitation(partnership, Role.MEMBER, party, by=lead, **LATER)
    other = client_of(lead_of(partnership, party.other))
    assert other.post(at(partnership, "invitation_cancel", pk=invitation.pk)).status_code == 403
    client_of(lead).post(at(partnership, "invitation_cancel", pk=invitation.pk))
    person = client_of(make_person(email=invitation.email))
    assert person.post(reverse("invitation_accept", args=[token_for(invitation)])).status_code == 410


def test_a_member_removed_in_mid_session_is_refused_at_the_next_request(partnership: Partnership, party: Party) -> None:
    member = member_of(partnership, party)
    session = client_of(member)
    assert session.get(at(partnership)).status_code == 200
    seat = partnership.seats.get(person=member)
    client_of(lead_of(partnership, party)).post(at(partnership, "seat_end", pk=seat.pk))
    assert session.get(at(partnership)).status_code == 404
    assert "no longer take part" in to(member.email)[-1].subject


def test_only_the_lead_of_their_own_side_removes_a_member(partnership: Partnership, party: Party) -> None:
    people = everybody(partnership)
    seat = partnership.seats.get(person=people[f"{party} member"])
    for who, person in people.items():
        if who not in {f"{party} lead", f"{party} member"}:
            answer = client_of(person).post(at(partnership, "seat_end", pk=seat.pk))
            assert answer.status_code in {403, 404}, who
    seat.refresh_from_db()
    assert seat.ended_at is None


def test_nobody_removes_a_lead(partnership: Partnership, party: Party) -> None:
    for person in everybody(partnership).values():
        with pytest.raises(Refused):
            actions.end_seat(by=person, seat=partnership.seats.get(role=Role.LEAD, party=party), now=timezone.now())


def test_a_refused_attempt_is_written_to_the_ledger_once_a_minute(partnership: Partnership, party: Party) -> None:
    member = member_of(partnership, party)
    client = client_of(member)
    for _try in range(3):
        assert client.post(at(partnership, "people_invite"), {"role": "member", **corrected()}).status_code == 403
    event = Event.objects.get(chain=partnership.id, kind="refused")
    assert event.actor == member.pk and event.content.payload == {"what": "POST people_invite"}
    assert not Invitation.objects.exists()


def test_what_was_typed_is_still_there_when_it_is_refused(partnership: Partnership, party: Party) -> None:
    client = client_of(lead_of(partnership, party))
    form = {"role": "advisor", "name": "Nadia Ünlü", "email": "not an address", "language": "es"}
    page = client.post(at(partnership, "people_invite"), form).content.decode()
    assert "Nadia Ünlü" in page and "not an address" in page
    assert 'value="advisor" selected' in page and 'value="es" selected' in page


def test_what_was_typed_is_still_there_when_the_session_had_ended(partnership: Partnership, party: Party) -> None:
    client = client_of(lead_of(partnership, party))
    client.post("/accounts/logout/")
    form = {"name": "Nadia <b>Ünlü</b>", "csrfmiddlewaretoken": "a" * 64}
    before = {"Referer": f"http://testserver{at(partnership)}"}
    answer = client.post(at(partnership, "people_invite"), form, headers=before)
    page = answer.content.decode()
    assert answer.status_code == 403 and "Nadia &lt;b&gt;Ünlü" in page and "a" * 64 not in page
    assert f"?next={at(partnership)}" in page
    elsewhere = client.post(at(partnership, "people_invite"), form, headers={"Referer": "https://evil.example/x"})
    assert "evil" not in elsewhere.content.decode()


def test_mail_that_could_not_be_delivered_is_said_until_it_is_sent_again(
    partnership: Partnership, party: Party
) -> None:
    lead = client_of(lead_of(partnership, party))
    lead.post(at(partnership, "people_invite"), {"role": "member", **corrected()})
    OutboxMail.objects.update(state=MailState.GIVEN_UP)
    words = "could not be delivered"
    assert words in lead.get(at(partnership)).content.decode()
    lead.post(at(partnership, "invitation_correct", pk=Invitation.objects.get().pk), corrected())
    assert words not in lead.get(at(partnership)).content.decode()


@pytest.mark.parametrize("crowd", [1, 6])
def test_the_page_takes_the_same_number_of_queries_for_any_number_of_people(
    partnership: Partnership, crowd: int, django_assert_num_queries: object
) -> None:
    for _one in range(crowd):
        make_seat(partnership, Role.PRODUCT_ADVISOR)
        make_invitation(partnership, Role.PRODUCT_ADVISOR, **LATER)
    client = client_of(staff_of(partnership.program))
    with django_assert_num_queries(18):
        client.get(at(partnership))


def test_script_in_a_name_or_reason_is_text(partnership: Partnership, party: Party) -> None:
    script = "<script>alert(1)</script>"
    invitation = make_invitation(partnership, Role.MEMBER, party, name=script, **LATER)
    actions.decline(invitation=invitation, reason=script, now=timezone.now())
    page = client_of(lead_of(partnership, party)).get(at(partnership)).content.decode()
    assert script not in page and page.count("&lt;script&gt;alert(1)") >= 2
