"""Tables of partnerships for tests.

table = csv_of(line_of(1), line_of(2, issue=""))
sheet = hand_in(program, table)
"""

from __future__ import annotations

from django.utils import timezone

from partners.models import Program
from partners.parties import Party
from programs.actions import hand_in_sheet
from programs.domain.sheets import sheet_facts
from programs.models import Sheet
from tests.factories.people import staff_of
from text.spreadsheets import read_pasted

# What people call the columns, by field. Here neither side comes first by its place alone.
HEADINGS = {
    "community_organization": "Community partner",
    "city_organization": "City team",
    "issue": "Issue",
    "city_name": "City lead",
    "city_email": "City lead e-mail",
    "community_name": "Community lead",
    "community_email": "Community lead e-mail",
    "language": "Language",
}


def line_of(number: int, **changed: str) -> dict[str, str]:
    """One good line, by field."""
    line = {"issue": f"Missed night buses {number}", "language": "en"}
    for party in Party:
        line |= {
            f"{party}_organization": f"{party.label} {number}",
            f"{party}_name": f"Lea {party.label}",
            f"{party}_email": f"{party}{number}@example.org",
        }
    return {**line, **changed}


def csv_of(*lines: dict[str, str], separator: str = ";") -> str:
    cells = [list(HEADINGS.values()), *([line.get(field, "") for field in HEADINGS] for line in lines)]
    return "".join(separator.join(row) + "\r\n" for row in cells)


def hand_in(program: Program, table: str) -> Sheet:
    """Just now: a sheet is kept for a while, and pages ask the clock."""
    facts = sheet_facts(read_pasted(table))
    return hand_in_sheet(by=staff_of(program), program=program, facts=facts, now=timezone.now())
