"""`manage.py demo`: load the demonstration, and say what is in it."""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone, translation

from agreements.models import Agreement
from partners.models import Partnership, Program
from sprints.domain.plan import week_of
from sprints.domain.todo import sprint_of
from topcities import demo
from topcities.demo.cohort import load_cohort


class Command(BaseCommand):
    help = "Load the demonstration: one program with made-up partnerships. Doing it again changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="Tell what is in it as JSON.")

    def handle(self, *args: object, **options: object) -> None:
        if not settings.DEMO:
            raise CommandError("The demonstration is turned off (DEMO=0), so nothing was loaded.")
        now = timezone.now()
        program = demo.load(now=now)
        load_cohort(program, now=now)
        facts = summary_of(program)
        if options["json"]:
            self.stdout.write(json.dumps(facts, ensure_ascii=False, indent=2))
            return
        for partnership in facts["partnerships"]:
            self.stdout.write(f"{partnership['slug']} ({partnership['state']})")
            for persona in partnership["personas"]:
                self.stdout.write(f"  {persona['email']}, {persona['role']} {persona['party'] or ''}".rstrip())


def summary_of(program: Program) -> dict[str, Any]:
    """The demonstration as `--json` prints it. `sprint` is null until there is one, then "week 7 of 18"."""
    partnerships = program.partnerships.order_by("created_at").prefetch_related("seats__person")
    with translation.override("en"):
        return {"program": {"slug": program.slug}, "partnerships": [_partnership(p) for p in partnerships]}


def _partnership(partnership: Partnership) -> dict[str, Any]:
    agreement = Agreement.objects.prefetch_related("editions").get(partnership=partnership)
    personas = [
        {"email": seat.person.email, "role": seat.role, "party": seat.party}
        for seat in partnership.seats.all()
        if seat.ended_at is None
    ]
    words = week_of(sprint_of(partnership), timezone.now())
    sprint = words[:1].lower() + words[1:] or None
    return {"slug": partnership.slug, "state": agreement.state.value, "sprint": sprint, "personas": personas}
