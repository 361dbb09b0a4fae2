"""`manage.py backup DIR`: database, files and keys in one folder, while the site runs."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from topcities.backups import keys
from topcities.backups.backup import Made, back_up
from topcities.backups.folder import BackupProblem


class Command(BaseCommand):
    help = (
        "Copy database, files and the keys made here into a folder that is not there yet, while the site runs. It is "
        "whole, or not there. Exit status: 0 made and read back; 1 not made, and why; 2 made, but something that it "
        "holds was changed or lost before, and what."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, metavar="DIR", help="the new folder, best on another disk")

    def handle(self, *, folder: Path, **_options: object) -> None:
        try:
            made = back_up(folder, now=timezone.now(), say=self.stdout.write)
        except BackupProblem as problem:
            raise CommandError(str(problem)) from problem
        except OSError as error:
            raise CommandError(f"{error.filename or folder}: {error.strerror}. No back-up was made.") from error
        self.stdout.write("\n".join(in_words(made, folder)))
        if not made.is_well:
            raise SystemExit(2)


def in_words(made: Made, folder: Path) -> list[str]:
    rows, events = sum(made.facts.rows.values()), made.facts.ledger["events"]
    lines = [f"{folder} is whole: {rows:,} rows, {events:,} of them events of the ledger, and {made.files:,} files."]
    if given := keys.given():
        lines.append(f"Not in it: what you gave as {' and '.join(given)}. Keep that in your own safe.")
    if made.facts.ledger["problems"]:
        lines.append("The ledger does not hold: ask manage.py verify_ledger. It was copied as it is.")
    if made.wrong:
        lines.append("Not as they were handed in, and copied as they are, where they are there:")
    return lines + [f"  {one}" for one in made.wrong]
