"""The sprint in a real Chromium: axe finds nothing on any of its pages, and its picture can be read at any width."""

from __future__ import annotations

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from partners.parties import Party
from sprints.models import Sprint
from tests.chromium import look, needs_chromium, page_of
from tests.crawl import NUMBER, walk
from tests.factories.people import client_of, lead_of
from topcities import demo

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), needs_chromium]
LEGIBLE = 9  # pixels high, as it stands on the screen or on paper
PAPER = 718  # A4 between its margins
# How wide a page is, what it is on, and which of the drawings is due there.
PICTURES = [
    (375, "screen", ".plan-tall"),
    (800, "screen", ".plan-wide"),
    (1280, "screen", ".plan-wide"),
    (PAPER, "print", ".plan-wide"),
]


@pytest.fixture
def sprint() -> Sprint:
    """The demonstration's sprint in week 7: something is late, something waits for each side."""
    demo.load(now=timezone.now())
    return Sprint.objects.select_related("partnership__program").order_by("first_day").last()


def kinds_of_pages(sprint: Sprint, party: Party) -> list[str]:
    """One page of each kind; the milestone that waits, and the one that is late, too."""
    start = f"/partnerships/{sprint.partnership.slug}/sprint/"
    found = walk(client_of(lead_of(sprint.partnership, party)), start)
    pages = [page for page, answer in found.items() if answer.get("Content-Type", "").startswith("text/html")]
    first_of_kind = {NUMBER.sub("N", page.split("?")[0]): page for page in reversed(pages)}
    joint = sprint.milestones.filter(joint=True).first()
    return [*first_of_kind.values(), f"{start}milestones/{joint.number}/"]


def test_every_page_of_the_sprint(browser: Browser, live_server: LiveServer, sprint: Sprint) -> None:
    """Half of the kinds of pages for each lead: what one sees is what the other sees, with the parts swapped."""
    kinds = kinds_of_pages(sprint, Party.CITY)
    assert len(kinds) > 30
    for half, party in enumerate(Party):
        page = page_of(browser, live_server, sprint.partnership, party, 320)
        for each in kinds[half::2]:
            look(page, live_server.url + each)
        page.context.close()


def test_the_picture_is_whole_and_legible(browser: Browser, live_server: LiveServer, sprint: Sprint) -> None:
    for width, medium, drawing in PICTURES:
        page = page_of(browser, live_server, sprint.partnership, Party.COMMUNITY, width)
        page.emulate_media(media=medium)
        look(page, f"{live_server.url}/partnerships/{sprint.partnership.slug}/sprint/")
        drawn = page.locator(".plan-picture svg:visible")
        assert drawn.count() == 1 and drawing[1:] in drawn.get_attribute("class"), (width, medium)
        box = drawn.bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= width
        assert drawn.locator("a").count() == page.locator("table tbody tr").count(), "the table says the same"
        assert cut_off(page, drawing) == []
        assert smallest_letters(page, drawing) >= LEGIBLE, (width, medium)
        page.context.close()


def cut_off(page: Page, drawing: str) -> list[str]:
    """The words that reach beyond the drawing."""
    return page.locator(f"{drawing} text").evaluate_all(
        """all => all.filter(one => { const box = one.getBoundingClientRect(), whole = one.ownerSVGElement
        .getBoundingClientRect(); return box.left < whole.left - 1 || box.right > whole.right + 1
        || box.bottom > whole.bottom + 1 }).map(one => one.textContent)"""
    )


def smallest_letters(page: Page, drawing: str) -> float:
    """In pixels as they are drawn: the drawing is scaled to the page."""
    return page.locator(f"{drawing} text").evaluate_all(
        "all => Math.min(...all.map(one => parseFloat(getComputedStyle(one).fontSize) * one.getScreenCTM().a))"
    )
