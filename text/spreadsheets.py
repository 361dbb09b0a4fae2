"""Tables of spreadsheets: the only writer of CSV, and its only reader.

A cell that begins with one of these signs is run as a formula by Excel, LibreOffice and Google Sheets (OWASP, "CSV
Injection"). An apostrophe before it makes it text. The first line says to Excel that the file is UTF-8.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
BYTE_ORDER_MARK = "\ufeff"
Cell = str | int | float | bool | date | datetime | None

# Of a table that is handed in. Bytes, lines after the headings, columns, and characters of one cell.
LARGEST_TABLE = 4 * 1024 * 1024
MOST_ROWS = 5000
MOST_COLUMNS = 60
LONGEST_CELL = 2000
# A cell that spans more lines of the file than these holds a quotation mark that was never closed.
MOST_LINES_OF_A_CELL = 20
SEPARATORS = ("\t", ";", ",")
# How files of the workbooks themselves begin: a zip archive, and the older format of Excel.
WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")


@dataclass(frozen=True)
class Row:
    """One row: the number of its first line in the file, its cells, and what is wrong with one, by its place."""

    line: int
    cells: list[str]
    faults: dict[int, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Table:
    """What was read: how the file was written, its headings, and its rows without empty ones."""

    encoding: str
    separator: str
    headings: list[str]
    rows: list[Row]


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


def read_table(data: bytes) -> Table:
    """A file of a spreadsheet: comma, semicolon or tab; UTF-8, UTF-16, or Windows-1252, as Excel saves it.

    Raises ValidationError, in words, for what cannot be read as a table at all. What is wrong in a row stands there.
    """
    if data.startswith(WORKBOOKS):
        raise ValidationError(_("This is a workbook. In your spreadsheet, save it as CSV, and choose that file."))
    if len(data) > LARGEST_TABLE:
        raise ValidationError(_("The file is larger than 4 MB. Split it, and hand in each part."))
    text, encoding = _decoded(data)
    return read_pasted(text, encoding=encoding)


def read_pasted(text: str, *, encoding: str = "UTF-8") -> Table:
    """The same of what was copied out of a spreadsheet (tabs), or typed."""
    lines = list(io.StringIO(text.removeprefix(BYTE_ORDER_MARK), newline=""))
    start = next((number for number, line in enumerate(lines) if line.strip(" ,;\t\r\n")), len(lines))
    # Excel's own way to name the separator.
    named = lines[start].strip().lower() if start < len(lines) else ""
    if named.startswith("sep=") and named[4:] in {";", ","}:
        start += 1
    if start >= len(lines):
        raise ValidationError(
            _("There is nothing in it. The first line names the columns; below it, each line is a row.")
        )
    separator = max(SEPARATORS, key=lambda sign: len(_row(lines, start, sign)[0].cells))
    headings, after = _row(lines, start, separator)
    rows = list(islice(_rows(lines, after, separator), MOST_ROWS + 1))
    if len(rows) > MOST_ROWS:
        raise ValidationError(
            _("There are more than %(most)s lines. Split the table, and hand in each part.") % {"most": MOST_ROWS}
        )
    return Table(encoding, separator, [cell.strip() for cell in headings.cells], rows)


def _decoded(data: bytes) -> tuple[str, str]:
    """The text, and the name of the encoding for people. Windows-1252 is what is left: it takes nearly every byte."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        candidates = [("utf-16", "UTF-16")]
    elif b"\0" in (data[:1], data[1:2]) and data[:4].count(b"\0") == 2:  # without its mark
        candidates = [("utf-16-be" if data[:1] == b"\0" else "utf-16-le", "UTF-16")]
    else:
        candidates = [("utf-8-sig", "UTF-8"), ("cp1252", "Windows-1252")]
    for codec, name in candidates:
        try:
            return data.decode(codec), name
        except UnicodeDecodeError:
            continue
    raise ValidationError(_("The letters of this file cannot be read. Save it as CSV in UTF-8, and choose it again."))


def _rows(lines: list[str], at: int, separator: str) -> Iterator[Row]:
    while at < len(lines):
        if not lines[at].strip(f"{separator} \t\r\n"):  # as a spreadsheet saves a hundred thousand of at the end
            at += 1
            continue
        row, at = _row(lines, at, separator)
        if any(cell.strip() for cell in row.cells):
            yield row


def _row(lines: list[str], at: int, separator: str) -> tuple[Row, int]:
    """The row that begins at this line (from 0), and where the next one begins.

    Where quotation marks do not come in pairs, the row is that line alone, as it stands there: one mark must not
    swallow the rows after it.
    """
    reader = csv.reader(lines[at : at + MOST_LINES_OF_A_CELL], delimiter=separator, strict=True)
    try:
        cells = next(reader, [])
    except csv.Error:
        cells = lines[at].rstrip("\r\n").split(separator)
        return _checked(at + 1, cells, quotes=True), at + 1
    return _checked(at + 1, cells), at + max(reader.line_num, 1)


def _checked(line: int, cells: list[str], *, quotes: bool = False) -> Row:
    faults = {place: _fault(cell, quotes=quotes) for place, cell in enumerate(cells)}
    kept = [_shown(cell) for cell in cells]
    if too_many := len(kept) > MOST_COLUMNS:
        kept = kept[:MOST_COLUMNS]
    found = {place: why for place, why in faults.items() if why and place < MOST_COLUMNS}
    if quotes and not found:
        found = {0: _("A quotation mark in this line has no other one. Write the line again.")}
    if too_many:
        found[0] = _("This line has more than %(most)s cells. Is there a line break missing?") % {"most": MOST_COLUMNS}
    return Row(line, kept, found)


def _fault(cell: str, *, quotes: bool) -> str:
    if "\0" in cell:
        return _("There is a character here that is no text (NUL). Type it again.")
    if len(cell) > LONGEST_CELL:
        message = _("This cell has %(length)s characters; %(most)s can be read. Is a quotation mark missing?")
        return message % {"length": len(cell), "most": LONGEST_CELL}
    if quotes and cell.count('"') % 2:
        return _("There is a quotation mark here that has no other one. Take it out, or write it twice.")
    return ""


def _shown(cell: str) -> str:
    """Without what cannot be shown, and without the apostrophe that our own writer put before a formula's sign."""
    text = cell.replace("\0", "")[:LONGEST_CELL].strip()
    return text[1:] if text.startswith("'") and text[1:].lstrip(" ").startswith(FORMULAS) else text
