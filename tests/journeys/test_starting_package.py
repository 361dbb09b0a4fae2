"""A second installation starts from a package: what two sides made here becomes what others begin with there."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer

from partners.models import Partnership
from partners.parties import Party
from tests.chromium import needs_chromium
from tests.factories.agreements import agree, lead, make_agreement, open_for_signing, propose, sign_both
from tests.factories.people import NOW
from tests.factories.publications import say_yes
from tests.factories.sprints import agreed_sprint, propose_start
from tests.journeys.conftest import Site
from tests.journeys.people import Somebody

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.any_database, needs_chromium]
OWN_WORDS = "A shade tree within two blocks of every bus stop."


@pytest.fixture
def partnership() -> Partnership:
    """Public here: an agreement with a goal of its own, and its plan."""
    agreement = make_agreement()
    by = lead(agreement, Party.CITY)
    agree(agreement, "goal-1", propose(agreement, "goal-1", OWN_WORDS, by=by), by=lead(agreement, Party.COMMUNITY))
    sign_both(open_for_signing(agreement))
    sprint = agreed_sprint(propose_start(agreement), now=NOW)
    say_yes(sprint.partnership)
    return sprint.partnership


def test_a_second_installation_starts_from_a_package(
    browser: Browser, live_server: LiveServer, site: Site, partnership: Partnership, tmp_path: Path
) -> None:
    resident = browser.new_context().new_page()
    resident.goto(f"{live_server.url}/p/{partnership.slug}/")
    with resident.expect_download() as download:
        resident.get_by_role("link", name="Starting package").click()
    file = tmp_path / download.value.suggested_filename
    download.value.save_as(file)

    staff = Somebody(browser, site, "sam.package@staff.test", javascript=False)
    site.manage("invite_staff", staff.email, "--name", "Sam Staff")
    staff.accept_invitation("invited")
    staff.open("/programs/new/")
    staff.fill("own_name", "Sam Staff")
    staff.fill("name", "A cohort elsewhere")
    staff.press("Make the program")
    program = staff.page.url.removesuffix("start/")
    staff.open(f"{program}packages/import/")
    staff.page.locator("[name=package]").set_input_files(file)
    staff.press("Read it")
    assert "Begun: the agreement" in staff.text() and "Begun: the plan" in staff.text()

    origin = f"/p/{partnership.slug}/"
    for copy in ("templates", "plans"):
        staff.open(f"{program}{copy}/draft/")
        assert origin in staff.text(), "the copy says where it came from"
        staff.press("Publish")
    staff.follow("Templates and plans")
    assert origin in staff.text()

    staff.open(f"{program}partnerships/new/")
    people = {"city": ("City of Port Alder", "Dana Whitlock"), "community": ("Harborview Clinic", "Rosa Núñez")}
    for party, (organization, name) in people.items():
        staff.fill(f"{party}_organization", organization)
        staff.fill(f"{party}_name", name)
        staff.fill(f"{party}_email", f"{party}.package@second.test")
    staff.fill("issue", "Extreme heat and health.")
    staff.press("Start the partnership")
    city = Somebody(browser, site, "city.package@second.test", javascript=False)
    city.accept_invitation("invited")
    city.follow("Agreement")
    assert OWN_WORDS in city.text()
