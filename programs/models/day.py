"""A day of the whole cohort: Demo Day, or a call of everybody."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from partners.models import Person, Program
from partners.models.partnership import pair
from text.fields import Line


class DayKind(models.TextChoices):
    DEMO = "demo day", _("Demo Day")
    CALL = "call", _("Call of the whole cohort")


class ProgramDay(models.Model):
    """It stands for the program. No partnership's own meeting or Demo Day is set by it: these are the two sides'."""

    program = models.ForeignKey(Program, on_delete=models.CASCADE, related_name="days")
    kind = models.CharField(max_length=10, choices=DayKind.choices)
    about = Line(_("what it is about"), max_length=160, blank=True)
    starts_at = models.DateTimeField()
    place = Line(_("place"), max_length=300, blank=True)
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    taken_back_at = models.DateTimeField(null=True, blank=True)
    taken_back_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar = ["starts_at", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=pair("taken_back_at", "taken_back_by"), name="program_day_taken_back_pair"
            ),
            models.CheckConstraint(condition=Q(kind__in=DayKind.values), name="program_day_kind_known"),
            # Sent twice, it is one.
            models.UniqueConstraint(
                fields=["program", "kind", "starts_at"], condition=Q(taken_back_at=None), name="program_day_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} at {self.starts_at:%Y-%m-%d}"
