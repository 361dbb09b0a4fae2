"""Tables for spreadsheets: the only writer of CSV.

A cell that begins with one of these signs is run as a formula by Excel, LibreOffice and Google Sheets (OWASP, "CSV
Injection"). An apostrophe before it makes it text. The first line says to Excel that the file is UTF-8.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime

FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
BYTE_ORDER_MARK = "\ufeff"
Cell = str | int | float | bool | date | datetime | None


def write_csv(headings: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[str]:
    """The lines of a file of comma-separated values (RFC 4180), one at a time, so that a table may be long."""
    yield BYTE_ORDER_MARK + _line(headings)
    for row in rows:
        yield _line(row)


def _line(row: Sequence[Cell]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow([_cell(value) for value in row])
    return line.getvalue()


def _cell(value: Cell) -> str:
    if value is None:
        return ""
    if isinstance(value, date):  # a datetime is one
        return value.isoformat()
    said = str(value)
    return f"'{said}" if isinstance(value, str) and said.lstrip(" ").startswith(FORMULAS) else said
