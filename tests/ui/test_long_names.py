"""Names without a break, from right to left, and of pictures: no page scrolls sideways on the narrowest phone."""

from __future__ import annotations

from itertools import cycle

import pytest
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from partners.models import Partnership
from partners.parties import Party
from sprints.models import Evidence, Sprint
from tests.chromium import needs_chromium, page_of
from tests.crawl import NUMBER, walk, write_everywhere
from tests.factories.demonstration import demonstration
from tests.factories.people import client_of, lead_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), needs_chromium]
NARROWEST = 320  # pixels: 1280 at 400% zoom
LONG = 150  # letters
NAMES = ["W" * LONG, "\u0645" * LONG, "🏳️‍🌈" * (LONG // 6), "a-very_long.file(name)." * (LONG // 23)]
WIDER = """() => [...document.querySelectorAll("body *")].filter(one => {
  const box = one.getBoundingClientRect();
  return box.width && box.right > innerWidth + 1 && getComputedStyle(one).position !== "fixed";
}).slice(-3).map(one => one.outerHTML.slice(0, 90))"""


def kinds_of(pages: dict[str, object]) -> list[str]:
    """One page of each kind."""
    drawn = [page for page, answer in pages.items() if answer.get("Content-Type", "").startswith("text/html")]
    return list({NUMBER.sub("N", page.split("?")[0]): page for page in reversed(drawn)}.values())


def sideways(page: Page, url: str) -> str:
    """The page, and what of it is too wide; nothing where nothing is."""
    page.goto(url)
    scrolls = page.evaluate("document.documentElement.scrollWidth > innerWidth")
    return f"{url}: {page.evaluate(WIDER)}" if scrolls else ""


def test_no_page_scrolls_sideways_for_a_name_however_long(browser: Browser, live_server: LiveServer) -> None:
    """Each kind of page of an agreement that is written, and of a sprint; and where one signs."""
    demonstration()
    states = {partnership.agreement.state: partnership for partnership in Partnership.objects.order_by("created_at")}
    states["in force"] = Sprint.objects.order_by("first_day").last().partnership
    assert write_everywhere(*NAMES) > 300
    Evidence.objects.exclude(link="").update(link=f"https://example.org/{'w' * LONG}")
    wide, seen = [], 0
    for (state, partnership), party in zip(states.items(), cycle(Party)):
        start = f"/partnerships/{partnership.slug}/"
        ahead = [f"{start}agreement/{place}/" for place in ("sign", "paper")]
        if state != "signing":
            ahead = kinds_of(walk(client_of(lead_of(partnership, party)), start))
        page = page_of(browser, live_server, partnership, party, NARROWEST)
        wide += [found for address in ahead if (found := sideways(page, live_server.url + address))]
        seen += len(ahead)
        page.context.close()
    assert seen > 50 and wide == [], "\n".join(wide)
