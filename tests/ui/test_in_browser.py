"""Pages in a real Chromium: axe finds nothing, nothing overflows at 320 pixels, the content policy refuses nothing."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer

from agreements.models import Wording, WordingDraft
from partners.parties import Party
from tests.chromium import axe, look, needs_chromium, page_of
from tests.factories.agreements import make_agreement, open_for_signing
from tests.factories.people import make_partnership

# 1280 pixels at 400% zoom are 320.
WIDTHS = [320, 1280]
PUBLIC = ["/", "/components/", "/accounts/login/code/", "/verify/", "/nothing/here/"]
PRIVATE = ["/", "/partnerships/{slug}/", "/partnerships/{slug}/agreement/", "/partnerships/{slug}/people/"]

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), needs_chromium]


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("path", PUBLIC)
@pytest.mark.parametrize("locale", ["en-US", "es-US"])
def test_a_public_page(browser: Browser, live_server: LiveServer, path: str, width: int, locale: str) -> None:
    page = browser.new_page(viewport={"width": width, "height": 800}, locale=locale)
    look(page, live_server.url + path)
    assert page.locator("html").get_attribute("lang") == locale[:2]
    page.close()


@pytest.mark.parametrize("width", WIDTHS)
def test_a_leads_pages(browser: Browser, live_server: LiveServer, party: Party, width: int) -> None:
    partnership = make_partnership()
    make_agreement(partnership)
    page = page_of(browser, live_server, partnership, party, width)
    for path in PRIVATE:
        look(page, live_server.url + path.format(slug=partnership.slug))
    page.context.close()


@pytest.mark.parametrize("width", WIDTHS)
def test_the_page_to_sign_on(browser: Browser, live_server: LiveServer, party: Party, width: int) -> None:
    partnership = make_partnership()
    open_for_signing(make_agreement(partnership))
    page = page_of(browser, live_server, partnership, party, width)
    look(page, f"{live_server.url}/partnerships/{partnership.slug}/agreement/sign/")
    page.context.close()


def test_a_refused_form_takes_the_reader_to_what_is_wrong(browser: Browser, live_server: LiveServer) -> None:
    page = browser.new_page(viewport={"width": 320, "height": 800})
    page.goto(live_server.url + "/components/")
    page.fill("#id_name", "Ana Ruiz")
    page.click("main form.form button[type=submit]")
    expect(page.locator(".error-summary")).to_be_focused()
    assert page.input_value("#id_name") == "Ana Ruiz"
    page.click(".error-summary a[href='#id_email']")
    assert axe(page) == []
    page.close()


def test_every_button_and_link_is_large_enough_to_hit(browser: Browser, live_server: LiveServer) -> None:
    """Buttons are 44 pixels high, and links that stand alone 24."""
    page = browser.new_page(viewport={"width": 375, "height": 800})
    page.goto(live_server.url + "/components/")
    buttons = page.eval_on_selector_all(".usa-button", "all => all.map(one => one.getBoundingClientRect().height)")
    links = page.eval_on_selector_all(
        "header a, footer a, nav a", "all => all.map(one => one.getBoundingClientRect().height)"
    )
    assert buttons
    assert min(buttons) >= 44
    assert min(height for height in links if height) >= 24
    page.close()


def test_a_proposal_is_kept_while_it_is_typed(browser: Browser, live_server: LiveServer, party: Party) -> None:
    partnership = make_partnership()
    make_agreement(partnership)
    page = page_of(browser, live_server, partnership, party, 375)
    url = f"{live_server.url}/partnerships/{partnership.slug}/agreement/clauses/goal-1/"
    page.goto(url)
    page.fill("textarea[name=text]", "Typed, and never sent.")
    page.wait_for_selector(".saved:not(:empty)")
    page.goto(url)
    assert page.input_value("textarea[name=text]") == "Typed, and never sent."
    page.context.close()


def test_what_is_sent_at_once_leaves_no_draft_behind(browser: Browser, live_server: LiveServer, party: Party) -> None:
    """The button is pressed while what was typed is still on its way to be kept."""
    partnership = make_partnership()
    make_agreement(partnership)
    page = page_of(browser, live_server, partnership, party, 375)
    page.goto(f"{live_server.url}/partnerships/{partnership.slug}/agreement/clauses/goal-1/")
    page.fill("textarea[name=text]", "Sent right away.")
    page.fill("textarea[name=reason]", "It reads better.")
    with page.expect_request(lambda request: request.method == "POST"):
        page.keyboard.type(" Really.")
    with page.expect_navigation():
        page.click("button[name=send]")
    assert WordingDraft.objects.count() == 0
    assert Wording.objects.filter(party=party, clause__key="goal-1").count() == 1
    page.context.close()
