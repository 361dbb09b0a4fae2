"""Somebody changes the address with which they sign in: through the old one, and seen by both sides."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth import SESSION_KEY
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from ledger.models import Event
from mail.models import OutboxMail
from partners import actions
from partners.authentication_proof import Proof
from partners.dates import date_words
from partners.models import AddressChange, Person
from partners.parties import Party, Role
from partners.tokens import token_for
from tests.factories.people import (
    NOW,
    TODAY,
    client_of,
    lead_of,
    make_invitation,
    make_partnership,
    make_person,
    make_seat,
    proved,
)
from tests.mail.mailbox import code_to, deliver, text_of, to

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
ASK, CONFIRM = "/accounts/you/address/", "/accounts/you/address/confirm/"
NEW = "new@elsewhere.example.org"


def ask(client: Client, email: str = NEW) -> HttpResponse:
    return client.post(ASK, {"email": email})


def change(client: Client, email: str = NEW) -> HttpResponse:
    ask(client, email)
    return client.post(CONFIRM, {"code": code_to(email)})


def without_token(page: HttpResponse, *words: str) -> str:
    kept = re.sub(r'value="[^"]{20,}"', "", page.content.decode())
    for word in words:
        kept = kept.replace(word, "")
    return kept


def test_a_code_to_the_old_address_and_one_to_the_new_change_it() -> None:
    person = make_person(email="maria@ashford.example.org")
    client = client_of(person, proved=False)
    assert "Get a code at the old address" in client.get(ASK).content.decode()
    asked = ask(client)
    assert asked.url == f"/accounts/confirm/?next={ASK.replace('/', '%2F')}" and deliver() == []
    client.post(asked.url, {"send": "1"})
    assert client.post(asked.url, {"code": code_to(person.email)}).url == ASK
    assert f'value="{NEW}"' in client.get(ASK).content.decode(), "what was typed is not lost"
    assert change(client).url == reverse("person")
    assert Person.objects.get(pk=person.pk).email == NEW
    told = text_of(to("maria@ashford.example.org")[-1])
    assert "signs in with n•••@elsewhere.example.org from now on" in told and NEW not in told


def test_from_then_on_codes_go_to_the_new_address_alone() -> None:
    person = make_person()
    before = person.email
    change(client_of(person))
    sent = len(deliver())
    Client().post("/accounts/login/code/", {"email": before})
    assert len(deliver()) == sent
    client = Client()
    client.post("/accounts/login/code/", {"email": NEW})
    client.post("/accounts/login/code/confirm/", {"code": code_to(NEW)})
    assert client.session[SESSION_KEY] == str(person.pk)


def test_a_code_that_went_to_the_old_address_before_lets_nobody_in_and_proves_nothing() -> None:
    person = make_person()
    before, client, thief = person.email, client_of(person), Client()
    thief.post("/accounts/login/code/", {"email": before})
    stolen = code_to(before)
    client.post("/accounts/confirm/", {"send": "1"})
    fresh = code_to(before)
    change(client)
    thief.post("/accounts/login/code/confirm/", {"code": stolen})
    assert SESSION_KEY not in thief.session
    assert client.post("/accounts/confirm/", {"code": fresh}).status_code == 422


def test_an_address_that_is_another_persons_says_nothing_of_it() -> None:
    """The same pages and the same work; its owner is told by mail, and the code that is typed never fits."""
    person, other = make_person(), make_person()
    free, taken = client_of(person), client_of(person)
    pages = [
        (ask(client, email), without_token(client.get(CONFIRM), email))
        for client, email in ((free, NEW), (taken, other.email.upper()))
    ]
    (first, first_page), (second, second_page) = pages
    assert (first.status_code, first.url) == (second.status_code, second.url)
    assert first_page.replace(other.email, "") == second_page.replace(other.email, "")
    assert OutboxMail.objects.count() == 2
    assert "Nobody was told that the address is yours" in text_of(to(other.email)[-1])
    assert not re.search(r"\b\d{6}\b", text_of(to(other.email)[-1]))
    guessed = [taken.post(CONFIRM, {"code": code}).status_code for code in ("000000", "123456")]
    assert guessed == [422, 422] and Person.objects.get(pk=person.pk).email == person.email


def test_an_address_that_somebody_took_meanwhile_is_refused_and_nothing_else_happens() -> None:
    person = make_person()
    client = client_of(person)
    ask(client)
    code = code_to(NEW)
    make_person(email=NEW)
    refused = client.post(CONFIRM, {"code": code})
    assert refused.status_code == 422 and "Somebody signs in with this address already" in refused.content.decode()
    assert Person.objects.get(pk=person.pk).email == person.email
    assert not AddressChange.objects.exists() and not Event.objects.exists()


def test_five_wrong_codes_end_it_and_a_code_is_good_for_fifteen_minutes() -> None:
    person = make_person()
    client = client_of(person)
    ask(client)
    code = code_to(NEW)
    for _try in range(6):
        client.post(CONFIRM, {"code": "none"})
    assert client.post(CONFIRM, {"code": code}).url == ASK
    with time_machine.travel(timezone.now(), tick=False) as clock:
        client = client_of(person)
        ask(client)
        clock.shift(timedelta(minutes=15, seconds=1))
        assert client.post(CONFIRM, {"code": code_to(NEW)}).url == ASK
    assert Person.objects.get(pk=person.pk).email == person.email


def test_the_other_sessions_end_and_this_one_stays() -> None:
    person = make_person()
    clients = [Client(), Client()]
    for client in clients:
        client.post("/accounts/login/code/", {"email": person.email})
        client.post("/accounts/login/code/confirm/", {"code": code_to(person.email)})
    here, there = clients
    change(here)
    assert [client.get(reverse("person")).status_code for client in (here, there)] == [200, 302]


def test_both_sides_see_on_people_and_in_the_history_that_an_address_changed(party: Party) -> None:
    partnership = make_partnership()
    person = lead_of(partnership, party)
    Person.objects.filter(pk=person.pk).update(email="ana@ashford.example.org")
    with time_machine.travel(NOW + timedelta(days=1), tick=False):
        change(client_of(Person.objects.get(pk=person.pk)))
    changed = date_words(TODAY + timedelta(days=1))
    for side in Party:
        client = client_of(lead_of(partnership, side))
        people = client.get(reverse("people", args=[partnership.slug])).content.decode()
        assert (
            f"Signs in with n•••@elsewhere.example.org since {changed}" in people
            and "before with a•••@ashford" in people
        )
        history = client.get(reverse("history", args=[partnership.slug])).content.decode()
        assert "signs in with another address: n•••@elsewhere.example.org" in history
        for page in (people, history):
            assert "ana@ashford" not in page and (side == party or NEW not in page)


def test_the_leads_beside_them_are_told_once_and_read_no_more_than_on_people(party: Party) -> None:
    """Of both sides; and whoever shares no partnership with them reads nothing."""
    first, second, other = make_partnership(), make_partnership(seated=False), make_partnership()
    person = make_seat(first, Role.MEMBER, party).person
    Person.objects.filter(pk=person.pk).update(name="Ana Reyes", email="ana@ashford.example.org")
    make_seat(second, Role.LEAD, party.other, person=lead_of(first, party.other))
    make_seat(second, Role.TECHNOLOGY_PARTNER, person=person)
    change(client_of(Person.objects.get(pk=person.pk)))
    for side in Party:
        told = to(lead_of(first, side).email)
        assert [message.subject.partition(" · ")[0] for message in told] == [
            "Ana Reyes writes from another address now"
        ]
        words = text_of(told[0])
        assert "n•••@elsewhere.example.org" in words and "a•••@ashford" in words
        assert NEW not in words and "ana@ashford" not in words
        assert to(lead_of(other, side).email) == []


def test_what_is_on_its_way_follows() -> None:
    """An invitation that is open, and mail that waits."""
    person, partnership = make_person(), make_partnership()
    invitation = make_invitation(
        partnership, Role.PRODUCT_ADVISOR, email=person.email, expires_at=timezone.now() + timedelta(days=9)
    )
    actions.make_sign_in_link(person=person, now=timezone.now())
    client = client_of(person)
    ask(client)
    code = OutboxMail.objects.get(to=NEW).secret["code"]
    client.post(CONFIRM, {"code": code})
    assert "An operator made a link to sign you in" in {message.subject for message in to(NEW)}
    client.post(reverse("invitation_accept", args=[token_for(invitation)]), {"agree": "on"})
    assert partnership.seats.filter(person=person, ended_at=None).exists()
    assert Person.objects.filter(email=person.email).count() == 0


def test_it_asks_for_a_fresh_proof_when_it_happens_too() -> None:
    person = make_person()
    with time_machine.travel(timezone.now(), tick=False) as clock:
        client = client_of(person)
        clock.shift(timedelta(minutes=10))
        ask(client)
        clock.shift(timedelta(minutes=6))
        assert client.post(CONFIRM, {"code": code_to(NEW)}).url.startswith("/accounts/confirm/?next=")
        assert Person.objects.get(pk=person.pk).email == person.email


def test_a_passkey_is_proof_as_good_as_a_code_to_the_old_address() -> None:
    person, now = make_person(), timezone.now()
    by_passkey = Proof(method="passkey", at=now, address="p•••@example.org")
    changed = actions.change_address(by=person, email=NEW, key="", proof=by_passkey, now=now)
    assert changed.proof_method == "passkey" and Person.objects.get(pk=person.pk).email == NEW


def test_made_up_people_keep_their_address() -> None:
    person = make_person(is_demo=True)
    with pytest.raises(actions.address_changes.ValidationError, match="demonstration"):
        actions.change_address(by=person, email=NEW, key="", **proved(timezone.now()))
    assert Person.objects.get(pk=person.pk).email != NEW
