"""The row of a partnership on the wall: what it is found, filtered and put in order by, and what it says."""

from __future__ import annotations

from datetime import date, datetime
from functools import cached_property
from typing import ClassVar
from zoneinfo import ZoneInfo

from django.db import models

from partners.models import Partnership, Program
from programs.wall import Chip, WallFacts, facts_from

TIES = ("urgency", "name", "partnership")  # the order of those that are alike in what is sorted by
CHIPS = tuple(chip.value for chip in Chip)


class WallRow(models.Model):
    """It follows from the facts, and is made anew when it does not hold any more: when its partnership's chain has
    grown (`version` is the number of the last event), at `holds_until` (the turn of the day where the program is, the
    end of a meeting), and when the program has moved to another zone. Nobody clears it by hand, and losing it loses
    nothing.
    """

    partnership = models.OneToOneField(Partnership, primary_key=True, on_delete=models.CASCADE, related_name="wall_row")
    program = models.ForeignKey(Program, on_delete=models.CASCADE, related_name="wall_rows")
    version = models.PositiveIntegerField()
    time_zone = models.CharField(max_length=64)
    derived_at = models.DateTimeField()
    holds_until = models.DateTimeField()
    # What it is put in order by; never NULL, so that an index has them in the order of the page, both ways round.
    name = models.CharField(max_length=330)
    stage = models.PositiveSmallIntegerField()
    week = models.PositiveSmallIntegerField(help_text="0 before the first, and where there is no sprint yet.")
    urgency = models.IntegerField()
    late_count = models.PositiveSmallIntegerField()
    silent_days = models.PositiveIntegerField()
    next_day = models.DateField(help_text="The last day of all where nothing comes.")
    # What it is filtered by: each a `Chip`.
    late = models.BooleanField()
    city = models.BooleanField()
    community = models.BooleanField()
    staff = models.BooleanField()
    silent = models.BooleanField()
    trouble = models.BooleanField()
    unsigned = models.BooleanField()
    closing = models.BooleanField()
    paused = models.BooleanField()
    over = models.BooleanField()
    # What it is found by.
    search = models.TextField()

    class Meta:
        ordering: ClassVar = ["urgency", "name", "pk"]
        indexes: ClassVar = [
            # With the chips, so that few rows of a chip are found without a look at all the others.
            models.Index(fields=["program", *TIES, *CHIPS], name="wall_by_urgency"),
            models.Index(fields=["program", "name", "partnership"], name="wall_by_name"),
            models.Index(fields=["program", "stage", *TIES], name="wall_by_stage"),
            models.Index(fields=["program", "-week", *TIES], name="wall_by_week"),
            models.Index(fields=["program", "-late_count", *TIES], name="wall_by_late"),
            models.Index(fields=["program", "-silent_days", *TIES], name="wall_by_silent"),
            models.Index(fields=["program", "next_day", *TIES], name="wall_by_next"),
            models.Index(fields=["program", "stage", *CHIPS], name="wall_counts"),
            models.Index(fields=["program", "time_zone", "holds_until", "version", "partnership"], name="wall_holds"),
        ]

    def __str__(self) -> str:
        return f"wall row of {self.partnership_id}"

    @cached_property
    def facts(self) -> WallFacts:
        return facts_from(self.content.said)

    @property
    def today(self) -> date:
        """The day of which it speaks, where the program is."""
        return self.day_of(self.derived_at)

    def day_of(self, moment: datetime) -> date:
        return moment.astimezone(ZoneInfo(self.time_zone)).date()


class WallContent(models.Model):
    """What a row says. It stands apart, so that counting and sorting thousands of rows does not read it."""

    row = models.OneToOneField(WallRow, primary_key=True, on_delete=models.CASCADE, related_name="content")
    said = models.JSONField()

    def __str__(self) -> str:
        return f"content of the {self.row}"
