"""manage.py export_signed --program SLUG --out FILE.zip: all signed agreements of a program, in one archive."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from partners.models import Program
from programs.actions.archives import Archive, pack, put_together
from programs.archive.folder import Damaged, WorkFolder

NOT_ALL = 2


class Command(BaseCommand):
    help = (
        "Write the signed and sealed agreements of a program into a zip file, with their records, their ledgers, a "
        "manifest, and verify.py, which checks them without this product. Where it was stopped, it goes on. "
        "Exit status: 0 all that both parties signed is in it; 1 it was not written; 2 it was written, but a signed "
        "agreement is not in it: which one, and why, is said."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--program", required=True, metavar="SLUG", help="the program's name in its addresses")
        parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="the zip file; it must be new")
        parser.add_argument("--json", action="store_true", help="answer as JSON")

    def handle(self, *, program: str, out: Path, json: bool, **_options: object) -> None:
        found = Program.objects.filter(slug=program).first()
        if found is None:
            raise CommandError(f"There is no program “{program}”.")
        if out.exists():
            raise CommandError(f"{out} is there already. Name another file.")
        try:
            archive, missing = _written(found, out)
        except OSError as error:
            raise CommandError(f"Cannot write {out}: {error.strerror}.") from error
        except Damaged as error:
            raise CommandError(f"A file changed while it was packed: {error}. Run this again.") from error
        self.stdout.write(as_json(out, archive, missing) if json else "\n".join(as_words(out, archive, missing)))
        if any(one["edition"] for one in missing):
            raise SystemExit(NOT_ALL)


def _written(program: Program, out: Path) -> tuple[Archive, list[dict[str, object]]]:
    """The archive under its name, whole; until then it lies in a folder beside it, where a second start goes on."""
    work = WorkFolder(out.with_name(f"{out.name}.unfinished"))
    for _number in pack(work, program.partnerships.order_by("created_at", "pk").values_list("pk", flat=True)):
        pass
    archive = put_together(work, program=program.name, by="manage.py export_signed", now=timezone.now())
    missing = list(_missing(work))
    archive.path.replace(out)
    work.remove()
    return archive, missing


def _missing(work: WorkFolder) -> Iterator[dict[str, object]]:
    for entry in work.entries():
        for one in entry["missing"]:
            yield {"partnership": entry["name"], **one}


def as_words(out: Path, archive: Archive, missing: list[dict[str, object]]) -> list[str]:
    lines = [f"{out}: the agreements of {archive.agreements} partnerships."]
    lines += [f"not in it: {one['partnership']}: {one['why']}" for one in missing]
    return [*lines, f"manifest.json: {archive.manifest_sha256}"]


def as_json(out: Path, archive: Archive, missing: list[dict[str, object]]) -> str:
    figures = {name: value for name, value in archive._asdict().items() if name != "path"}
    return json.dumps({"file": str(out), **figures, "missing": missing}, ensure_ascii=False, indent=1)
