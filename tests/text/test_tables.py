"""A table that somebody hands in is read whole, or said to be unreadable; a fault is said of its line and cell."""

from __future__ import annotations

import time

import pytest
from django.core.exceptions import ValidationError

from text.spreadsheets import LARGEST_TABLE, LONGEST_CELL, MOST_ROWS, read_pasted, read_table, write_csv

ROWS = [["name", "place"], ["Peña, Inés", "Río"], ["Ana", "León"]]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize(
    ("codec", "name"),
    [
        *(("utf-8", "UTF-8"), ("utf-8-sig", "UTF-8"), ("utf-16", "UTF-16"), ("utf-16-le", "UTF-16")),
        *(("utf-16-be", "UTF-16"), ("cp1252", "Windows-1252")),
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_table_says_the_same_however_it_was_saved(separator: str, codec: str, name: str, end: str) -> None:
    text = end.join(separator.join(f'"{cell}"' for cell in row) for row in ROWS)
    table = read_table(text.encode(codec))
    assert (table.encoding, table.separator, table.headings) == (name, separator, ROWS[0])
    assert [row.cells for row in table.rows] == ROWS[1:]
    assert [row.line for row in table.rows] == [2, 3]


def test_what_our_writer_wrote_is_read_again() -> None:
    rows = [["=SUM(A1)", "two\nlines"], ["+1", 'a "word"']]
    table = read_table("".join(write_csv(["one", "two"], rows)).encode())
    assert [row.cells for row in table.rows] == rows
    assert [row.line for row in table.rows] == [2, 4]


def test_empty_lines_are_no_rows_and_excels_own_line_names_the_separator() -> None:
    table = read_pasted("\n sep=;\r\nname;place\r\n;;\r\n\r\nAna;León\r\n")
    assert (table.headings, [(row.line, row.cells) for row in table.rows]) == (
        ["name", "place"],
        [(6, ["Ana", "León"])],
    )


def test_a_quotation_mark_that_was_never_closed_swallows_no_other_line() -> None:
    table = read_pasted('name,place\nAna,"León\nInés,Río\n"Eva" Sol,Lima\nPaz,Quito\n')
    assert [row.cells[1] for row in table.rows if not row.faults] == ["Río", "Quito"]
    lone, odd = (row for row in table.rows if row.faults)
    assert (lone.line, set(lone.faults), odd.line) == (2, {1}, 4)


def test_a_long_cell_and_a_sign_that_is_no_text_are_said_of_their_cell() -> None:
    table = read_pasted(f"name,place\nAna,{'x' * (LONGEST_CELL + 1)}\nI\0nés,Río\n")
    assert [(row.line, set(row.faults)) for row in table.rows] == [(2, {1}), (3, {0})]
    assert str(LONGEST_CELL + 1) in table.rows[0].faults[1]
    assert table.rows[1].cells == ["Inés", "Río"]


@pytest.mark.parametrize(
    ("data", "word"),
    [
        *((b"", "nothing in it"), (b"\n;;\n", "nothing in it"), (b"PK\x03\x04", "workbook"), (b"\xff\xfea", "letters")),
        *((b"\x81\x8d\x8f", "letters"), (b"x" * (LARGEST_TABLE + 1), "larger than 4 MB")),
        (b"name\n" + b"a\n" * (MOST_ROWS + 1), "more than 5000 lines"),
    ],
    ids=["empty", "only separators", "workbook", "half a letter", "no letters", "too large", "too long"],
)
def test_what_is_no_table_is_refused_in_words(data: bytes, word: str) -> None:
    with pytest.raises(ValidationError, match=word):
        read_table(data)


def test_empty_lines_without_end_are_passed_over_at_once() -> None:
    """A spreadsheet that was formatted far down saves a hundred thousand of them."""
    began = time.process_time()
    table = read_table(b"City;Community\n" + b";\n" * 200_000 + b"Elm;Oak\n" + b"\n" * 200_000)
    assert [(row.line, row.cells) for row in table.rows] == [(200_002, ["Elm", "Oak"])]
    assert time.process_time() - began < 5
