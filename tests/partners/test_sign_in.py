"""Signing in: a six-digit code by mail, the same for everybody. Where many are asked for: test_sign_in_codes.py."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from mail.models import OutboxMail
from tests.factories.people import client_of, make_partnership, make_person
from tests.mail.mailbox import code_to, deliver, to
from tests.mail.worker_process import address_of
from tests.running.process import run

pytestmark = pytest.mark.django_db

REQUEST, CONFIRM = "/accounts/login/code/", "/accounts/login/code/confirm/"


def ask(client: Client, email: str, **more: object) -> HttpResponse:
    return client.post(REQUEST, {"email": email}, **more)


def sign_in(client: Client, email: str, **fields: object) -> HttpResponse:
    ask(client, email)
    return client.post(CONFIRM, {"code": code_to(email), **fields})


def test_a_code_of_six_digits_signs_in_and_leads_to_the_page_asked_for(client: Client) -> None:
    person = make_person()
    page = reverse("person")
    asked = client.get(page)
    assert asked.status_code == 302 and asked.url.startswith(REQUEST)
    sent = client.post(asked.url, {"email": person.email.upper()})
    done = client.post(sent.url, {"code": code_to(person.email)})
    assert (done.status_code, done.url) == (302, page)
    assert client.get(page).status_code == 200


def test_the_code_is_blanked_once_it_was_sent(client: Client) -> None:
    person = make_person()
    ask(client, person.email)
    assert OutboxMail.objects.get(person=person).secret
    code_to(person.email)
    assert OutboxMail.objects.get(person=person).secret is None


def test_a_wrong_code_does_not_sign_in_and_five_end_it(client: Client) -> None:
    person = make_person()
    ask(client, person.email)
    code = code_to(person.email)
    wrong = "000000" if code != "000000" else "111111"
    for _try in range(5):
        client.post(CONFIRM, {"code": wrong})
    client.post(CONFIRM, {"code": code})
    assert "_auth_user_id" not in client.session


def test_tries_that_come_at_once_are_counted_together(client: Client) -> None:
    """A script that sends many at the same time works on copies of one session: the count is kept outside it."""
    person = make_person()
    ask(client, person.email)
    code = code_to(person.email)
    before = Session.objects.get(session_key=client.session.session_key).session_data
    for _try in range(5):
        client.post(CONFIRM, {"code": "000000" if code != "000000" else "111111"})
        Session.objects.update(session_data=before)
    client.post(CONFIRM, {"code": code})
    assert "_auth_user_id" not in client.session


def test_a_code_is_good_for_fifteen_minutes(client: Client) -> None:
    person = make_person()
    with time_machine.travel(timezone.now(), tick=False) as clock:
        ask(client, person.email)
        code = code_to(person.email)
        clock.shift(timedelta(minutes=15, seconds=1))
        client.post(CONFIRM, {"code": code})
        assert "_auth_user_id" not in client.session


def test_an_address_that_nobody_has_gets_the_same_answer_and_no_mail(client: Client) -> None:
    person = make_person()
    known, unknown = ask(client, person.email), ask(Client(), "nobody@example.org")
    assert (known.status_code, known.url) == (unknown.status_code, unknown.url)
    other = Client()
    ask(other, "nobody@example.org")
    pages = [
        re.sub(rb'(value|content)="[^"]{20,}"|[\w.]+@example.org', b"", c.get(CONFIRM).content) for c in (client, other)
    ]
    assert pages[0] == pages[1]
    assert [message.to for message in deliver()] == [[person.email]]


def test_an_address_that_nobody_has_costs_the_same_work(client: Client, django_assert_max_num_queries: object) -> None:
    from django.test.utils import CaptureQueriesContext

    person = make_person()
    counts = []
    for address in (person.email, "nobody@example.org"):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            ask(Client(), address)
        counts.append([q["sql"].split()[0] for q in queries.captured_queries])
    writes = [[verb for verb in verbs if verb != "SELECT"] for verbs in counts]
    assert writes[0] == writes[1]
    assert abs(len(counts[0]) - len(counts[1])) <= 1
    assert OutboxMail.objects.count() == 2


def test_a_code_stands_in_the_subject_of_its_mail_and_is_sent_again_from_the_page(client: Client) -> None:
    """What is sent again is new: its own fifteen minutes and five tries, and the page to go on to stays."""
    person, page = make_person(), reverse("person")
    with time_machine.travel(timezone.now(), tick=False) as clock:
        sent = client.post(client.get(page).url, {"email": person.email})
        first = code_to(person.email)
        assert first in to(person.email)[-1].subject
        for _try in range(4):
            client.post(sent.url, {"code": "none"})
        assert b'value="resend"' in client.get(sent.url).content
        clock.shift(timedelta(minutes=10))
        again = client.post(sent.url, {"action": "resend", "next": page})
        assert len(to(person.email)) == 2 and b"A new code is on its way" in client.get(again.url).content
        clock.shift(timedelta(minutes=10))
        refused = client.post(again.url, {"code": first})
        assert refused.status_code == 200 and b"not the code from the latest mail" in refused.content
        assert client.post(again.url, {"code": code_to(person.email)}).url == page


def test_who_mistyped_their_address_uses_another_one_at_once(client: Client) -> None:
    person = make_person()
    sent = ask(client, "mistyped@example.org")
    assert f'href="{REQUEST}"' in client.get(sent.url).content.decode()
    assert client.get(REQUEST).status_code == 200
    sign_in(client, person.email)
    assert client.session["_auth_user_id"] == str(person.pk)


def test_somebody_who_may_not_sign_in_any_more_gets_no_code(client: Client) -> None:
    person = make_person(is_active=False)
    ask(client, person.email)
    assert deliver() == []


def test_a_forged_forwarded_address_does_not_get_around_the_limit_by_machine() -> None:
    answers = [
        ask(Client(), f"person{number}@example.org", headers={"X-Forwarded-For": f"10.0.0.{number}"}).status_code
        for number in range(31)
    ]
    assert answers[:30] == [302] * 30 and answers[30] == 200


def test_behind_one_trusted_proxy_the_address_it_adds_counts(settings: object) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    forged = [f"10.0.0.{number}, 192.0.2.7" for number in range(31)]
    answers = [
        ask(Client(), f"p{number}@example.org", headers={"X-Forwarded-For": value}).status_code
        for number, value in enumerate(forged)
    ]
    assert answers[30] == 200
    assert ask(Client(), "p@example.org", headers={"X-Forwarded-For": "192.0.2.8"}).status_code == 302


@pytest.mark.django_db(transaction=True)
def test_people_sign_in_and_verify_while_redis_is_away(tmp_path: Path) -> None:
    """Nobody listens at this port. The limits are counted all the same."""
    person = make_person()
    script = (
        "import sys, django; from django.conf import settings; django.setup(); from django.test import Client;"
        "settings.STORAGES['staticfiles']['BACKEND'] = 'django.contrib.staticfiles.storage.StaticFilesStorage';"
        "new = lambda: Client(SERVER_NAME='127.0.0.1');"
        "ask = lambda: new().post('/accounts/login/code/', {'email': sys.argv[1]}).status_code;"
        "print([ask() for _try in range(31)].count(302), new().get('/verify/AAAA-BBBB/').status_code)"
    )
    away = {"DATABASE_URL": address_of(connection.settings_dict["NAME"]), "REDIS_URL": "redis://127.0.0.1:1/0"}
    result = run("-c", script, person.email, data=tmp_path, **away)
    assert result.stdout == "30 404\n", result.stderr


def test_keep_me_signed_in_lasts_thirty_days_and_otherwise_the_browser(client: Client) -> None:
    person = make_person()
    sign_in(client, person.email)
    assert client.cookies["sessionid"]["max-age"] == ""
    other = Client()
    sign_in(other, person.email, remember="on")
    assert other.cookies["sessionid"]["max-age"] == 30 * 24 * 3600


def test_a_session_that_was_not_to_be_kept_ends_on_the_server_too(client: Client) -> None:
    person = make_person()
    with time_machine.travel(timezone.now(), tick=False) as clock:
        sign_in(client, person.email)
        kept = Client()
        sign_in(kept, person.email, remember="on")
        clock.shift(timedelta(hours=13))
        assert client.get(reverse("person")).status_code == 302
        clock.shift(timedelta(days=28))
        assert kept.get(reverse("person")).status_code == 200


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "/\\evil.example"]
)
def test_after_the_code_one_is_never_sent_to_another_site(target: str, client: Client) -> None:
    person = make_person()
    client.post(f"{REQUEST}?next={target}", {"email": person.email, "next": target})
    done = client.post(f"{CONFIRM}?next={target}", {"code": code_to(person.email), "next": target})
    assert done.url == "/"
    assert client.post("/accounts/logout/", {"next": target}).url == "/"


def test_nothing_private_is_kept_by_the_browser_after_signing_out() -> None:
    person = make_person()
    client = client_of(person)
    for page in (reverse("person"), reverse("home"), reverse("confirm_identity"), REQUEST):
        assert "no-store" in client.get(page)["Cache-Control"]
    client.post("/accounts/logout/")
    assert client.get(reverse("person")).status_code == 302


def test_opening_the_sign_out_page_signs_nobody_out() -> None:
    client = client_of(make_person())
    client.get("/accounts/logout/")
    assert client.get(reverse("person")).status_code == 200


def test_links_in_mail_use_the_configured_address_whatever_host_was_named(client: Client, settings: object) -> None:
    partnership = make_partnership()
    settings.ALLOWED_HOSTS = ["*"]
    person = make_person()
    ask(client, person.email, headers={"Host": "evil.example"})
    assert partnership and "evil.example" not in deliver()[0].message().as_string()


def test_pages_come_in_the_persons_language_until_they_choose_another(client: Client) -> None:
    client = client_of(make_person(language="es"))
    assert 'lang="es"' in client.get(reverse("person")).content.decode()
    client.cookies["django_language"] = "en"
    assert 'lang="en"' in client.get(reverse("person")).content.decode()
