"""A table of partnerships: what was read of it, what stands already, and how far it is made. Reads only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from django.conf import settings
from django.db.models import Count, Q, QuerySet

from agreements.models import Clause, ClauseKind
from agreements.wording.template import as_phrase
from ledger.canonical import digest
from partners.models import Organization, Partnership, Program
from partners.parties import Party
from programs.domain.sheet_columns import BOTH_LANGUAGES, Columns, columns_of, language_of
from programs.models import Sheet, SheetLine
from text.clean import one_line
from text.spreadsheets import Row, Table

T = TypeVar("T")
FIELDS = (*(f"{party}_{what}" for party in Party for what in ("organization", "name", "email", "language")), "issue")


@dataclass(frozen=True)
class SheetFacts:
    """A table that was read: how it was written, the headings that nobody knows, and its lines, not saved yet."""

    encoding: str
    separator: str
    ignored: list[str]
    lines: list[SheetLine]


def sheet_facts(table: Table) -> SheetFacts:
    """Raises ValidationError, in words, where the first line does not name the columns."""
    columns = columns_of(table.headings)
    lines = [_line(row, columns) for row in table.rows]
    return SheetFacts(table.encoding, table.separator, columns.unknown, lines)


def _line(row: Row, columns: Columns) -> SheetLine:
    """A fault in a column that nobody reads is none; one of the whole line stands at its first field."""
    said = {field: row.cells[place] if place < len(row.cells) else "" for field, place in columns.places.items()}
    faults = {field: row.faults[place] for field, place in columns.places.items() if place in row.faults}
    both = said.pop(BOTH_LANGUAGES, "")
    faults.pop(BOTH_LANGUAGES, None)
    for party in Party:
        own = said.get(f"{party}_language") or both or settings.LANGUAGE_CODE
        said[f"{party}_language"] = language_of(own)
    return SheetLine(number=row.line, cells=said, faults=faults)


# --- What stands already ----------------------------------------------------------------------------------------------


def fingerprint(program: Program, organizations: Mapping[Party, str], issue: str) -> str:
    """Of one partnership: its program, both organizations and its issue, whatever their capitals and spaces."""
    names = {party.value: one_line(organizations[party]).casefold() for party in Party}
    return digest({"program": program.pk, "organizations": names, "issue": as_phrase(one_line(issue)).casefold()})


def fingerprint_of(line: SheetLine, program: Program) -> str:
    organizations = {party: line.cells.get(f"{party}_organization", "") for party in Party}
    return fingerprint(program, organizations, line.cells.get("issue", ""))


def standing(program: Program) -> dict[str, UUID | None]:
    """The partnerships of a program by fingerprint: as they are called now, and as the line said that made them. One
    that was taken away since has no id, and is not made anew by the same file."""
    made = SheetLine.objects.filter(sheet__program=program).exclude(made_as=None)
    known: dict[str, UUID | None] = {
        fingerprint(program, names, issue): pk for pk, (names, issue) in _called(program).items()
    }
    return known | {made_as: pk for made_as, pk in made.values_list("made_as", "partnership_id") if made_as}


def _called(program: Program) -> dict[UUID, tuple[dict[Party, str], str]]:
    names: dict[UUID, dict[Party, str]] = defaultdict(dict)
    organizations = Organization.objects.filter(partnership__program=program)
    for pk, party, name in organizations.values_list("partnership_id", "party", "name"):
        names[pk][Party(party)] = name
    issues = Clause.objects.filter(kind=ClauseKind.ISSUE, agreement__partnership__program=program)
    said = issues.values_list("agreement__partnership_id", "agreement__language", "base__texts")
    return {pk: (names[pk], texts.get(language, "")) for pk, language, texts in said if texts and len(names[pk]) == 2}


def partnerships_shown(lines: Iterable[tuple[T, UUID | None]]) -> list[tuple[T, Partnership | None]]:
    """Each line with the partnership that stands for it; None where it was taken away since."""
    lines = list(lines)
    there = Partnership.objects.in_bulk({pk for _line, pk in lines if pk})
    return [(line, there.get(pk) if pk else None) for line, pk in lines]


# --- How far it is ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Progress:
    """How many lines were asked for, and how many of them are made."""

    asked: int
    made: int

    @property
    def waits(self) -> int:
        return self.asked - self.made


def sheets_of(program: Program, now: datetime) -> QuerySet[Sheet]:
    """The last that were handed in and are kept, with how many lines each has, and how many of them are made."""
    made = Count("lines", filter=Q(lines__made_at__isnull=False))
    counted = Sheet.objects.kept(now).filter(program=program).annotate(count=Count("lines"), made=made)
    return counted.select_related("handed_in_by").order_by("-handed_in_at")[:10]


def progress_of(sheet: Sheet) -> Progress:
    asked = Count("pk", filter=Q(asked_at__isnull=False))
    counts = sheet.lines.aggregate(asked=asked, made=Count("pk", filter=Q(made_at__isnull=False)))
    return Progress(**counts)
