"""What people say to each other about a clause."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from agreements.models.clause import Clause
from partners.models import Person
from partners.parties import Party
from text.fields import Text


class Comment(models.Model):
    """It is no wording: it binds nobody, and nobody signs it. The people of the partnership read it; its program's
    staff where both sides say so; nobody else.

    `party`: for which side its author spoke then; empty for those of neither.
    """

    clause = models.ForeignKey(Clause, on_delete=models.CASCADE, related_name="comments")
    party = models.CharField(max_length=12, choices=Party.choices, null=True, blank=True)
    by_staff = models.BooleanField(default=False, db_default=False, help_text="Of the program, when it was written.")
    text = Text(max_length=2000)
    written_at = models.DateTimeField()
    written_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(party=None) | Q(party__in=Party.values), name="comment_party_known"),
            models.CheckConstraint(condition=~Q(text=""), name="comment_says_something"),
            models.CheckConstraint(condition=Q(by_staff=False) | Q(party=None), name="comment_of_staff_for_no_party"),
        ]

    def __str__(self) -> str:
        return f"{self.written_by} on {self.clause}"
