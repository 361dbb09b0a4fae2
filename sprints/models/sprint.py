"""The sprint of a partnership: the row that every act upon it locks first."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q, prefetch_related_objects

from partners.models import Partnership
from partners.weeks import FEWEST_WEEKS, MOST_WEEKS, WEEKS
from sprints.plan import USUAL
from sprints.timeline import Pause, Timeline


class Sprint(models.Model):
    """It runs once both sides have agreed to its first day. Week, phase and what is late are derived from dates."""

    partnership = models.OneToOneField(Partnership, on_delete=models.PROTECT, related_name="sprint")
    weeks = models.PositiveSmallIntegerField(default=WEEKS)
    plan = models.CharField(
        max_length=60, default=USUAL, db_default=USUAL, help_text="The name of the plan that it began with."
    )
    first_day = models.DateField(null=True, blank=True)
    begun_at = models.DateTimeField(null=True, blank=True, help_text="When both sides had agreed to the first day.")
    # Written beside the rows of SprintPause for one version, for the code of the version before (decision 20).
    old_pauses = models.JSONField(default=list, db_column="pauses", editable=False)

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
        """Raises ValueError before there is a first day. The pauses of many sprints are asked for beforehand."""
        if self.first_day is None:
            raise ValueError("this sprint has no first day yet")
        prefetch_related_objects([self], "pauses")
        pauses = tuple(Pause(one.first_day, one.last_day) for one in self.pauses.all())
        return Timeline(self.first_day, self.weeks, pauses)


class SprintPause(models.Model):
    """Days of rest, the first and the last included. Both sides agreed to them: the proposal says who and when.

    That two pauses share no day is checked under the sprint's lock.
    """

    sprint = models.ForeignKey(Sprint, on_delete=models.CASCADE, related_name="pauses")
    proposal = models.OneToOneField("Proposal", on_delete=models.PROTECT, related_name="pause")
    first_day = models.DateField()
    last_day = models.DateField()

    class Meta:
        ordering: ClassVar = ["first_day"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["sprint", "first_day"], name="one_pause_begins_on_a_day"),
            models.CheckConstraint(condition=Q(first_day__lte=F("last_day")), name="pause_days_in_order"),
        ]

    def __str__(self) -> str:
        return f"pause from {self.first_day} to {self.last_day}"
