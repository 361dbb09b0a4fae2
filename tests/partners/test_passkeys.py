"""Passkeys: added and removed by their person, used to sign in and as proof; and answers that show nothing."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth import SESSION_KEY
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from fido2.utils import websafe_encode

from ledger.models import Event
from partners.models import Passkey, Person, PersonSession
from tests.factories.people import client_of, make_person
from tests.mail.mailbox import text_of, to
from tests.partners.device import Device

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
LIST, NEW = "/accounts/you/passkeys/", "/accounts/you/passkeys/options/"
ASK, ENTER = "/accounts/login/passkey/options/", "/accounts/login/passkey/"
CONFIRM = "/accounts/confirm/passkey/?next=/accounts/you/mail/"
HOUR = timedelta(hours=1)


def at_home(client: Client) -> Client:
    """Opened by a name, as passkeys need."""
    client.defaults["SERVER_NAME"] = "localhost"
    return client


def browser_of(person: Person, **how: bool) -> Client:
    return at_home(client_of(person, **how))


def added(client: Client, device: Device, name: str = "My phone") -> HttpResponse:
    return client.post(LIST, {"name": name, "answer": device.make(client.post(NEW).json())})


def with_passkey(*, count: int = 0, **fields: object) -> tuple[Person, Device]:
    person, device = make_person(**fields), Device(count=count)
    assert added(browser_of(person), device).url == LIST
    return person, device


def entered(device: Device, **answer: object) -> Client:
    """A browser after somebody tried to sign in with this device."""
    client = at_home(Client())
    client.post(ENTER, {"answer": device.use(client.post(ASK).json(), **answer)})
    return client


def test_somebody_adds_a_passkey_and_signs_in_with_it() -> None:
    person, device = with_passkey()
    assert "“My phone”" in text_of(to(person.email)[-1])
    client = at_home(Client(headers={"User-Agent": "Firefox/140.0 (Windows)"}))
    answer = device.use(client.post(ASK).json())
    assert client.post(ENTER, {"answer": answer, "next": "/accounts/you/mail/"}).url == "/accounts/you/mail/"
    assert client.session[SESSION_KEY] == str(person.pk)
    assert "Signed in with a passkey" in client.get(reverse("sessions")).content.decode()
    assert "last used" in client.get(LIST).content.decode()
    assert PersonSession.objects.get().ends_at is not None


def test_after_it_one_is_never_sent_to_another_site() -> None:
    _person, device = with_passkey()
    client = at_home(Client())
    answer = device.use(client.post(ASK).json())
    assert client.post(ENTER, {"answer": answer, "next": "https://evil.example/"}).url == "/"


def test_a_passkey_is_added_and_removed_by_who_just_showed_that_it_is_them() -> None:
    """A session that was left open on a computer gives itself no key."""
    person, device = with_passkey()
    stale, other = browser_of(person, proved=False), Device()
    assert stale.post(NEW).status_code == 403
    options = browser_of(person).post(NEW).json()
    session = stale.session
    session["new_passkey"] = {
        "state": {"challenge": options["publicKey"]["challenge"], "user_verification": "required"},
        "at": timezone.now().timestamp(),
    }
    session.save()
    pk = Passkey.objects.get().pk
    asked = [
        stale.post(LIST, {"name": "Mine", "answer": other.make(options)}),
        stale.post(reverse("passkey_remove", args=[pk])),
    ]
    assert all(answer.url.startswith("/accounts/confirm/") for answer in asked)
    assert Passkey.objects.get().credential and entered(device).session[SESSION_KEY] == str(person.pk)


def test_a_removed_passkey_lets_nobody_in_and_its_person_is_told() -> None:
    person, device = with_passkey()
    client, pk = browser_of(person), Passkey.objects.get().pk
    assert "My phone" in client.get(reverse("passkey_remove", args=[pk])).content.decode()
    assert client.post(reverse("passkey_remove", args=[pk])).url == LIST
    assert SESSION_KEY not in entered(device).session
    assert to(person.email)[-1].subject == "A passkey was removed"
    assert list(Event.objects.order_by("pk").values_list("kind", flat=True)) == ["passkey.added", "passkey.removed"]


def test_nobody_sees_or_removes_the_passkey_of_somebody_else() -> None:
    with_passkey()
    stranger, pk = browser_of(make_person()), Passkey.objects.get().pk
    assert "My phone" not in stranger.get(LIST).content.decode()
    assert stranger.post(reverse("passkey_remove", args=[pk])).status_code == 404
    assert Passkey.objects.exists()


@pytest.mark.parametrize(
    "answer",
    [
        {"origin": "https://localhost.evil.example"},
        {"origin": "http://localhost:8001"},
        {"host": "evil.example"},
        {"unlocked": False},
    ],
    ids=str,
)
def test_an_answer_from_elsewhere_or_of_a_locked_device_shows_nothing(answer: dict[str, object]) -> None:
    person, device = with_passkey()
    assert SESSION_KEY not in entered(device, **answer).session
    assert entered(device).session[SESSION_KEY] == str(person.pk)
    client = browser_of(person)
    made = Device().make(client.post(NEW).json(), **answer)
    assert client.post(LIST, {"name": "Another", "answer": made}).status_code == 422
    assert Passkey.objects.count() == 1


def test_an_answer_counts_once_in_the_session_that_asked_and_for_five_minutes() -> None:
    _person, device = with_passkey()
    with time_machine.travel(timezone.now(), tick=False) as clock:
        first, second = at_home(Client()), at_home(Client())
        answer = device.use(first.post(ASK).json())
        second.post(ASK)
        second.post(ENTER, {"answer": answer})
        assert SESSION_KEY not in second.session
        first.post(ENTER, {"answer": answer})
        assert SESSION_KEY in first.session
        first.post("/accounts/logout/")
        first.post(ENTER, {"answer": answer})
        assert SESSION_KEY not in first.session
        late = device.use(first.post(ASK).json())
        clock.shift(timedelta(minutes=5))
        first.post(ENTER, {"answer": late})
        assert SESSION_KEY not in first.session


def test_another_key_or_a_changed_answer_shows_nothing() -> None:
    person, device = with_passkey()
    forger = Device()
    forger.credential, forger.person = device.credential, person.pk.bytes
    assert SESSION_KEY not in entered(forger).session
    assert SESSION_KEY not in entered(Device()).session
    for broken in (
        "",
        "{}",
        "[]",
        "null",
        '{"rawId": 1}',
        '{"rawId": "' + Passkey.objects.get().credential + '"}',
        "[" * 9999,
    ):
        client = at_home(Client())
        client.post(ASK)
        assert client.post(ENTER, {"answer": broken}).status_code == 302
        assert SESSION_KEY not in client.session


def test_a_copy_whose_count_falls_behind_lets_nobody_in() -> None:
    person, device = with_passkey(count=7)
    copy_of_it = Device(count=7)
    copy_of_it.key, copy_of_it.credential = device.key, device.credential
    assert entered(device).session[SESSION_KEY] == str(person.pk)
    assert SESSION_KEY not in entered(copy_of_it).session


def test_somebody_who_may_not_sign_in_any_more_does_not_with_a_passkey() -> None:
    person, device = with_passkey()
    Person.objects.filter(pk=person.pk).update(is_active=False)
    client = at_home(Client())
    refused = client.post(ENTER, {"answer": device.use(client.post(ASK).json())}, follow=True)
    assert "The passkey was not taken" in refused.content.decode() and SESSION_KEY not in client.session


def test_it_is_proof_in_the_place_of_a_fresh_code() -> None:
    person, device = with_passkey()
    with time_machine.travel(timezone.now(), tick=False) as clock:
        client = browser_of(person)
        clock.shift(HOUR)
        assert "Use a passkey" in client.get("/accounts/confirm/").content.decode()
        assert client.post(NEW).status_code == 403
        options = client.post(ASK).json()
        assert [one["id"] for one in options["publicKey"]["allowCredentials"]] == [Passkey.objects.get().credential]
        answer = device.use(options)
        assert client.post(CONFIRM, {"answer": answer}).url == "/accounts/you/mail/"
        assert client.post(CONFIRM, {"answer": answer}).url.startswith("/accounts/confirm/"), "it counts once"
        assert client.post(NEW).status_code == 200


def test_the_passkey_of_somebody_else_proves_nothing() -> None:
    """Also where both use one computer."""
    _other, theirs = with_passkey()
    person, _own = with_passkey()
    client = browser_of(person, proved=False)
    answer = theirs.use(client.post(ASK).json())
    assert client.post(CONFIRM, {"answer": answer}).url == "/accounts/confirm/?next=%2Faccounts%2Fyou%2Fmail%2F"
    assert client.post(NEW).status_code == 403


def test_a_session_from_an_operators_link_adds_none_and_proves_nothing() -> None:
    person, device = with_passkey()
    operator = browser_of(person, by_link=True)
    page = operator.get(LIST).content.decode()
    assert "My phone" in page and "Remove" not in page and "Add a passkey" not in page
    assert [operator.post(address).status_code for address in (LIST, NEW)] == [403, 403]
    answer = device.use(operator.post(ASK).json())
    assert operator.post(CONFIRM, {"answer": answer}).status_code == 403


def test_a_device_holds_one_passkey_for_a_person_and_a_person_ten() -> None:
    person, device = with_passkey()
    client = browser_of(person)
    assert len(client.post(NEW).json()["publicKey"]["excludeCredentials"]) == 1
    assert added(client, device).status_code == 422
    for number in range(9):
        added(client, Device(), f"Key {number}")
    refused = added(client, Device(), "One more")
    assert "You have 10 passkeys" in refused.content.decode() and Passkey.objects.count() == 10


def test_at_an_address_in_numbers_the_page_says_why_there_are_none() -> None:
    client = client_of(make_person())
    assert "open it as" in client.get(LIST, headers={"host": "127.0.0.1"}).content.decode()


def test_many_who_ask_from_one_machine_wait_for_a_minute() -> None:
    client = at_home(Client())
    answers = [client.post(ASK).status_code for _try in range(61)]
    assert answers == [200] * 60 + [429]
    assert json.loads(client.post(ASK).content) == {}


@pytest.mark.parametrize("named", ["\ud800", "\0", "x" * 100_000, "é"])
def test_what_is_no_name_of_a_passkey_is_not_looked_for(named: str) -> None:
    client = at_home(Client())
    client.post(ASK)
    answer = client.post(ENTER, {"answer": json.dumps({"rawId": named})})
    assert (answer.status_code, answer.url) == (302, "/accounts/login/code/")


@pytest.mark.parametrize("made", [b"\x19\x00", b"\x81" * 5000, b"\xa1", b""])
def test_a_damaged_answer_adds_nothing(made: bytes) -> None:
    client, device = browser_of(make_person()), Device()
    answer = json.loads(device.make(client.post(NEW).json()))
    answer["response"]["attestationObject"] = websafe_encode(made)
    page = client.post(LIST, {"name": "Mine", "answer": json.dumps(answer)})
    assert page.status_code == 422 and not Passkey.objects.exists()


def test_a_passkey_with_a_longer_name_than_there_is_is_not_added() -> None:
    client, device = browser_of(make_person()), Device()
    device.credential = b"x" * 1100
    assert added(client, device).status_code == 422 and not Passkey.objects.exists()


@pytest.mark.parametrize(("target", "there"), [("logo", "/"), ("//evil.example/", "/"), ("/accounts/you/?a=b", None)])
def test_who_signed_in_goes_on_to_an_address_of_this_site_or_home(target: str, there: str | None) -> None:
    _person, device = with_passkey()
    client = at_home(Client())
    answer = device.use(client.post(ASK).json())
    assert client.post(ENTER, {"answer": answer, "next": target}).url == (there or target)
