"""Walls of many partnerships, made straight in the database from one that is there."""

from __future__ import annotations

from copy import copy
from datetime import datetime
from uuid import uuid4

from ledger.models import Head
from partners.models import Partnership
from programs.actions.wall import refresh_wall
from programs.models import WallContent, WallRow
from programs.wall import Chip


def fill_wall(partnership: Partnership, count: int, *, now: datetime) -> None:
    """So many partnerships more in its program, with rows like its own that hold on that day: every second one under
    other chips, in weeks and states of their own. Of their chain there is no more than the number of its last event."""
    program = partnership.program
    refresh_wall(program, now=now)
    first, made, rows = WallRow.objects.get(partnership=partnership), [], []
    for number in range(count):
        one = copy(partnership)
        one.pk, one.slug = uuid4(), f"{partnership.slug}-{number}"
        made.append(one)
        row = copy(first)
        row.partnership, row.version, row.name = one, 1, f"{first.name} {number}"
        row.search, row.week, row.urgency = f"{first.search} {number}", number % 18, first.urgency - number % 100
        row.stage, row.silent_days, row.late_count = number % 8, number % 40, number % 5
        for place, chip in enumerate(Chip):
            setattr(row, chip.value, bool((number + place) % 3 == 0))
        rows.append(row)
    Partnership.objects.bulk_create(made)
    Head.objects.bulk_create(Head(chain=one.pk, sequence=1, digest="") for one in made)
    WallRow.objects.bulk_create(rows)
    WallContent.objects.bulk_create(WallContent(row_id=row.pk, said=first.content.said) for row in rows)
