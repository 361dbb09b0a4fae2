"""The private address of a staff member's calendar of a program."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from partners.models import Person, Program


class ProgramFeed(models.Model):
    """A private address at which a calendar program reads a whole program's days. Only the token's hash is kept."""

    program = models.ForeignKey(Program, on_delete=models.CASCADE, related_name="calendar_feeds")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    token_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["program", "person"], condition=Q(revoked_at=None), name="one_program_feed_a_person"
            ),
        ]

    def __str__(self) -> str:
        return f"calendar of {self.person}"
