"""The wall as a table: for a spreadsheet, with days as they are sorted there, and for other programs. Reads only."""

from __future__ import annotations

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partners.parties import Party
from programs.domain.wall_words import WallLine
from programs.models import WallRow
from programs.wall import Chip, Coming
from text.spreadsheets import Cell

HEADINGS: tuple[Promise, ...] = (
    *(party.label for party in Party),
    gettext_lazy("Issue"),
    gettext_lazy("State"),
    gettext_lazy("How far"),
    gettext_lazy("Late"),
    gettext_lazy("What is late, or waits"),
    gettext_lazy("Waits for"),
    gettext_lazy("Since"),
    gettext_lazy("Ratings of the city team"),
    gettext_lazy("Ratings of the community partner"),
    gettext_lazy("Last act of the city team"),
    gettext_lazy("Last act of the community partner"),
    gettext_lazy("Milestones done"),
    gettext_lazy("Milestones"),
    gettext_lazy("Next milestone"),
    gettext_lazy("Next sign-off"),
    gettext_lazy("Next meeting"),
    gettext_lazy("Address"),
)


def table_row(line: WallLine) -> list[Cell]:
    facts, waits = line.facts, line.waits
    return [
        *(facts.names[party] for party in Party),
        facts.issue,
        line.state,
        line.note,
        len(facts.late),
        "; ".join(waits.titles),
        "; ".join([*(name for _party, name in waits.parties), *waits.roles]),
        min((one.since for one in facts.late or facts.waiting if one.since), default=None),
        *(line.ratings_of(party) for party in Party),
        *(facts.last[party] for party in Party),
        facts.done,
        facts.of,
        *(_dated(one, line) for one in (facts.milestone, facts.sign_off, facts.meeting)),
        line.slug,
    ]


def _dated(coming: Coming | None, line: WallLine) -> str | date | None:
    if coming and coming.at:
        return coming.at.astimezone(ZoneInfo(line.row.time_zone)).isoformat(timespec="minutes")
    return f"{coming.day.isoformat()} {_(coming.title)}" if coming else None


def row_as_json(row: WallRow) -> dict[str, Any]:
    """A row for other programs: its facts as they are kept, in no reader's language, and the chips that it is under."""
    return {
        "partnership": row.partnership.slug,
        "id": str(row.pk),
        "version": row.version,
        "day": row.today.isoformat(),
        "shown_first": row.partnership.shown_first,
        "chips": [chip.value for chip in Chip if getattr(row, chip.value)],
        "late_count": row.late_count,
        "silent_days": row.silent_days,
        **row.facts.as_json(),
    }
