"""A table for a spreadsheet holds what people wrote, and runs nothing of it."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime

import pytest

from text.spreadsheets import BYTE_ORDER_MARK, FORMULAS, write_csv


def read(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text.removeprefix(BYTE_ORDER_MARK))))


def test_what_was_written_is_read_again() -> None:
    rows = [['Mill Creek, "the" association\nof neighbors', "árbol", 3, -2, None, date(2026, 11, 28)]]
    written = "".join(write_csv(["name", "word", "number", "less", "nothing", "day"], rows))
    assert written.startswith(BYTE_ORDER_MARK)
    assert read(written)[1] == ['Mill Creek, "the" association\nof neighbors', "árbol", "3", "-2", "", "2026-11-28"]


@pytest.mark.parametrize("sign", FORMULAS)
@pytest.mark.parametrize("before", ["", "  "])
def test_a_cell_that_would_run_is_text(sign: str, before: str) -> None:
    cell = f'{before}{sign}HYPERLINK("https://example.org")'
    assert read("".join(write_csv(["name"], [[cell]])))[1] == [f"'{cell}"]


def test_a_moment_says_its_zone() -> None:
    moment = datetime(2026, 11, 28, 9, 30, tzinfo=UTC)
    assert read("".join(write_csv(["at"], [[moment]])))[1] == ["2026-11-28T09:30:00+00:00"]
