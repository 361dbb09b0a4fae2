"""What a program makes of something built in: the copy that its staff edit, and the editions that they published.

The models of a template and of a plan stand in the rooms that know what is in them.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from partners.models.partnership import Program
from partners.models.person import Person
from text.fields import Line


class ProgramEdition(models.Model):
    """Published, and never changed again: the database refuses it. What is built in counts as edition 0.

    `name` stands in each agreement or sprint that was made from it. It holds a part of the digest, so that a name says
    the same in every database.
    """

    rows_are_frozen = True

    program = models.ForeignKey(Program, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    name = models.CharField(max_length=60, unique=True)
    content = models.JSONField()
    digest = models.CharField(max_length=64)
    based_on = models.CharField(max_length=60, help_text=_("The name of what it was copied from; empty: imported."))
    origin = Line(_("where it came from"), blank=True, max_length=300)
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")

    class Meta:
        abstract = True
        ordering: ClassVar = ["number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["program", "number"], name="%(class)s_number_once"),
        ]

    def __str__(self) -> str:
        return self.name


class ProgramDraft(models.Model):
    """The copy that a program's staff edit: one a program. It may be wrong in any way until it is published."""

    program = models.OneToOneField(Program, on_delete=models.CASCADE, related_name="+")
    content = models.JSONField()
    based_on = models.CharField(max_length=60, blank=True)
    origin = Line(_("where it came from"), blank=True, max_length=300)
    saved_at = models.DateTimeField()
    saved_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"draft of {self.program}"
