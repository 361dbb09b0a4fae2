"""What each side says once a week: how it goes, in its own words. Two voices, which nothing here puts together."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from partners.models import Person
from partners.parties import Party
from sprints.models.sprint import Sprint
from text.fields import Line


class Rating(models.TextChoices):
    ON_TRACK = "on track", _("On track")
    AT_RISK = "at risk", _("At risk")
    STUCK = "stuck", _("Stuck")


class Together(models.TextChoices):
    """Whether the decisions of the week were made together."""

    YES = "yes", _("Yes")
    PARTLY = "partly", _("Some of them")
    NO = "no", _("No")
    NONE = "none", _("None were made")


class CheckIn(models.Model):
    """A side's word on a week. The last one said within the week stands; what it corrected is kept.

    A week that is not on track says why. `together` is NULL where nothing was said of it.
    """

    sprint = models.ForeignKey(Sprint, on_delete=models.CASCADE, related_name="check_ins")
    week = models.PositiveSmallIntegerField()
    party = models.CharField(max_length=12, choices=Party.choices)
    rating = models.CharField(max_length=8, choices=Rating.choices)
    words = Line(_("in one sentence"), max_length=280, blank=True)
    together = models.CharField(max_length=8, choices=Together.choices, null=True, blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    replaced_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["week", "at", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["sprint", "week", "party"],
                condition=Q(replaced_at=None),
                name="one_standing_check_in_a_week_and_party",
            ),
            models.CheckConstraint(condition=Q(party__in=Party.values), name="check_in_party_known"),
            models.CheckConstraint(condition=Q(rating__in=Rating.values), name="check_in_rating_known"),
            models.CheckConstraint(condition=Q(together__in=Together.values), name="check_in_together_known"),
            models.CheckConstraint(condition=Q(week__gte=1), name="check_in_week_of_the_sprint"),
            models.CheckConstraint(condition=Q(rating=Rating.ON_TRACK) | ~Q(words=""), name="check_in_says_why"),
        ]

    def __str__(self) -> str:
        return f"{self.party}, week {self.week}: {self.rating}"
