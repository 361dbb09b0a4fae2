"""Dates and times as people say them; what is kept or sent has the year of each."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.template import Context, Template
from django.utils import timezone, translation
from django.utils.formats import number_format

from agreements.domain.editions import content, record_of
from agreements.pdf import layout
from partners.dates import (
    date_words,
    day_words,
    distance_words,
    moment_words,
    seconds_words,
    short_day_words,
    short_moment_words,
)
from partners.models import Partnership, Person
from partners.parties import Party
from sprints.domain import reports
from sprints.domain.milestones import sprint_status
from sprints.models import SignOff
from tests.factories.demonstration import demonstration
from tests.factories.people import client_of, lead_of
from tests.years import days_without_year

TODAY = date(2027, 3, 2)
WEST = ZoneInfo("America/Los_Angeles")


@pytest.mark.parametrize(
    ("day", "words", "short"),
    [
        (date(2027, 3, 5), "Friday, March 5, 2027", "Friday, March 5"),
        (date(2028, 3, 5), "Sunday, March 5, 2028", "Sunday, March 5, 2028"),
        (TODAY, "Tuesday, March 2, 2027", "Tuesday, March 2"),
    ],
)
def test_a_day_has_its_weekday_and_its_year(day: date, words: str, short: str) -> None:
    assert day_words(day) == words
    assert short_day_words(day, TODAY) == short
    assert days_without_year(f"Until {words}, and {words}.") == []


def test_a_day_in_spanish() -> None:
    with translation.override("es"):
        assert day_words(date(2027, 3, 5)) == "viernes, 5 de marzo de 2027"
        assert date_words(date(2027, 3, 5)) == "5 de marzo de 2027"
        assert short_day_words(date(2027, 3, 5), TODAY) == "viernes, 5 de marzo"
        assert short_day_words(date(2028, 3, 5), TODAY) == "domingo, 5 de marzo de 2028"
        assert distance_words(date(2027, 3, 5), TODAY) == "en 3 días"
        assert distance_words(date(2027, 3, 1), TODAY) == "ayer"


def test_a_day_without_its_year_is_found_in_either_language() -> None:
    assert days_without_year("As it stood on Friday, November 27, 3:51 PM PST") == ["November 27"]
    assert days_without_year("<b>viernes, 5 de marzo</b>, 2:30") == ["5 de marzo"]
    assert days_without_year("March 2, 2027; 5 de marzo de 2027; May is here; 2027-03-02") == []


def test_a_moment_in_spanish_has_the_twelve_hours_of_the_clocks_here() -> None:
    with translation.override("es"):
        words = moment_words(datetime(2027, 3, 2, 22, 30, tzinfo=UTC), WEST)
    assert words == "martes, 2 de marzo de 2027, 2:30\xa0p.m. PST"


def test_a_number_in_spanish_is_written_as_people_here_write_it() -> None:
    with translation.override("es"):
        assert number_format(20000.5, force_grouping=True) == "20,000.5"


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2027, 3, 5), "in 3 days"),
        (date(2027, 3, 3), "tomorrow"),
        (TODAY, "today"),
        (date(2027, 3, 1), "yesterday"),
        (date(2027, 2, 26), "4 days ago"),
        (date(2027, 4, 20), ""),
        (date(2026, 3, 2), ""),
    ],
)
def test_near_days_are_counted(day: date, words: str) -> None:
    assert distance_words(day, TODAY) == words


def test_a_moment_names_its_zone() -> None:
    at = datetime(2027, 3, 2, 18, 30, tzinfo=UTC)
    assert moment_words(at, WEST) == "Tuesday, March 2, 2027, 10:30 AM PST"
    assert moment_words(at, ZoneInfo("America/Sao_Paulo")) == "Tuesday, March 2, 2027, 3:30 PM UTC-03"
    assert short_moment_words(at, WEST, TODAY) == "Tuesday, March 2, 10:30 AM PST"
    assert seconds_words(at, WEST) == "March 2, 2027, 10:30:00 AM PST"
    assert seconds_words(at, ZoneInfo("UTC")) == "March 2, 2027, 6:30:00 PM UTC"


@pytest.mark.parametrize(
    ("hour", "words"), [(8, "Sunday, March 14, 2027, 1:59 AM PST"), (9, "Sunday, March 14, 2027, 3:59 AM PDT")]
)
def test_the_zone_is_the_one_of_that_moment_when_clocks_change(hour: int, words: str) -> None:
    hour_in_utc = datetime(2027, 3, 14, hour + 1, 59, tzinfo=UTC)
    assert moment_words(hour_in_utc, WEST) == words


def test_a_day_is_counted_in_the_zone_given() -> None:
    """At 2 in the morning in UTC it is still yesterday in the west, for the page's clock as for the day."""
    context = {"when": datetime(2027, 3, 5, 2, tzinfo=UTC), "zone": WEST, "now": datetime(2027, 3, 3, 2, tzinfo=UTC)}
    drawn = Template("{% load dates %}{% short_day when zone %}{% day when zone %}").render(Context(context))
    short = 'Thursday, March 4<span class="on-paper">, 2027</span> - in 2 days'
    full = "Thursday, March 4, 2027 - in 2 days"
    assert drawn == f'<time datetime="2027-03-04">{short}</time><time datetime="2027-03-04">{full}</time>'


