"""Dates and times as people say them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.template import Context, Template
from django.utils import translation
from django.utils.formats import number_format

from partners.dates import day_words, distance_words, moment_words

TODAY = date(2027, 3, 2)
WEST = ZoneInfo("America/Los_Angeles")


@pytest.mark.parametrize(
    ("day", "words"),
    [(date(2027, 3, 5), "Friday, March 5"), (date(2028, 3, 5), "Sunday, March 5, 2028"), (TODAY, "Tuesday, March 2")],
)
def test_a_day_has_its_weekday_and_another_year_its_year(day: date, words: str) -> None:
    assert day_words(day, TODAY) == words


def test_a_day_in_spanish() -> None:
    with translation.override("es"):
        assert day_words(date(2027, 3, 5), TODAY) == "viernes, 5 de marzo"
        assert day_words(date(2028, 3, 5), TODAY) == "domingo, 5 de marzo de 2028"
        assert distance_words(date(2027, 3, 5), TODAY) == "en 3 días"
        assert distance_words(date(2027, 3, 1), TODAY) == "ayer"


def test_a_moment_in_spanish_has_the_twelve_hours_of_the_clocks_here() -> None:
    with translation.override("es"):
        words = moment_words(datetime(2027, 3, 2, 22, 30, tzinfo=UTC), WEST, TODAY)
    assert words == "martes, 2 de marzo, 2:30\xa0p.m. PST"


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
    assert moment_words(at, WEST, TODAY) == "Tuesday, March 2, 10:30 AM PST"
    assert moment_words(at, ZoneInfo("America/Sao_Paulo"), TODAY) == "Tuesday, March 2, 3:30 PM UTC-03"


@pytest.mark.parametrize(
    ("hour", "words"), [(8, "Sunday, March 14, 1:59 AM PST"), (9, "Sunday, March 14, 3:59 AM PDT")]
)
def test_the_zone_is_the_one_of_that_moment_when_clocks_change(hour: int, words: str) -> None:
    hour_in_utc = datetime(2027, 3, 14, hour + 1, 59, tzinfo=UTC)
    assert moment_words(hour_in_utc, WEST, TODAY) == words


def test_a_day_is_counted_in_the_zone_given() -> None:
    """At 2 in the morning in UTC it is still yesterday in the west, for the page's clock as for the day."""
    context = {"when": datetime(2027, 3, 5, 2, tzinfo=UTC), "zone": WEST, "now": datetime(2027, 3, 3, 2, tzinfo=UTC)}
    drawn = Template("{% load dates %}{% day when zone %}").render(Context(context))
    assert drawn == '<time datetime="2027-03-04">Thursday, March 4 - in 2 days</time>'
