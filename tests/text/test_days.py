"""A day typed in three parts: what is refused although it is a number. Drawing and common mistakes: tests/face."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from text.days import DayField


@pytest.mark.parametrize(
    "parts",
    [
        ["3", "2", "27"],
        ["3", "2", "1899"],
        ["3", "2", "9" * 30],
        ["3", "9" * 30, "2027"],
        ["3", "2", "9" * 5000],
        ["-3", "2", "2027"],
        ["3.0", "2", "2027"],
        [None, "2", "2027"],
        ["2", "29", "2027"],
    ],
    ids=lambda parts: " ".join(str(part)[:8] for part in parts),
)
def test_a_day_that_nobody_can_have_meant_is_refused_with_an_example(parts: list) -> None:
    with pytest.raises(ValidationError, match="Give a day that exists, such as March 2, 2027"):
        DayField().clean(parts)


@pytest.mark.parametrize("parts", [["2", "29", "2028"], [" 2 ", "２９", "2028"]], ids=["plain", "full width"])
def test_a_leap_day_is_a_day(parts: list) -> None:
    assert DayField().clean(parts) == date(2028, 2, 29)


def test_nothing_typed_is_no_day() -> None:
    assert DayField(required=False).clean(["", "", ""]) is None
