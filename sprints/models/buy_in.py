"""Executive buy-in: that whoever leads the house stands behind the work, in their own words or in a letter."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from partners.models import Person
from sprints.models.sprint import Sprint
from text.fields import Line, Text


class Occasion(models.TextChoices):
    """When it is asked for. `sprints.domain.buy_in` says in which week that is."""

    START = "start", _("At the start")
    CONCEPT = "concept", _("At the concept")


def letter_path(buy_in: BuyIn, _name: str) -> str:
    """Where the bytes are kept: never under the name that a person gave."""
    return f"buy-in/{buy_in.sprint_id}/{buy_in.id}"


class BuyIn(models.Model):
    """The executive sponsor's support: words, a letter, or both. A later one stands in its place; earlier ones stay."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    sprint = models.ForeignKey(Sprint, on_delete=models.CASCADE, related_name="buy_ins")
    occasion = models.CharField(max_length=8, choices=Occasion.choices)
    words = Text(blank=True, max_length=5000)
    file = models.FileField(blank=True, upload_to=letter_path, max_length=200)
    file_name = Line(blank=True, max_length=160)
    file_type = models.CharField(blank=True, max_length=80)
    file_size = models.PositiveIntegerField(null=True, blank=True, help_text="Bytes.")
    file_sha256 = models.CharField(blank=True, max_length=64)
    at = models.DateTimeField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    replaced_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["at", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["sprint", "occasion"], condition=Q(replaced_at=None), name="one_standing_buy_in_an_occasion"
            ),
            models.CheckConstraint(condition=Q(occasion__in=Occasion.values), name="buy_in_occasion_known"),
            models.CheckConstraint(condition=~Q(words="") | ~Q(file=""), name="buy_in_says_something"),
            models.CheckConstraint(
                condition=Q(file="", file_sha256="") | (~Q(file="") & ~Q(file_sha256="")), name="buy_in_file_pair"
            ),
        ]

    def __str__(self) -> str:
        return f"buy-in, {self.occasion}"
