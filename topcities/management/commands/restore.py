"""`manage.py restore DIR`: put a back-up back, checked before and after."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from topcities.backups.folder import BackupProblem
from topcities.backups.restore import Restored, look_at, restore


class Command(BaseCommand):
    help = (
        "Put a back-up back while the site is stopped: it is checked before anything is changed, and after. "
        "Exit status: 0 it is back, as it was made; 1 it is not, and why: then the database is as it was before."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, metavar="DIR", help="the folder that `manage.py backup` made")
        parser.add_argument("--check", action="store_true", help="only say whether it is whole; change nothing")
        parser.add_argument(
            "--replace", action="store_true", help="where the database here holds data, keep that aside and replace it"
        )
        parser.add_argument(
            "--migrate", action="store_true", help="bring a back-up of an earlier version up to this one"
        )

    def handle(self, *, folder: Path, check: bool, replace: bool, migrate: bool, **_options: object) -> None:
        try:
            if check:
                found, sums = look_at(folder)
                self.stdout.write(
                    f"{folder} is whole: {len(sums):,} files, of {found.made_at}, version {found.version}."
                )
                return
            now = timezone.now()
            done = restore(folder, replace=replace, migrate=migrate, now=now, say=self.stdout.write)
        except BackupProblem as problem:
            raise CommandError(str(problem)) from problem
        except OSError as error:
            says = f"{error.filename or folder}: {error.strerror}. The database is as it was before."
            raise CommandError(says) from error
        self.stdout.write("\n".join(in_words(done)))


def in_words(done: Restored) -> list[str]:
    rows, ledger = sum(done.facts.rows.values()), done.facts.ledger
    lines = [
        f"What was there on {done.facts.made_at} is back: {rows:,} rows, {ledger['events']:,} events of the ledger."
    ]
    lines.append(f"{done.files:,} files were put back; all were compared with their fingerprints.")
    if done.mail_waiting:
        lines.append(f"{done.mail_waiting:,} mails wait, and leave when the site starts.")
    if ledger["problems"] or done.facts.wrong_files:
        lines.append("What was wrong when the back-up was made still is: ask verify_ledger and verify_files.")
    if done.other_key:
        lines.append(
            "SECRET_KEY is another one than then: people sign in again, and open invitations must be sent again."
        )
    return [
        *lines,
        *done.kept,
        "Start the site, then: manage.py doctor",
    ]
