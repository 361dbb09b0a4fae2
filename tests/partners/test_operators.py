"""What an operator does on the command line: the first staff, and a link for somebody who is locked out."""

from __future__ import annotations

import logging
import re
from datetime import timedelta
from io import StringIO

import pytest
import time_machine
from django.contrib.auth import BACKEND_SESSION_KEY
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from structlog.stdlib import ProcessorFormatter

from partners import link_sessions, rules
from partners.models import Invitation, Program, SignInLink
from partners.parties import Party, Role
from partners.tokens import token_for
from tests.factories.agreements import make_agreement
from tests.factories.people import client_of, lead_of, make_invitation, make_partnership, make_person
from tests.mail.mailbox import code_to, deliver, link_to, text_of, to
from topcities.logs import hide

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
EMAIL = "first@example.org"


def run(name: str, *args: str) -> str:
    out = StringIO()
    call_command(name, *args, stdout=out)
    return out.getvalue()


def path_of(printed: str) -> str:
    found = re.search(r"https?://[^/]+(/\S+)", printed)
    assert found, printed
    return found[1]


def test_the_first_staff_is_invited_signs_in_and_makes_a_program() -> None:
    printed = run("invite_staff", EMAIL, "--name", "Fiona First")
    assert "Fiona First" in printed and token_for(Invitation.objects.get()) not in printed
    client, link = Client(), link_to(EMAIL)
    assert "The people who run this site invite you to run a program" in client.get(link).content.decode()
    client.post(f"{link}accept/")
    client.post("/accounts/login/code/confirm/", {"code": code_to(EMAIL)})
    page = client.get(reverse("home")).content.decode()
    assert reverse("program_new") in page
    form = {
        "own_name": "Fiona First",
        "name": "Spring 2027",
        "time_zone": "America/Chicago",
        "mail_weekday": "0",
        "mail_hour": "9",
        "sprint_weeks": "20",
        "contact_email": "help@example.org",
        "signing_notice": "This is informal.",
    }
    made = client.post(reverse("program_new"), form)
    program = Program.objects.get()
    assert made.url == reverse("program_start", args=[program.slug])
    assert [s.person.email for s in program.staff.all()] == [EMAIL]


def test_the_first_staff_is_asked_for_her_name_which_stands_in_what_she_sends() -> None:
    run("invite_staff", EMAIL)
    client = Client()
    client.post(f"{link_to(EMAIL)}accept/")
    client.post("/accounts/login/code/confirm/", {"code": code_to(EMAIL)})
    form = {"name": "Spring 2027", "time_zone": "America/Chicago", "mail_weekday": "0", "mail_hour": "9"}
    form |= {"sprint_weeks": "20", "contact_email": "help@example.org", "signing_notice": "This is informal."}
    page = client.get(reverse("program_new")).content.decode()
    assert 'name="own_name"' in page and 'value="first"' not in page, "a part of an address is no name"
    assert "Your full name: This field is required." in client.post(reverse("program_new"), form).content.decode()
    client.post(reverse("program_new"), form | {"own_name": "Fiona First"})
    assert Program.objects.get().created_by.name == "Fiona First"
    assert 'name="own_name"' not in client.get(reverse("program_new")).content.decode(), "once is enough"


def test_somebody_who_was_not_invited_to_run_a_program_makes_none() -> None:
    for person in (make_person(), lead_of(make_agreement().partnership, Party.CITY)):
        client = client_of(person)
        assert client.get(reverse("program_new")).status_code == 403
        assert reverse("program_new") not in client.get(reverse("home"), follow=True).content.decode()


def test_who_is_invited_again_gets_the_same_link_with_its_time_anew() -> None:
    run("invite_staff", EMAIL)
    first = Invitation.objects.get()
    with time_machine.travel(first.expires_at - timedelta(days=1)):
        run("invite_staff", EMAIL)
    again = Invitation.objects.get()
    assert token_for(again) == token_for(first)
    assert again.expires_at > first.expires_at


def test_an_address_that_is_none_is_refused_in_words() -> None:
    with pytest.raises(CommandError, match="not an address"):
        run("invite_staff", "not an address")
    with pytest.raises(CommandError, match="Nobody"):
        run("sign_in_link", "nobody@example.org")


