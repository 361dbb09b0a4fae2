"""Keep the rows of the wall as the facts are. Nothing that anybody did is changed: a row can always be made anew."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from partners.models import Partnership, Program
from programs.domain.wall import all_hold, derived, stale
from programs.models import WallContent, WallRow

KEYS = [field.name for field in WallRow._meta.concrete_fields if not field.primary_key]
AT_ONCE = 100  # rows in one transaction
PIECES = 5  # of each wall, whenever the worker comes by


def keep_rows(program: Program, partnerships: Iterable[Partnership], *, now: datetime) -> list[WallRow]:
    """The new rows of these partnerships, kept. What was read may be newer than the version that a row names, never
    older: then it is made once more."""
    # In one order, or two who look at the wall at once might wait for each other.
    rows = sorted(derived(program, partnerships, now), key=lambda row: row.pk)
    if not rows:
        return []
    with transaction.atomic():
        WallRow.objects.bulk_create(rows, update_conflicts=True, unique_fields=["partnership"], update_fields=KEYS)
        contents = [row.content for row in rows]
        WallContent.objects.bulk_create(contents, update_conflicts=True, unique_fields=["row"], update_fields=["said"])
    return rows


def refresh_wall(program: Program, *, now: datetime, most: int = AT_ONCE) -> bool:
    """Make anew what does not hold any more, but no more than `most` rows; whether all of them hold now."""
    if all_hold(program, now):
        return True
    chosen = list(stale(program, now)[: most + 1])
    keep_rows(program, chosen[:most], now=now)
    return len(chosen) <= most


def refresh_walls(*, now: datetime, pieces: int = PIECES) -> None:
    """Of each program in turn: where its day has turned, a whole wall in a few minutes, and other work in between."""
    for program in Program.objects.order_by("pk"):
        for _piece in range(pieces):
            if refresh_wall(program, now=now):
                break
