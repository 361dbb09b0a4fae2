"""A view of the wall that somebody kept under a name."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from partners.models import Person, Program
from text.fields import Name

LONGEST_QUERY = 400  # characters, as an address writes them


class WallViewQuerySet(models.QuerySet["WallView"]):
    def seen_by(self, person: Person, program: Program) -> WallViewQuerySet:
        """Their own, and those of the whole staff."""
        return self.filter(Q(owner=None) | Q(owner=person), program=program)


class WallView(models.Model):
    """What is shown of the wall, and in which order. `owner`: whose it is; the whole staff's where nobody is named."""

    program = models.ForeignKey(Program, on_delete=models.CASCADE, related_name="wall_views")
    owner = models.ForeignKey(Person, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    name = Name(max_length=60)
    query = models.CharField(max_length=LONGEST_QUERY, blank=True, help_text="As it stands in the address of the wall.")
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")

    objects = WallViewQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["name", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["program", "name"], condition=Q(owner=None), name="wall_view_of_all_once"),
            models.UniqueConstraint(
                fields=["program", "owner", "name"], condition=Q(owner__isnull=False), name="wall_view_of_person_once"
            ),
            models.CheckConstraint(condition=~Q(name=""), name="wall_view_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.name
