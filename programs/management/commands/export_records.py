"""manage.py export_records SLUG --out FILE.zip [--redact]: a partnership whole, for a records request."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from partners.models import Partnership
from programs.actions.records import tell_of_records
from programs.domain.records import Records


class Command(BaseCommand):
    help = (
        "Write everything that is kept of a partnership into a zip file: its rows as JSON, its files, its ledger. With "
        "--redact without contact data and what may name residents; redactions.json lists each. Its ledger says that "
        "this was done. Exit status: 0 written; 1 not written, and why."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug", help="the partnership's name in its addresses")
        parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="the zip file; it must be new")
        parser.add_argument("--redact", action="store_true", help="take out contact data and what may name residents")
        parser.add_argument("--json", action="store_true", help="answer as JSON")

    def handle(self, *, slug: str, out: Path, redact: bool, json: bool, **_options: object) -> None:
        partnership = Partnership.objects.filter(slug=slug).first()
        if partnership is None:
            raise CommandError(f"There is no partnership “{slug}”.")
        if out.exists():
            raise CommandError(f"{out} is there already. Name another file.")
        unfinished = out.with_name(f"{out.name}.unfinished")
        try:
            with ZipFile(unfinished, "w", ZIP_DEFLATED) as target:
                records = Records(target, redact=redact)
                records.write(partnership)
            tell_of_records(partnership=partnership, redacted=redact, now=timezone.now())
            unfinished.replace(out)
        except OSError as error:
            raise CommandError(f"Cannot write {out}: {error.strerror}.") from error
        finally:
            unfinished.unlink(missing_ok=True)
        self.stdout.write(as_json(out, records) if json else as_words(out, records))


def as_words(out: Path, records: Records) -> str:
    return f"{out}: {len(records.sums)} files; {len(records.redactions)} places were redacted."


def as_json(out: Path, records: Records) -> str:
    redactions = [one._asdict() for one in records.redactions]
    return json.dumps({"file": str(out), "files": len(records.sums), "redactions": redactions}, indent=1)
