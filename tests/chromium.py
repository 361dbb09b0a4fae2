"""The real Chromium that tests look through: one for all tests of a run, and what axe finds in it."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright
from pytest_django.live_server_helper import LiveServer

from partners.models import Partnership
from partners.parties import Party
from tests.factories.people import client_of, lead_of

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
]
AXE = Path(__file__).parent / "vendor" / "axe.min.js"
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

needs_chromium = pytest.mark.skipif(not Path(CHROMIUM).exists(), reason="Chromium is not installed here")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    # Playwright keeps an event loop in this thread, in which Django would else refuse to ask the database.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield chromium
        chromium.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


def axe(page: Page) -> list[str]:
    """What axe finds against WCAG 2.2 AA, and whether the page scrolls sideways.

    The debugger puts axe's script in, past the page's own content policy.
    """
    page.evaluate(AXE.read_text())
    found = page.evaluate("tags => axe.run({runOnly: tags})", WCAG)["violations"]
    problems = [f"{page.url} {one['id']}: {[node['html'][:160] for node in one['nodes']]}" for one in found]
    if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        problems.append(f"{page.url} scrolls sideways")
    return problems


def complaints_of(page: Page) -> list[str]:
    """Filled while the page loads: what the browser refused or could not run."""
    said: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        if message.type == "error" and not re.search(r"status of 4\d\d", message.text):
            said.append(message.text)

    page.on("console", listen)
    page.on("pageerror", lambda error: said.append(str(error)))
    return said


def look(page: Page, url: str) -> None:
    said = complaints_of(page)
    page.goto(url)
    assert axe(page) == []
    assert said == []


def page_of(browser: Browser, live_server: LiveServer, partnership: Partnership, party: Party, width: int) -> Page:
    """A page of a browser in which that party's lead is signed in."""
    context = browser.new_context(viewport={"width": width, "height": 800})
    session = client_of(lead_of(partnership, party)).cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    return context.new_page()
