"""Many codes for one address: whoever asks for them keeps nobody out, guesses little, and fills no mailbox."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from mail.models import OutboxMail
from partners.models import Person
from partners.parties import Party, Role
from partners.sign_in_codes import network_of
from partners.tokens import token_for
from tests.factories.people import make_invitation, make_partnership, make_person
from tests.mail.mailbox import code_to, deliver, text_of, to

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
REQUEST, CONFIRM = reverse("account_request_login_code"), reverse("account_confirm_login_code")
LONG = re.compile(r"\d{4}( \d{4}){3}")
HOME = "192.0.2.1"


def ask(email: str, client: Client | None = None, *, at: str = HOME) -> HttpResponse:
    return (client or Client()).post(REQUEST, {"email": email}, REMOTE_ADDR=at)


def type_code(client: Client, code: str) -> str | None:
    """Who is signed in then."""
    client.post(CONFIRM, {"code": code})
    return client.session.get("_auth_user_id")


def networks(count: int) -> Iterator[str]:
    return (f"198.{number // 250}.{number % 250}.7" for number in range(count))


def ask_until_long(email: str) -> None:
    """From enough networks that the address is sent no more codes of six digits."""
    for at in networks(31):
        ask(email, at=at)


# --- Nobody is kept out ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("many", [1, 120], ids=["from one network", "from a new one each time"])
def test_who_asks_once_a_minute_for_two_hours_keeps_a_person_off_no_new_device(many: int) -> None:
    person, tries, strangers = make_person(), [], list(networks(many))
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for minute in range(120):
            assert ask(person.email, at=strangers[minute % many]).status_code == 302
            if minute % 15 == 14:
                device = Client()
                ask(person.email, device)
                tries.append(type_code(device, code_to(person.email)))
            clock.shift(timedelta(minutes=1))
    assert tries == [str(person.pk)] * 8
    mails = [LONG.search(text_of(mail)) for mail in to(person.email)]
    assert mails.count(None) <= 30, "of six digits, in a day"
    assert len(mails) - mails.count(None) <= 2 + 8, "one an hour, and one for each that was used"


def test_nor_does_it_keep_somebody_invited_out_of_their_invitation(party: Party) -> None:
    invited = make_invitation(make_partnership(), Role.MEMBER, party, expires_at=timezone.now() + timedelta(days=9))
    page = reverse("invitation", args=[token_for(invited)])
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for number, at in enumerate(networks(60)):
            ask(invited.email, at=at)
            if number % 15 == 14:
                device = Client()
                assert device.post(f"{page}accept/").url == CONFIRM
                assert not LONG.search(text_of(to(invited.email)[-1])), "the link has an allowance of its own"
            clock.shift(timedelta(minutes=1))
    assert type_code(device, code_to(invited.email))
    assert device.get(reverse("people", args=[invited.partnership.slug])).status_code == 200


def test_whoever_opens_the_link_of_an_invitation_too_often_gets_in_by_the_long_code(party: Party) -> None:
    invited = make_invitation(make_partnership(), Role.MEMBER, party, expires_at=timezone.now() + timedelta(days=9))
    page = reverse("invitation", args=[token_for(invited)])
    for _time in range(6):
        device = Client()
        assert device.post(f"{page}accept/").status_code == 302
    assert LONG.search(text_of(to(invited.email)[-1])) and type_code(device, code_to(invited.email))


def test_an_invitation_is_an_allowance_for_its_own_address_alone(party: Party) -> None:
    own = make_invitation(make_partnership(), Role.MEMBER, party, expires_at=timezone.now() + timedelta(days=9))
    victim, client = make_person(), Client()
    ask_until_long(victim.email)
    sent = len(to(victim.email))
    client.post(f"{reverse('invitation', args=[token_for(own)])}accept/")
    for _time in range(3):
        ask(victim.email, client)
    assert len(to(victim.email)) == sent


def test_a_device_that_is_known_has_an_allowance_of_its_own_and_for_its_own_person() -> None:
    person, other, client = make_person(), make_person(), Client()
    ask(person.email, client)
    type_code(client, code_to(person.email))
    client.post("/accounts/logout/")
    for email in (person.email, other.email):
        ask_until_long(email)
    ask(person.email, client)
    assert not LONG.search(text_of(to(person.email)[-1])) and type_code(client, code_to(person.email))
    client.post("/accounts/logout/")
    ask(other.email, client)
    assert LONG.search(text_of(to(other.email)[-1]))


def test_what_strangers_can_do_in_a_whole_day_however_many_they_are() -> None:
    """Each from a network of their own, as often as they like: the mails that they cause, and the guesses they have."""
    person, start = make_person(), timezone.now()
    with time_machine.travel(start, tick=False) as clock:
        device = Client()
        ask(person.email, device, at="203.0.113.1")
        tries = guesses_of(device)
        ask_until_long(person.email)
        deliver()
        for at in networks(46):
            clock.shift(timedelta(minutes=30, seconds=30))
            ask(person.email, at=at)
            deliver()
    mails = [LONG.search(text_of(mail)) for mail in to(person.email)]
    six, long = mails.count(None), len(mails) - mails.count(None)
    assert (six, long, len(mails)) == (30, 24, 54)
    assert six * tries == 150


def guesses_of(device: Client) -> int:
    """How many codes this session may try."""
    tries = 0
    while device.get(CONFIRM).status_code == 200:
        device.post(CONFIRM, {"code": "000000"})
        tries += 1
    return tries


# --- The long code ---------------------------------------------------------------------------------------------------


@pytest.fixture
def person() -> Person:
    found = make_person()
    ask_until_long(found.email)
    return found


def test_it_is_told_on_the_page_and_typed_in_any_browser_once(person: Person) -> None:
    code, first, second = code_to(person.email), Client(), Client()
    for device in (first, second):
        assert b"16 digits" in device.get(ask(person.email, device).url).content
    assert type_code(first, code.replace(" ", "")) == str(person.pk)
    assert type_code(second, code) is None
    ask(person.email, second)
    assert code_to(person.email) != code, "one that was used makes room for the next"


def test_it_works_where_six_digits_were_asked_for(person: Person) -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        code = code_to(person.email)
        clock.shift(timedelta(minutes=119))
        device = Client()
        ask(person.email, device)
        assert type_code(device, code_to(person.email)) == str(person.pk)
    assert code


def test_it_is_over_after_two_hours_and_sent_anew_after_one() -> None:
    person = make_person()
    with time_machine.travel(timezone.now(), tick=False) as clock:
        ask_until_long(person.email)
        code, sent = code_to(person.email), len(to(person.email))
        clock.shift(timedelta(minutes=59))
        ask(person.email)
        assert len(to(person.email)) == sent
        clock.shift(timedelta(minutes=2))
        ask(person.email)
        assert len(to(person.email)) == sent + 1 and code_to(person.email) != code
        clock.shift(timedelta(hours=2))
        device, newest = Client(), code_to(person.email)
        ask(person.email, device)
        assert type_code(device, newest) is None


def test_it_is_of_one_address_and_of_nobody_who_may_not_sign_in_any_more(person: Person) -> None:
    code, other, device = code_to(person.email), make_person(), Client()
    ask(other.email, device)
    assert type_code(device, code) is None
    waits = Client()
    ask(person.email, waits)
    Person.objects.filter(pk=person.pk).update(is_active=False)
    assert type_code(waits, code) is None


def test_a_session_that_waits_for_it_takes_five_tries_and_no_six_digits(person: Person) -> None:
    code, device = code_to(person.email), Client()
    ask(person.email, device)
    for _try in range(5):
        assert type_code(device, "000000") is None
    assert type_code(device, code) is None


# --- What it tells, and where it counts ------------------------------------------------------------------------------


def test_whether_somebody_has_the_address_does_not_show_when_many_are_asked_for(person: Person) -> None:
    ask_until_long("nobody@example.org")
    rows, seen = OutboxMail.objects.count(), []
    for email in (person.email, "nobody@example.org"):
        device = Client()
        with CaptureQueriesContext(connection) as asked:
            ask(email, device)
        page = device.get(CONFIRM).content.decode()
        writes = [query["sql"].split()[0] for query in asked if not query["sql"].startswith("SELECT")]
        seen.append((re.sub(r'(value|content)="[^"]{20,}"|[\w.]+@example.org', "", page), writes))
    assert seen[0] == seen[1] and OutboxMail.objects.count() == rows


def test_to_send_a_code_again_counts_as_asking() -> None:
    person, device = make_person(), Client()
    ask(person.email, device)
    for _time in range(10):
        device.post(CONFIRM, {"action": "resend"}, REMOTE_ADDR=HOME)
    assert len(to(person.email)) == 11 and LONG.search(text_of(to(person.email)[-1]))


def test_a_network_is_what_one_household_or_providers_range_shares(rf: object) -> None:
    found = {
        at: network_of(rf.post("/", REMOTE_ADDR=at)) for at in (HOME, "192.0.2.250", "192.0.3.1", "2001:db8:1:2::3")
    }
    assert list(found.values()) == ["192.0.2.0/24", "192.0.2.0/24", "192.0.3.0/24", "2001:db8:1::/48"]


def test_nothing_that_is_counted_tells_whose_it_was(real_cache: None) -> None:
    """An address of a machine is tried in a second, and so is its bare hash."""
    person, device = make_person(), Client()
    ask(person.email, device)
    type_code(device, "000000")
    with connection.cursor() as cursor:
        cursor.execute("SELECT cache_key FROM cache")
        kept = {key for (key,) in cursor.fetchall()}
    assert len(kept) >= 5 and all(re.fullmatch("[0-9a-f]{64}", key) for key in kept)
    known = {f"allauth:rl:account:request_login_code:30/60/ip:{HOME}", f"{person.email} 192.0.2.0/24"}
    hashes = {hashlib.sha256(f"{prefix}{one}".encode()).hexdigest() for one in known for prefix in ("", ":1:")}
    assert not kept & (hashes | known)


def test_it_is_counted_in_the_store_that_the_product_runs_with_and_not_pushed_out(real_cache: None) -> None:
    """Left to itself, the store keeps 300 rows and forgets the others."""
    person = make_person()
    for _time in range(10):
        ask(person.email)
    for number in range(400):
        cache.set(f"allauth:rl:someone:{number}", [0.0], 900)
    device = Client()
    ask(person.email, device)
    assert LONG.search(text_of(to(person.email)[-1]))
    assert type_code(device, code_to(person.email)) == str(person.pk)
