"""`manage.py verify_ledger`: does the record of what happened hold, and if not, where does it break?"""

from __future__ import annotations

import json
from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError

from ledger.anchors import NoAnchor, anchors_in
from ledger.verify import Anchor, Problem, Report, verify_ledger

NOT_SHOWN = (
    "Whoever owns the database can rewrite a chain from its beginning, with its head, or cut off its end. This check "
    "cannot show that. Compare with a copy that was kept elsewhere: --anchor with a sealed PDF, an export, or the mail "
    "that said the agreement is in force."
)
NOT_SHOWN_AFTER = "What came after the event that the given copy names can be compared only with a newer copy."


class Command(BaseCommand):
    help = (
        "Check that no event of the ledger was changed, removed or put elsewhere, nor what it says. "
        "Exit status: 0 it holds; 1 it is broken, and where; 2 the given copy or the database cannot be read."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--chain", type=UUID, metavar="UUID", help="only this chain: the partnership's id")
        parser.add_argument(
            "--anchor",
            type=Path,
            action="append",
            default=[],
            metavar="FILE",
            help="compare with a copy: a sealed PDF, record.json, ledger.json, or a text with a chain and its head",
        )
        parser.add_argument("--json", action="store_true", help="answer as JSON")

    def handle(self, *, chain: UUID | None, anchor: list[Path], json: bool, **_options: object) -> None:
        anchors = [found for file in anchor for found in _read(file, only=chain)]
        try:
            report = verify_ledger(anchors=anchors, only=chain)
        except OperationalError as error:
            problem = "The database cannot be asked, which says nothing about the ledger."
            raise CommandError(problem, returncode=2) from error
        not_shown = NOT_SHOWN_AFTER if anchors else NOT_SHOWN
        self.stdout.write(as_json(report, not_shown) if json else "\n".join(as_words(report, not_shown)))
        if not report.intact:
            raise SystemExit(1)


def _read(file: Path, *, only: UUID | None) -> list[Anchor]:
    try:
        found = anchors_in(file.read_bytes())
    except OSError as error:
        raise CommandError(f"{file}: {error.strerror}", returncode=2) from error
    except NoAnchor as error:
        raise CommandError(f"{file}: {error}", returncode=2) from error
    if only and only not in {anchor.chain for anchor in found}:
        raise CommandError(f"{file}: it tells of another chain than {only}", returncode=2)
    return found


def as_words(report: Report, not_shown: str) -> list[str]:
    counted = f"{report.chains} chains, {report.events} events, {report.erased} of them erased as recorded"
    compared = f"{report.heads} compared with what is known elsewhere"
    verdict = "INTACT" if report.intact else f"BROKEN: {len(report.problems)} findings"
    return [verdict, *map(_line, report.problems), f"{counted}; {compared}.", not_shown]


def _line(problem: Problem) -> str:
    where = f"chain {problem.chain}" if problem.chain else "the ledger"
    return f"  {where}, event {problem.sequence}: {problem.says}" if problem.sequence else f"  {where}: {problem.says}"


def as_json(report: Report, not_shown: str) -> str:
    problems = [asdict(found) for found in report.problems]
    counts = {"chains": report.chains, "events": report.events, "erased": report.erased, "compared": report.heads}
    told = {"intact": report.intact, **counts, "problems": problems, "not_shown": not_shown}
    return json.dumps(told, indent=1, default=str)
