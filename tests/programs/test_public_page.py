"""What goes with a public page: its place in the map for search engines, its picture, and what is folded on it."""

from __future__ import annotations

import io
import re

import pytest
from django.conf import settings
from django.test import Client
from PIL import Image

from partners.models import Partnership, Program
from partners.parties import Party
from programs.card import Card
from programs.card_picture import drawn
from programs.domain.public_promises import PublicMilestone, course_of
from tests.factories.people import NOW
from tests.factories.publications import hold, say_yes, take_back
from tests.factories.sprints import started_sprint

pytestmark = pytest.mark.any_database


@pytest.fixture
def partnership(db: None) -> Partnership:
    return started_sprint().partnership


def address(partnership: Partnership) -> str:
    return f"/p/{partnership.slug}/"


def page_of(partnership: Partnership) -> str:
    return Client().get(f"{address(partnership)}en/").content.decode()


def test_the_map_for_search_engines_names_what_is_public_now_and_nothing_else(partnership: Partnership) -> None:
    other, show = started_sprint().partnership, started_sprint().partnership
    Program.objects.filter(pk=show.program.pk).update(is_demo=True)
    say_yes(partnership)
    say_yes(other, Party.CITY)
    say_yes(show)
    answer = Client().get("/sitemap.xml", headers={"host": "127.0.0.1"})
    said = answer.content.decode()
    assert answer["Cache-Control"] == "no-store" and not answer.cookies
    for path in (address(partnership), f"/programs/{partnership.program.slug}/promises/"):
        for code in ("en", "es"):
            assert f"<loc>{settings.SITE_URL}{path}{code}/</loc>" in said
            assert f'hreflang="{code}" href="{settings.SITE_URL}{path}{code}/"' in said
    for slug in (other.slug, other.program.slug, show.slug, show.program.slug):
        assert f"/{slug}/" not in said
    take_back(partnership, Party.COMMUNITY)
    assert "<loc>" not in Client().get("/sitemap.xml").content.decode()


def test_the_picture_of_a_page_is_drawn_once_and_goes_with_it(
    partnership: Partnership, monkeypatch: pytest.MonkeyPatch
) -> None:
    cards: list[Card] = []
    monkeypatch.setattr("programs.card_picture.drawn", lambda card: cards.append(card) or drawn(card))
    assert Client().get(f"{address(partnership)}en/card.png").status_code == 404
    say_yes(partnership)
    picture = re.search(r'og:image" content="([^"]+)"', page_of(partnership))[1].removeprefix(settings.SITE_URL)
    for _again in range(3):
        answer = Client().get(picture)
        assert (answer["Content-Type"], answer["Cache-Control"]) == ("image/png", "no-store")
    assert Image.open(io.BytesIO(answer.content)).size == (1200, 630)
    [card] = cards
    assert card.names == partnership.names_on_screen() and "of 13 promises kept" in card.says
    Client().get(f"{address(partnership)}es/card.png")
    assert len(cards) == 2 and "promesas" in cards[1].says
    hold(partnership, "city-2", Party.CITY)
    assert picture not in page_of(partnership), "another state has another address"
    take_back(partnership, Party.CITY)
    assert Client().get(picture).status_code == 404


def milestones_that_look(looks: str) -> list[PublicMilestone]:
    named = {"d": "done", "l": "late", "n": "now", "a": "ahead"}
    day = NOW.date()
    return [
        PublicMilestone(number, "", "", named[look], day, day, number, 0, False, "", [])
        for number, look in enumerate(looks)
    ]


@pytest.mark.parametrize(
    ("looks", "in_sight"),
    [("ddddlnaaaa", "dlna"), ("dddddd", "dd"), ("aaaaaa", "aa"), ("dla", "dla"), ("ddddddlddaaaa", "dld"), ("", "")],
)
def test_what_is_long_done_or_far_ahead_is_folded(looks: str, in_sight: str) -> None:
    course = course_of(milestones_that_look(looks))
    assert [one.look[0] for one in course.now] == list(in_sight)
    assert [*course.earlier, *course.now, *course.later] == milestones_that_look(looks)