def test_a_link_signs_in_once_after_its_button_and_its_person_is_told(party: Party) -> None:
    person = lead_of(make_partnership(), party)
    link = path_of(run("sign_in_link", person.email))
    client = Client()
    assert client.get(link).status_code == 200
    assert "_auth_user_id" not in client.session
    assert client.post(link).status_code == 302
    assert client.session["_auth_user_id"] == str(person.pk)
    again = Client()
    assert again.post(link).status_code == 410 and "_auth_user_id" not in again.session
    assert "sign in as you" in text_of(to(person.email)[0])
    assert link not in "".join(message.message().as_string() for message in deliver())


def test_a_link_is_good_for_fifteen_minutes() -> None:
    person = make_person()
    with time_machine.travel(timezone.now(), tick=False) as clock:
        link = path_of(run("sign_in_link", person.email))
        clock.shift(timedelta(minutes=15, seconds=1))
        assert Client().post(link).status_code == 410


def test_only_the_hash_of_a_link_is_stored() -> None:
    token = path_of(run("sign_in_link", make_person().email)).rstrip("/").rsplit("/", 1)[1]
    assert token not in str(list(SignInLink.objects.values()))


def test_in_such_a_session_one_reads_and_does_not_assent(party: Party, monkeypatch: pytest.MonkeyPatch) -> None:
    partnership = make_partnership()
    person = lead_of(partnership, party)
    client = Client()
    client.post(path_of(run("sign_in_link", person.email)))
    seen = []
    may = rules.sees_partnership.fn
    monkeypatch.setattr(
        rules.sees_partnership,
        "fn",
        lambda p, s: seen.append((rules.came_by_link(p), rules.assents(p, s))) or may(p, s),
    )
    assert client.get(reverse("people", args=[partnership.slug])).status_code == 200
    assert seen == [(True, False)]


def test_signing_out_and_in_with_a_code_ends_the_limit(party: Party) -> None:
    person = lead_of(make_partnership(), party)
    client = Client()
    client.post(path_of(run("sign_in_link", person.email)))
    client.post("/accounts/logout/")
    client.post("/accounts/login/code/", {"email": person.email})
    client.post("/accounts/login/code/confirm/", {"code": code_to(person.email)})
    assert client.session[BACKEND_SESSION_KEY] != link_sessions.BACKEND


def test_a_session_of_the_version_before_ends_rather_than_sign(party: Party) -> None:
    """It said in the session itself that it began with a link."""
    client = client_of(lead_of(make_partnership(), party))
    session = client.session
    session["signed_in_by_link"] = True
    session.save()
    assert client.get("/accounts/you/").status_code == 302
    assert BACKEND_SESSION_KEY not in client.session


def test_a_link_of_a_person_who_may_not_sign_in_any_more_opens_nothing() -> None:
    person = make_person()
    client = client_of(person, by_link=True)
    assert client.get("/accounts/you/").status_code == 200
    person.is_active = False
    person.save()
    assert client.get("/accounts/you/").status_code == 302


def test_tokens_are_in_no_log_line_and_no_referer() -> None:
    invitation = make_invitation(make_partnership(), Role.PRODUCT_ADVISOR)
    paths = [
        reverse("invitation", args=[token_for(invitation)]),
        reverse("sign_in_link", args=["a" * 43]),
        reverse("invitation", args=["b" * 43]),
        path_of(run("sign_in_link", make_person().email)),
    ]
    console = next(h for h in logging.getLogger().handlers if isinstance(h.formatter, ProcessorFormatter))
    lines, before = StringIO(), console.stream
    console.setStream(lines)
    try:
        answers = [Client().get(path) for path in paths]
        logging.getLogger("django.request").warning("Not Found: %s", paths[0])
    finally:
        console.setStream(before)
    assert lines.getvalue().count("[hidden]") > len(paths)
    for path, answer in zip(paths, answers, strict=True):
        token = path.rstrip("/").rsplit("/", 1)[1]
        assert token not in lines.getvalue()
        if answer.status_code != 404:
            assert answer["Referrer-Policy"] == "strict-origin"


def test_hiding_leaves_the_rest_of_a_line() -> None:
    path = f"/invitations/{'x' * 43}/accept/"
    assert hide(f"GET {path} 200") == "GET /invitations/[hidden]/accept/ 200"
    assert hide(("a", path)) == ("a", "/invitations/[hidden]/accept/")
    assert hide("/invitations/") == "/invitations/"
