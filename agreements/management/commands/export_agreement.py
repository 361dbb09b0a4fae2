"""manage.py export_agreement SLUG --out DIR: the sealed PDF, its text as data, and the ledger."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from agreements.domain.exports import NothingToExport, files_of
from partners.models import Partnership


class Command(BaseCommand):
    help = "Write agreement.pdf (sealed), agreement.json and ledger.json of a signed agreement into a folder."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug", help="the partnership's name in its addresses")
        parser.add_argument(
            "--out", type=Path, required=True, metavar="DIR", help="the folder, made where it is not there"
        )
        parser.add_argument("--edition", type=int, help="another edition than the newest that both parties signed")

    def handle(self, *, slug: str, out: Path, edition: int | None, **_options: object) -> None:
        partnership = Partnership.objects.filter(slug=slug).select_related("agreement").first()
        if partnership is None:
            raise CommandError(f"There is no partnership “{slug}”.")
        try:
            files = files_of(partnership, number=edition)
        except NothingToExport as nothing:
            raise CommandError(str(nothing)) from nothing
        try:
            self._write(files, out)
        except OSError as error:
            raise CommandError(f"Cannot write into {out}: {error.strerror}.") from error

    def _write(self, files: dict[str, bytes], out: Path) -> None:
        """Each file whole or not at all."""
        out.mkdir(parents=True, exist_ok=True)
        for name, data in files.items():
            unfinished = out / f".{name}.unfinished"
            try:
                unfinished.write_bytes(data)
                unfinished.replace(out / name)
            finally:
                unfinished.unlink(missing_ok=True)
            self.stdout.write(str(out / name))
