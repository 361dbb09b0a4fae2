"""`manage.py verify_files`: is each kept file still what was handed in or sealed?"""

from __future__ import annotations

import json as json_format
from argparse import ArgumentParser

from django.core.management.base import BaseCommand

from topcities.kept_files import Comparison, FileState, all_files, compare_all

TELLS_EVERY = 1000


class Command(BaseCommand):
    help = (
        "Compare each kept file (evidence, letters, scans, sealed PDFs) with its fingerprint, wherever it is kept. "
        "Exit status: 0 all are as they were; 1 some were changed or are lost, and which; 2 some could not be read."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="the last line says the figures as JSON")

    def handle(self, *, json: bool, **_options: object) -> None:
        self.told = 0
        report = compare_all(all_files(), tell=self.tell)
        self.stdout.write(in_words(report))
        if json:
            self.stdout.write(json_format.dumps(report.figures()))
        if status := status_of(report):
            raise SystemExit(status)

    def tell(self, so_far: Comparison) -> None:
        """What was found since the last time."""
        for problem in so_far.problems[self.told :]:
            self.stdout.write(str(problem))
        self.told = len(so_far.problems)
        if so_far.checked % TELLS_EVERY == 0:
            self.stderr.write(f"{so_far.checked:,} files compared")


def in_words(report: Comparison) -> str:
    counted = f"{report.checked:,} files compared"
    if not report.problems:
        return f"{counted}: all are as they were."
    found = [f"{report.count(state):,} {state}" for state in FileState if report.count(state)]
    lines = [f"{counted}: {', '.join(found)}."]
    if report.count(FileState.CHANGED) or report.count(FileState.LOST):
        lines.append(
            "Bring back what was kept from a back-up: docs/operations/backup.md, “A file was changed or lost”."
        )
    if not report.ended:
        lines.append("The storage does not answer, so the rest was not compared. Mend that, then ask again.")
    return "\n".join(lines)


def status_of(report: Comparison) -> int:
    if report.count(FileState.CHANGED) or report.count(FileState.LOST):
        return 1
    return 2 if report.problems else 0
