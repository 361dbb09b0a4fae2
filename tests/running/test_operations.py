"""The page of those who run this site: it says what is wrong, waits for no other machine, and is for nobody else."""

from __future__ import annotations

import socket
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from mail.models import Heartbeat, MailState, OutboxMail
from partners.models import Person, Program, ProgramStaff
from programs.models import Export
from tests.agreements.authority import authority_file
from tests.factories.people import client_of, make_partnership, make_person, staff_of
from tests.pages import text_of
from topcities.check_results import Level, examine
from topcities.doctor import EVERYTHING, sign_in_reached
from topcities.figures import Figures
from topcities.operations import TOPICS

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
PAGE = "/operations/"
PROVIDER = {
    "domain": "ashford.example",
    "name": "City of Ashford",
    "issuer": "http://127.0.0.1:1/city",
    "client": "us",
    "secret": "hidden",
}


@pytest.fixture
def program() -> Program:
    return make_partnership().program


@pytest.fixture
def root() -> Person:
    return make_person("Ruth Root", is_staff=True, is_superuser=True)


def mail_that_came_back() -> OutboxMail:
    return OutboxMail.objects.create(
        key="back",
        kind="x",
        to="gone@example.org",
        language="en",
        state=MailState.GIVEN_UP,
        created_at=timezone.now(),
        due_at=timezone.now(),
        returned_at=timezone.now(),
        problem="550 no such mailbox",
        message_id="<back@example.org>",
    )


def archive_that_failed(program: Program) -> Export:
    now = timezone.now()
    times = {"asked_at": now, "due_at": now, "expires_at": now + timedelta(days=1)}
    by = staff_of(program)
    return Export.objects.create(
        program=program, asked_by=by, total=1, failures=3, problem="OSError: the bucket is gone", **times
    )


def test_it_names_what_is_broken_and_asks_no_other_machine(
    settings: object, tmp_path: Path, program: Program, root: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    mail_that_came_back()
    archive_that_failed(program)
    start, end = (datetime.now(UTC) - timedelta(days=days) for days in (20, 1))
    authority_file(tmp_path / "seal.p12", start=start, end=end)
    settings.SEAL_PKCS12, settings.PRODUCTION = str(tmp_path / "seal.p12"), True
    settings.EMAIL_URL = settings.TSA_URL = settings.REDIS_URL = "http://127.0.0.1:1"
    settings.SIGN_IN_PROVIDERS = {PROVIDER["domain"]: PROVIDER}
    client = client_of(root)

    def asked(*_about: object) -> None:
        raise AssertionError("this page waits for another machine")

    monkeypatch.setattr(socket.socket, "connect", asked)
    page = text_of(client.get(PAGE))
    monkeypatch.undo()
    look_after, well = page.split("What the worker does")
    assert "No worker has run yet" in look_after and "Start it: script/server" in look_after
    assert "expired on" in look_after and "Give a valid certificate" in look_after
    assert "Mails that came back after they had left: 1" in look_after and "550 no such mailbox" in well
    assert "Archives that could not be made: 1. OSError: the bucket is gone" in look_after
    assert "Back-up Wrong None was made yet What to do: Let the machine run manage.py backup" in look_after
    assert "Addresses of ashford.example through City of Ashford" in well and "hidden" not in page
    (away,) = examine([sign_in_reached], Figures(timezone.now()))
    assert (away.level, "127.0.0.1 cannot be reached: " in away.says) == (Level.LOOK, True)


def test_it_says_where_the_last_back_up_is_and_who_has_which_rights(program: Program, root: Person) -> None:
    Heartbeat.objects.create(name="backup", at=timezone.now(), place="host: /backups/monday")
    client = client_of(root)
    session = client.session
    del session["seen_at"]  # so that this page notes it, as the first one of a session does
    session.save()
    page = text_of(client.get(PAGE))
    assert "as host: /backups/monday" in page
    assert "Ruth Root" in page and "Runs this site" in page and f"Staff of {program.name}" in page
    assert "in 1 browser" in page and "Never No" in page
    assert {one.topic for one in examine(EVERYTHING, Figures(timezone.now()))} <= {*TOPICS, "files"}


@pytest.mark.parametrize("is_staff", [False, True], ids=["staff of a program", "may open the admin site"])
def test_nobody_else_sees_it_or_a_link_to_it(program: Program, is_staff: bool) -> None:
    person = staff_of(program)
    Person.objects.filter(pk=person.pk).update(is_staff=is_staff)
    client = client_of(person)
    assert client.get(PAGE).status_code == 403
    assert PAGE not in client.get(reverse("program", args=[program.slug])).content.decode()
    assert Client().get(PAGE).status_code == 302


def test_those_who_run_the_site_find_it_in_their_menu(root: Person) -> None:
    home = client_of(root).get("/").content.decode()
    assert f'href="{PAGE}"' in home and 'href="/admin/"' in home


def test_it_asks_the_database_twelve_times_however_much_there_is(program: Program, root: Person) -> None:
    client = client_of(root)
    client.get(PAGE)
    for number in range(5):
        make_person(f"Root {number}", is_staff=True, is_superuser=True)
        ProgramStaff.objects.create(program=program, person=make_person(), since=timezone.now())
        archive_that_failed(program)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert client.get(PAGE).status_code == 200
    assert len(asked) <= 12, [one["sql"][:120] for one in asked]
