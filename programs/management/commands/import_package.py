"""`manage.py import_package FILE [--program SLUG [--by ADDRESS]] [--json]`."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from partners.models import Person, Program
from programs.actions import import_package
from programs.actions.packages import Imported
from programs.package.archive import LARGEST_FILE, Unreadable, content_of
from programs.package.reading import Package, package_of


class Command(BaseCommand):
    help = (
        "Begin a program's template and plan with a starting package of another partnership. Without --program nothing "
        "is changed: it says what is in the file. Exit status 1 where the file cannot be read."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--program", metavar="SLUG", help="The program whose copies begin with it.")
        parser.add_argument(
            "--by",
            metavar="ADDRESS",
            default="",
            help="In whose name: needed where a program has several people of staff.",
        )
        parser.add_argument("--json", action="store_true", help="Tell what was used as JSON.")

    def handle(self, *args: Any, **options: Any) -> None:
        package = read(options["file"])
        slug, by = options["program"], options["by"]
        found = begun(package, slug, by) if slug else looked_at(package)
        self.stdout.write(json.dumps(asdict(found), ensure_ascii=False, indent=1) if options["json"] else words(found))


def read(path: Path) -> Package:
    try:
        with path.open("rb") as file:
            return package_of(content_of(file.read(LARGEST_FILE + 1)))
    except (OSError, Unreadable) as error:
        raise CommandError(str(error)) from error


def begun(package: Package, slug: str, address: str) -> Imported:
    program = Program.objects.filter(slug=slug).first()
    if program is None:
        raise CommandError(f"There is no program {slug}. Nothing was changed.")
    by = staff_named(program, address)
    return import_package(by=by, program=program, package=package, now=timezone.now())


def staff_named(program: Program, address: str) -> Person:
    """In whose name it is done: of the only person of staff, or of the one with this address."""
    staff = list(Person.objects.filter(programs__program=program, is_active=True).order_by("programs__since"))
    named = [one for one in staff if one.email.lower() == address.strip().lower()] if address else staff
    if len(named) == 1:
        return named[0]
    if not staff:
        raise CommandError(
            f"The program {program.slug} has no staff, so nobody can begin with it. Nothing was changed."
        )
    said = f"{address} is not among its staff" if address else f"{len(staff)} people run it"
    may = ", ".join(one.email for one in staff)
    raise CommandError(f"In whose name in {program.slug}? {said}. Nothing was changed. Say --by with one of: {may}.")


def looked_at(package: Package) -> Imported:
    found = {"template": package.template, "plan": package.plan}
    return Imported(package.origin, [name for name, one in found.items() if one], package.unused)


def words(found: Imported) -> str:
    lines = [f"From: {found.origin}", *(f"Begun: {one}" for one in found.used)]
    return "\n".join([*lines, *(f"Not used: {one}" for one in found.unused)])
