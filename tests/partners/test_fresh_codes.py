"""Proof of who somebody is: what a session holds, how long it is fresh, and the code that renews it."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone

from partners.authentication_proof import Proof, is_fresh, mask, proof_of
from partners.models import Person
from tests.factories.people import NOW, by_link, client_of, make_person
from tests.mail.mailbox import code_to, deliver, to

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
PAGE = "/accounts/confirm/"


def proof_in(client: Client, person: Person) -> Proof | None:
    request = RequestFactory().get("/")
    request.session, request.user = client.session, person
    return proof_of(request)


def send(client: Client) -> HttpResponse:
    return client.post(f"{PAGE}?next=/accounts/you/", {"send": "1"})


def type_code(client: Client, code: str, target: str = "/accounts/you/") -> HttpResponse:
    return client.post(f"{PAGE}?next={target}", {"code": code})


def test_signing_in_is_a_proof_that_is_fresh_for_fifteen_minutes() -> None:
    person = make_person(email="maria@example.org")
    client = Client()
    with time_machine.travel(timezone.now(), tick=False) as clock:
        client.post("/accounts/login/code/", {"email": person.email})
        client.post("/accounts/login/code/confirm/", {"code": code_to(person.email)})
        proof = proof_in(client, person)
        assert proof and (proof.method, proof.address) == ("email code", "m•••@example.org")
        assert proof.at == timezone.now()
        clock.shift(timedelta(minutes=15))
        assert is_fresh(proof, timezone.now())
        clock.shift(timedelta(seconds=1))
        assert not is_fresh(proof, timezone.now())


def test_a_session_without_a_code_is_no_proof_and_none_is_never_fresh() -> None:
    person = make_person()
    assert proof_in(client_of(person, proved=False), person) is None
    assert not is_fresh(None, NOW)


def test_a_session_begun_by_link_is_no_proof_even_beside_a_code() -> None:
    person = make_person()
    assert proof_in(client_of(person), person)
    assert proof_in(client_of(person), by_link(person)) is None


def test_the_proof_of_somebody_else_in_the_same_browser_does_not_count() -> None:
    person, other = make_person(), make_person()
    assert proof_in(client_of(other), person) is None


def test_a_clock_that_ran_ahead_gives_no_fresh_proof() -> None:
    ahead = Proof("email code", NOW + timedelta(hours=1), "m•••@example.org")
    assert not is_fresh(ahead, NOW)


def test_a_fresh_code_renews_the_proof_and_leads_back() -> None:
    person = make_person()
    with time_machine.travel(timezone.now(), tick=False) as clock:
        client = client_of(person)
        clock.shift(timedelta(hours=2))
        client.get(PAGE)
        assert deliver() == []
        send(client)
        done = type_code(client, code_to(person.email))
        assert (done.status_code, done.url) == (302, "/accounts/you/")
        assert is_fresh(proof_in(client, person), timezone.now())


def test_a_code_is_good_once() -> None:
    person = make_person()
    client = client_of(person)
    send(client)
    code = code_to(person.email)
    type_code(client, code)
    assert type_code(client, code).status_code == 422


def test_a_new_code_replaces_the_one_before() -> None:
    person = make_person()
    client = client_of(person, proved=False)
    send(client)
    first = code_to(person.email)
    send(client)
    second = code_to(person.email)
    assert first == second or type_code(client, first).status_code == 422
    assert proof_in(client, person) is None or first == second


def test_five_wrong_tries_end_a_code_even_when_the_session_is_put_back() -> None:
    person = make_person()
    client = client_of(person, proved=False)
    send(client)
    code = code_to(person.email)
    kept = dict(client.session.items())
    for _try in range(5):
        type_code(client, "000000" if code != "000000" else "111111")
        session = client.session
        session.update(kept)
        session.save()
    assert type_code(client, code).status_code == 422
    assert proof_in(client, person) is None


def test_too_old_a_code_is_refused() -> None:
    person = make_person()
    with time_machine.travel(timezone.now(), tick=False) as clock:
        client = client_of(person, proved=False)
        send(client)
        code = code_to(person.email)
        clock.shift(timedelta(minutes=16))
        assert type_code(client, code).status_code == 422


def test_codes_are_limited_by_person() -> None:
    person = make_person()
    client = client_of(person)
    answers = [send(client).status_code for _try in range(6)]
    assert answers == [302] * 5 + [429] and len(to(person.email)) == 5


def test_the_code_is_in_the_mail_alone() -> None:
    person = make_person()
    client = client_of(person)
    send(client)
    code = code_to(person.email)
    answer = client.get(PAGE)
    assert code not in answer.content.decode() and code not in str(dict(client.session.items()))


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_it_leads_to_no_other_site(target: str) -> None:
    person = make_person()
    client = client_of(person)
    send(client)
    assert "evil" not in client.get(f"{PAGE}?next={target}").content.decode().split("<main")[1]
    assert type_code(client, code_to(person.email), target).url == reverse("home")


def test_a_session_begun_by_link_cannot_renew_itself() -> None:
    client = client_of(make_person(), by_link=True)
    assert client.get(PAGE).status_code == 403
    assert send(client).status_code == 403 and deliver() == []


@pytest.mark.parametrize(
    ("address", "masked"),
    [("maria@example.org", "m•••@example.org"), ("a@b.org", "a•••@b.org"), ("", "•••"), ("m•••@b.org", "m•••@b.org")],
)
def test_masking_keeps_the_first_letter_and_the_domain(address: str, masked: str) -> None:
    assert mask(address) == masked
