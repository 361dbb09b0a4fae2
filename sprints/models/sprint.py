"""The sprint of a partnership: the row that every act upon it locks first."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from partners.models import Partnership
from partners.weeks import FEWEST_WEEKS, MOST_WEEKS, WEEKS
from sprints.timeline import Pause, Timeline


class Sprint(models.Model):
    """It runs once both sides have agreed to its first day. Week, phase and what is late are derived from dates."""

    partnership = models.OneToOneField(Partnership, on_delete=models.PROTECT, related_name="sprint")
    weeks = models.PositiveSmallIntegerField(default=WEEKS)
    first_day = models.DateField(null=True, blank=True)
    begun_at = models.DateTimeField(null=True, blank=True, help_text="When both sides had agreed to the first day.")
    pauses = models.JSONField(default=list, help_text="Agreed days of rest: [first, last] as ISO dates.")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(first_day=None, begun_at=None) | Q(first_day__isnull=False, begun_at__isnull=False),
                name="sprint_begun_pair",
            ),
            models.CheckConstraint(
                condition=Q(weeks__gte=FEWEST_WEEKS, weeks__lte=MOST_WEEKS), name="sprint_weeks_in_bounds"
            ),
        ]

    def __str__(self) -> str:
        return f"sprint of {self.partnership_id}"

    @property
    def timeline(self) -> Timeline:
        """Raises ValueError before there is a first day."""
        if self.first_day is None:
            raise ValueError("this sprint has no first day yet")
        pauses = tuple(Pause(*map(models.DateField().to_python, days)) for days in self.pauses)
        return Timeline(self.first_day, self.weeks, pauses)