@pytest.mark.parametrize(("language", "year", "clock"), [("en", ", 2027", "6:00 PM PST"), ("es", " de 2027", "6:00")])
def test_a_print_has_the_year_that_its_page_leaves_out(language: str, year: str, clock: str) -> None:
    context = {"when": datetime(2027, 3, 5, 2, tzinfo=UTC), "zone": WEST, "now": datetime(2027, 3, 3, 2, tzinfo=UTC)}
    with translation.override(language):
        drawn = Template("{% load dates %}{% short_moment when zone %}").render(Context(context))
    assert f'<span class="on-paper">{year}</span>, {clock}' in drawn
    assert days_without_year(drawn) == []


def test_a_print_says_which_day_was_two_days_ago() -> None:
    context = {"when": date(2027, 2, 28), "zone": WEST, "now": datetime(2027, 3, 3, 2, tzinfo=UTC)}
    drawn = Template("{% load dates %}{% since when zone %}").render(Context(context))
    on_paper = '<span class="on-paper">, Sunday, February 28, 2027</span>'
    assert drawn == f'<time datetime="2027-02-28">2 days ago{on_paper}</time>'


@pytest.mark.django_db
@pytest.mark.any_database
@pytest.mark.parametrize("language", ["en", "es"])
def test_no_document_and_no_page_of_what_was_done_leaves_a_year_out(language: str) -> None:
    demonstration()
    partnership = Partnership.objects.filter(sprint__first_day__isnull=False).order_by("created_at").first()
    edition = partnership.agreement.editions.get(number=1)
    kept = {"agreement": layout.page(content(edition), record_of(edition), mark="").html}
    with translation.override(language):
        status = sprint_status(partnership.sprint, now=timezone.now())
        asked = SignOff.objects.filter(sprint=partnership.sprint)[:2]
        kept["report"] = reports.report(partnership, status, asked=asked, now=timezone.now()).html
    lead = lead_of(partnership, Party.CITY)
    Person.objects.filter(pk=lead.pk).update(language=language)
    client = client_of(lead)
    for page in ("history/", "agreement/editions/1/", "sprint/showcase/program/"):
        answer = client.get(f"/partnerships/{partnership.slug}/{page}")
        assert answer.status_code == 200
        kept[page] = answer.content.decode()
    kept["verify"] = client.get(f"/verify/{edition.code}/").content.decode()
    assert " · " in kept["verify"]
    assert {name: days for name, said in kept.items() if (days := days_without_year(said))} == {}
    assert re.search(r"\b20\d\d\b", kept["report"])
