"""What staff write to both sides of a partnership."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from partners.models import Partnership, Person
from partners.models.partnership import pair
from text.fields import ShortText


class NoteQuerySet(models.QuerySet["Note"]):
    def standing(self) -> NoteQuerySet:
        return self.filter(taken_back_at=None)


class Note(models.Model):
    """It asks nothing of anybody and decides nothing. Both sides read the same, and so does the staff."""

    partnership = models.ForeignKey(Partnership, on_delete=models.CASCADE, related_name="notes")
    words = ShortText(max_length=1000)
    written_at = models.DateTimeField()
    written_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    taken_back_at = models.DateTimeField(null=True, blank=True)
    taken_back_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    objects = NoteQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-written_at", "-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(words=""), name="note_says_something"),
            models.CheckConstraint(condition=pair("taken_back_at", "taken_back_by"), name="note_taken_back_pair"),
        ]

    def __str__(self) -> str:
        return self.words
