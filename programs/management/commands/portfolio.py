"""How all partnerships of a program stand, as its wall says."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from partners.models import Program
from programs.domain.wall import wall_rows
from programs.domain.wall_table import row_as_json
from programs.domain.wall_words import WallLine


class Command(BaseCommand):
    help = "Say how all partnerships of a program stand, as its wall does: the most urgent first. Changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug", help="The program, as its address on this site names it.")
        parser.add_argument("--json", action="store_true", help="All facts, for other programs.")

    def handle(self, *, slug: str, **options: Any) -> None:
        """Raises CommandError where there is no such program."""
        program = Program.objects.filter(slug=slug).first()
        if program is None:
            raise CommandError(f"There is no program “{slug}”.")
        now = timezone.now()
        rows = wall_rows(program, now)
        if options["json"]:
            said = {
                "program": program.slug,
                "name": program.name,
                "at": now.isoformat(),
                "time_zone": program.time_zone,
            }
            self.stdout.write(json.dumps(said | {"partnerships": [row_as_json(row) for row in rows]}, indent=2))
            return
        for line in map(WallLine, rows):
            self.stdout.write(f"{line.title}: {line.state}, {line.note}. {line.waits_words}")
