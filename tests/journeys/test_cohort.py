"""A cohort in an hour, in a browser: from a new program and a spreadsheet with a mistake in it to the wall."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.contrib.auth.models import Permission
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer

from partners.models import Invitation, Partnership
from partners.parties import Party
from tests.chromium import needs_chromium
from tests.factories.people import client_of, make_person
from tests.factories.sheets import csv_of, line_of
from tests.journeys.conftest import Site
from tests.journeys.people import Somebody
from tests.mail.mailbox import deliver, link_to

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.any_database, needs_chromium]


@pytest.fixture
def staff(browser: Browser, live_server: LiveServer, tmp_path: Path) -> Somebody:
    """Somebody whom an operator invited to run a program, on a phone, signed in."""
    person = make_person("Robin Castle")
    person.user_permissions.add(Permission.objects.get(codename="add_program"))
    found = Somebody(browser, Site(live_server.url, tmp_path, {}), person.email, width=390)
    session = client_of(person).cookies[django_settings.SESSION_COOKIE_NAME].value
    cookie = {"name": django_settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}
    found.context.add_cookies([cookie])
    return found


def test_from_a_spreadsheet_to_the_wall(staff: Somebody) -> None:
    staff.open("/programs/new/")
    staff.fill("name", "Cohort 2027")
    staff.press("Make the program")
    staff.follow("Add partnerships")

    table = csv_of(line_of(1), line_of(2, community_email="bea@clinic"), line_of(3, language="es"), separator="\t")
    staff.fill("pasted", table)
    staff.press("Read and check it")
    assert staff.page.get_by_role("heading", name="1 line needs a correction").is_visible()
    assert not Partnership.objects.exists() and deliver() == []
    staff.fill("line-3-community_email", "bea@clinic.example")
    staff.press("Make 2 partnerships")
    assert not Partnership.objects.exists(), "what was changed is looked at first"
    staff.press("Make 3 partnerships and invite 6 leads")
    assert staff.page.get_by_text("3 partnerships were made, and their leads are invited").is_visible()

    # The same sheet again, as a file of an old Excel: nothing is made twice.
    staff.open(f"/programs/{Partnership.objects.first().program.slug}/partnerships/add/")
    old = {"name": "cohort.csv", "mimeType": "text/csv", "buffer": csv_of(line_of(1), line_of(3)).encode("cp1252")}
    staff.page.locator("[name=file]").set_input_files(files=[old])
    staff.press("Read and check it")
    assert staff.page.get_by_role("heading", name="2 lines are here already").is_visible()
    assert Partnership.objects.count() == 3 and Invitation.objects.count() == 6

    staff.open(f"/programs/{Partnership.objects.first().program.slug}/invitations/")
    assert staff.page.get_by_text("The mail waits to be sent").count() == 6
    assert all(link_to(f"{party}1@example.org") for party in Party)
    staff.page.reload()
    assert staff.page.get_by_text("The mail left.").count() == 6

    staff.open(f"/programs/{Partnership.objects.first().program.slug}/")
    wall = staff.page.locator("main").inner_text()
    names = {f"{party.label} {number}" for party in Party for number in (1, 2, 3)}
    assert {name for name in names if name not in wall} == set()
    assert staff.problems == []
