"""Where somebody is signed in: their own list, and signing out from it in another place."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from partners import actions
from partners.devices import browser_of, device_words, system_of
from partners.models import Person, PersonSession
from tests.factories.people import client_of, make_person
from tests.mail.mailbox import code_to
from topcities.expiry import clear_what_is_over

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/18.5 Mobile/15E148 Safari/604.1"
)
CHROMEBOOK = "Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 Chrome/138.0.0.0 Safari/537.36 Edg/138.0.0.0"
PAGE = "/accounts/you/sessions/"


def signed_in(person: Person, browser: str, *, keep: bool = False) -> Client:
    """Through the front door, as a browser does."""
    client = Client(headers={"User-Agent": browser})
    client.post("/accounts/login/code/", {"email": person.email})
    client.post(
        "/accounts/login/code/confirm/", {"code": code_to(person.email), **({"remember": "on"} if keep else {})}
    )
    return client


@pytest.mark.parametrize(
    ("browser", "words"),
    [
        (WINDOWS, "Firefox on Windows"),
        (IPHONE, "Safari on iPhone"),
        (CHROMEBOOK, "Edge on ChromeOS"),
        ("", "Another browser"),
        ("<script>alert(1)</script>", "Another browser"),
    ],
)
def test_a_device_is_told_in_words_of_ours(browser: str, words: str) -> None:
    assert device_words(browser_of(browser), system_of(browser)) == words


def test_a_person_sees_where_they_are_signed_in_and_signs_out_there() -> None:
    person, other = make_person(), make_person()
    desk, phone, strangers = signed_in(person, WINDOWS), signed_in(person, IPHONE), signed_in(other, CHROMEBOOK)
    page = desk.get(PAGE).content.decode()
    here, elsewhere = page.split("Elsewhere")
    assert "Firefox on Windows" in here and "Sign out there" not in here
    assert "Safari on iPhone" in elsewhere and "Edge on ChromeOS" not in page
    there = PersonSession.objects.get(person=person, browser="safari")
    assert desk.post(reverse("session_end", args=[there.pk]), follow=True).status_code == 200
    assert phone.get(PAGE).status_code == 302
    assert desk.get(PAGE).status_code == strangers.get(PAGE).status_code == 200


def test_nobody_ends_a_session_that_is_not_theirs() -> None:
    person, other = make_person(), make_person()
    desk, strangers = signed_in(person, WINDOWS), signed_in(other, IPHONE)
    theirs = PersonSession.objects.get(person=other)
    desk.post(reverse("session_end", args=[theirs.pk]))
    desk.post(reverse("sessions_end_others"))
    assert strangers.get(PAGE).status_code == 200


def test_signing_out_in_all_other_places_leaves_this_one() -> None:
    person = make_person()
    desk, phone, third = (signed_in(person, browser) for browser in (WINDOWS, IPHONE, CHROMEBOOK))
    assert (
        "You are signed out in 2 other places."
        in phone.post(reverse("sessions_end_others"), follow=True).content.decode()
    )
    assert [client.get(PAGE).status_code for client in (desk, phone, third)] == [302, 200, 302]


def test_a_session_begun_by_an_operator_is_seen_and_ended_and_ends_no_other() -> None:
    person = make_person()
    desk = signed_in(person, WINDOWS)
    token = actions.make_sign_in_link(person=person, now=timezone.now())
    operator = Client(headers={"User-Agent": CHROMEBOOK})
    operator.post(reverse("sign_in_link", args=[token]))
    assert "Sign out there" not in operator.get(PAGE).content.decode()
    assert operator.post(reverse("sessions_end_others")).status_code == 403
    page = desk.get(PAGE).content.decode()
    assert "Came in with a link from an operator" in page
    desk.post(reverse("session_end", args=[PersonSession.objects.get(method="link").pk]))
    assert operator.get(PAGE).status_code == 302


def test_the_last_use_is_noted_once_an_hour_and_told_by_the_day_where_the_person_is() -> None:
    """At half past ten in the evening on an island where it is tomorrow already."""
    person = make_person(time_zone="Pacific/Kiritimati")
    with time_machine.travel("2027-03-02T22:30:00Z", tick=False) as clock:
        client = signed_in(person, WINDOWS, keep=True)
        began = PersonSession.objects.get().seen_at
        clock.shift(timedelta(minutes=59))
        client.get(PAGE)
        assert PersonSession.objects.get().seen_at == began
        clock.shift(timedelta(days=8))
        page = client.get(PAGE).content.decode()
        assert "since March 3, 2027, last used March 11, 2027" in page


def test_a_session_that_is_over_is_not_in_the_list_and_goes_from_it_within_a_day() -> None:
    person = make_person()
    with time_machine.travel(timezone.now(), tick=False) as clock:
        kept, _short = signed_in(person, WINDOWS, keep=True), signed_in(person, IPHONE)
        clock.shift(timedelta(hours=13))
        page = kept.get(PAGE).content.decode()
        assert "Firefox on Windows" in page and "iPhone" not in page
    Session.objects.filter(session_key=PersonSession.objects.get(browser="safari").key).delete()
    clear_what_is_over(timezone.now())
    assert PersonSession.objects.get().browser == "firefox"


def test_who_signs_in_anew_in_the_same_browser_has_one_session_there() -> None:
    person = make_person()
    client = signed_in(person, WINDOWS)
    client.post("/accounts/logout/")
    assert not PersonSession.objects.open_at(timezone.now()).exists()
    client.post("/accounts/login/code/", {"email": person.email})
    client.post("/accounts/login/code/confirm/", {"code": code_to(person.email)})
    assert PersonSession.objects.open_at(timezone.now()).get().key == client.session.session_key


def test_a_session_from_before_there_was_a_list_joins_it_when_it_is_used() -> None:
    person = make_person()
    client = client_of(person)
    session = client.session
    del session["seen_at"]
    session.save()
    client.get(PAGE)
    assert PersonSession.objects.get().key == session.session_key
