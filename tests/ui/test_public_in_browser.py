"""A resident, from a poster on a wall to a promise that they checked themselves, on a phone and without an account."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from django.utils import timezone
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer

from partners.parties import Party
from programs import actions
from programs.domain.public_items import item_groups, items_digest
from tests.chromium import look, needs_chromium
from tests.factories.people import lead_of
from tests.factories.sprints import first_joint, ready, sign_off, started_sprint

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), needs_chromium]


def test_from_the_poster_to_a_verified_promise(browser: Browser, live_server: LiveServer) -> None:
    sprint = started_sprint()
    partnership, milestone = sprint.partnership, ready(first_joint(sprint))
    for party in Party:
        sign_off(milestone, party)
    for party in Party:
        now = timezone.now()
        act = {"by": lead_of(partnership, party), "partnership": partnership, "now": now}
        actions.publish(shown=items_digest(item_groups(partnership, now=now)), **act)
    for scheme in ("light", "dark"):
        context = browser.new_context(viewport={"width": 320, "height": 800}, color_scheme=scheme)
        page = context.new_page()
        look(page, f"{live_server.url}/p/{partnership.slug}/poster/")
        address = urlsplit(page.locator(".poster__square title").text_content()).path
        look(page, live_server.url + address)
        assert page.url.endswith(f"/p/{partnership.slug}/"), "the short address of the poster leads to the page"
        kept = page.locator("#community-3")
        assert "Inform the strategic use of data" in kept.inner_text()
        kept.get_by_role("link", name=milestone.title).click()
        shown = page.locator(f"#m{milestone.number}")
        assert "Twelve tenants told us what they need." in shown.inner_text()
        assert "Notes of the interviews" in shown.inner_text()
        page.get_by_role("link", name="Español").click()
        page.wait_for_url("**/es/")
        assert page.locator("html").get_attribute("lang") == "es"
        page.get_by_role("link", name="English").click()
        page.wait_for_url("**/en/")
        assert context.cookies() == []
        page.get_by_role("link", name="Check it yourself").click()
        page.wait_for_url("**/verify/**")
        assert "In force" in page.locator("main").inner_text()
        context.close()
