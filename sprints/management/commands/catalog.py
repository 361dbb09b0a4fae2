"""manage.py catalog FILE [--json]: what would be taken of a city's catalog file, before it is handed in."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path

from django.core.management.base import BaseCommand

from sprints.catalog.contents import LARGEST, Contents, contents_of
from sprints.catalog.portals import WHERE_TO_LOOK
from sprints.catalog.window import FileProblem

PIECE = 512 * 1024  # bytes
ALL, SOME, NOTHING = 0, 1, 2


class Command(BaseCommand):
    help = (
        "Say what the page would take of a city's catalog file, and what not. It needs no database. "
        "Exit status: 0 all was taken; 1 not all, or there was nothing to take; 2 this is no catalog file."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="the city's data.json, or its feed")
        parser.add_argument("--json", action="store_true", help="answer as JSON")

    def handle(self, *, file: Path, json: bool, **_options: object) -> None:
        try:
            found = self._contents(file)
        except OSError as error:
            self.stderr.write(f"{file}: {error.strerror}")
            sys.exit(NOTHING)
        self.stdout.write(as_json(found) if json else "\n".join(as_words(found)))
        if found.problem:
            self.stderr.write(str(found.problem.label))
        if found.is_no_catalog:
            self.stderr.write(str(WHERE_TO_LOOK))
        sys.exit(status_of(found))

    def _contents(self, file: Path) -> Contents:
        if file.stat().st_size > LARGEST:
            return Contents(problem=FileProblem.FILE_TOO_LARGE)
        with file.open("rb") as opened:
            return contents_of(iter(lambda: opened.read(PIECE), b""))


def status_of(found: Contents) -> int:
    if found.is_no_catalog:
        return NOTHING
    return ALL if found.taken and not found.skipped and not found.not_read_rows else SOME


def as_json(found: Contents) -> str:
    skipped = [{"entry": name, "why": str(problem.label)} for name, problem in found.skipped]
    not_read = [{"what": what, "count": count} for what, count in found.not_read_rows]
    return json.dumps({"taken": found.taken, "skipped": skipped, "not_read": not_read}, ensure_ascii=False, indent=2)


def as_words(found: Contents) -> Iterator[str]:
    yield f"taken: {found.taken}"
    yield f"skipped: {len(found.skipped)}"
    for name, problem in found.skipped:
        yield f"  {name}: {problem.label}"
    yield f"not read: {sum(count for _what, count in found.not_read_rows)}"
    for what, count in found.not_read_rows:
        yield f"  {what}: {count}"
