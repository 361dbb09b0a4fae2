"""A table of partnerships that staff hand in, and its lines: kept from the reading until all of them are made."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import ClassVar

from django.db import models
from django.db.models import Q

from partners.models import Partnership, Person, Program
from partners.models.partnership import pair

# Names and addresses of people who may never have come are kept no longer than somebody can work on them.
KEPT = timedelta(days=90)


class SheetQuerySet(models.QuerySet["Sheet"]):
    def kept(self, now: datetime) -> SheetQuerySet:
        """Those that can still be looked at and corrected."""
        return self.filter(handed_in_at__gt=now - KEPT)


class Sheet(models.Model):
    """What was read of a file or a paste. Nothing of it is made before somebody asks for that."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    program = models.ForeignKey(Program, on_delete=models.CASCADE, related_name="sheets")
    encoding = models.CharField(max_length=20)
    separator = models.CharField(max_length=1)
    ignored = models.JSONField(default=list, help_text="Headings that nobody here knows, as they were written.")
    handed_in_at = models.DateTimeField()
    handed_in_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")

    objects = SheetQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-handed_in_at"]

    def __str__(self) -> str:
        return f"sheet of {self.handed_in_at:%Y-%m-%d}"


class SheetLineQuerySet(models.QuerySet["SheetLine"]):
    def forget(self, now: datetime) -> None:
        """Of old sheets: lines that were never made go, and of those that were only the fingerprint stays."""
        old = self.filter(sheet__handed_in_at__lte=now - KEPT)
        old.filter(made_at=None).delete()
        old.exclude(cells={}).update(cells={}, faults={}, refused={})


class SheetLine(models.Model):
    """One partnership as it was written there.

    Its cells and faults go by the names of the fields of the form for a single partnership. A worker makes a line from
    the moment that it is asked for; what it refuses is written beside it, and the asking is taken back.
    """

    sheet = models.ForeignKey(Sheet, on_delete=models.CASCADE, related_name="lines")
    number = models.PositiveIntegerField(help_text="Its first line in the file.")
    cells = models.JSONField()
    faults = models.JSONField(default=dict, help_text="What could not be read, by field.")
    refused = models.JSONField(default=dict, help_text="What was refused when it was to be made, by field.")
    asked_at = models.DateTimeField(null=True, blank=True)
    asked_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(null=True, blank=True)
    made_as = models.CharField(
        max_length=64, null=True, blank=True, unique=True, help_text="Fingerprint of program, organizations and issue."
    )
    partnership = models.ForeignKey(
        Partnership, null=True, blank=True, on_delete=models.SET_NULL, related_name="sheet_lines"
    )

    objects = SheetLineQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["number"]
        indexes: ClassVar = [
            models.Index(
                fields=["asked_at"], name="sheet_line_to_make", condition=Q(asked_at__isnull=False, made_at=None)
            )
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["sheet", "number"], name="sheet_line_once"),
            models.CheckConstraint(condition=pair("asked_at", "asked_by"), name="sheet_line_asked_pair"),
            models.CheckConstraint(condition=pair("made_at", "made_as"), name="sheet_line_made_pair"),
            models.CheckConstraint(
                condition=Q(made_at=None, partnership=None) | Q(made_at__isnull=False, asked_at__isnull=False),
                name="sheet_line_made_when_asked",
            ),
        ]

    def __str__(self) -> str:
        return f"line {self.number}"
