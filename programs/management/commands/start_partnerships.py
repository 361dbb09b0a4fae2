"""manage.py start_partnerships --program SLUG FILE.csv: a table of partnerships, from a terminal."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from partners.models import Partnership, Person, Program
from programs.actions.sheets import ask_for_lines, hand_in_sheet, make_asked
from programs.domain.sheets import SheetFacts, sheet_facts
from programs.forms.sheets import CheckedLine, LineCheck
from text.spreadsheets import LARGEST_TABLE, read_table

Report = dict[str, list[dict[str, Any]]]


class Command(BaseCommand):
    help = (
        "Start the partnerships of a program from a table (CSV). A line that stands already is left as it is, so the "
        "same file can be handed in again. Exit status: 0 when nothing is wrong, 1 when some lines are, and the others "
        "are made, 2 when nothing could be read."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "file", type=Path, metavar="FILE.csv", help="comma, semicolon or tab; the first line names the columns"
        )
        parser.add_argument("--program", required=True, metavar="SLUG", help="the program's name in its addresses")
        parser.add_argument(
            "--by", default="", metavar="ADDRESS", help="who of the staff starts them; needed where there are several"
        )
        parser.add_argument("--dry-run", action="store_true", help="say what would be made, and make nothing")
        parser.add_argument("--json", action="store_true", help="say it as JSON: made, already, wrong")

    def handle(self, *, file: Path, program: str, by: str, **options: Any) -> None:
        found = Program.objects.filter(slug=program).first()
        if found is None:
            raise CommandError(f"There is no program “{program}”.", returncode=2)
        facts = _read(file)
        report = _planned(found, facts) if options["dry_run"] else _made(found, facts, by=_staff(found, by))
        self.stdout.write(json.dumps(report, indent=1, ensure_ascii=False) if options["json"] else _in_words(report))
        if report["wrong"]:
            raise CommandError(f"{len(report['wrong'])} lines are wrong. Nothing was made of them.", returncode=1)


def _read(file: Path) -> SheetFacts:
    try:
        with file.open("rb") as opened:
            return sheet_facts(read_table(opened.read(LARGEST_TABLE + 1)))
    except OSError as error:
        raise CommandError(f"Cannot read {file}: {error.strerror}.", returncode=2) from error
    except ValidationError as error:
        raise CommandError(" ".join(error.messages), returncode=2) from error


def _staff(program: Program, address: str) -> Person:
    """Who starts them: the ledger names them, and the invitations are theirs."""
    staff = [one.person for one in program.staff.filter(person__is_active=True).select_related("person")]
    named = [person for person in staff if address.lower() in ("", person.email.lower())]
    if len(named) == 1:
        return named[0]
    nobody = "Nobody of the staff has that address."
    raise CommandError(nobody if address else "Say who of the staff starts them: --by ADDRESS.", returncode=2)


def _planned(program: Program, facts: SheetFacts) -> Report:
    return _report(LineCheck(program).check(facts.lines))


def _made(program: Program, facts: SheetFacts, *, by: Person) -> Report:
    checked = LineCheck(program).check(facts.lines)
    good = [one.line.number for one in checked if one.can_be_made]
    if not good:
        return _report(checked)
    sheet = hand_in_sheet(by=by, program=program, facts=facts, now=timezone.now())
    ask_for_lines(by=by, sheet=sheet, numbers=good, now=timezone.now())
    while make_asked(clock=timezone.now, sheet=sheet):
        pass
    after = {one.line.number: one for one in LineCheck(program).check(sheet.lines.all())}
    return _report([after[one.line.number] if one.can_be_made else one for one in checked])


def _report(lines: list[CheckedLine]) -> Report:
    """A line is `made` where it was made just now, or can be; it stands `already`, as its own or as an earlier line's
    partnership; or it is `wrong`, with an entry for each field."""
    there = Partnership.objects.filter(pk__in={one.stands for one in lines if one.stands})
    slugs = dict(there.values_list("pk", "slug"))
    report: Report = {"made": [], "already": [], "wrong": []}
    for one in lines:
        said: dict[str, Any] = {"line": one.line.number}
        if one.stands:
            said["partnership"] = slugs.get(one.stands, "")
        if one.same_as:
            said["same_as"] = one.same_as
        if one.wrong:
            report["wrong"] += [said | {"field": field, "why": why} for field, why in one.wrong.items()]
        else:
            report["made" if one.can_be_made or one.line.made_at else "already"].append(said)
    return report


def _in_words(report: Report) -> str:
    lines = [f"{len(report[kind])} {kind}" for kind in ("made", "already")]
    lines += [f"line {one['line']}, {one['field'] or 'the whole line'}: {one['why']}" for one in report["wrong"]]
    return "\n".join(lines)
