"""manage.py promises SLUG [--json]: what was promised, and what was done for each promise."""

from __future__ import annotations

import json

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from partners.models import Partnership
from sprints.domain.milestones import sprint_status
from sprints.domain.promises import as_data
from sprints.domain.todo import sprint_of


class Command(BaseCommand):
    help = "Tell the goals and commitments of an agreement, each with its milestones, evidence and sign-offs."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug", help="the partnership's name in its addresses")
        parser.add_argument("--json", action="store_true", help="as JSON")

    def handle(self, *, slug: str, **options: object) -> None:
        partnership = Partnership.objects.filter(slug=slug).select_related("program").first()
        if partnership is None:
            raise CommandError(f"There is no partnership “{slug}”.")
        now, sprint = timezone.now(), sprint_of(partnership)
        standing = sprint_status(sprint, now=now) if sprint and sprint.first_day else None
        data = as_data(partnership, standing, now=now)
        if options["json"]:
            self.stdout.write(json.dumps(data, ensure_ascii=False, indent=2))
            return
        for row in [*data["goals"], *data["commitments"]]:
            self.stdout.write(f"{row['key']}: {row['text']}")
            for one in row["milestones"]:
                self.stdout.write(f"  {one['state']}: {one['title']}, evidence {one['evidence']}")
            if not row["milestones"]:
                self.stdout.write("  no milestone")
