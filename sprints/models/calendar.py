"""The private address of each person's calendar."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from partners.models import Person
from sprints.models.sprint import Sprint


class CalendarFeed(models.Model):
    """A private address at which a person's calendar program reads the sprint. Only the token's hash is kept."""

    sprint = models.ForeignKey(Sprint, on_delete=models.CASCADE, related_name="calendar_feeds")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    token_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["sprint", "person"], condition=Q(revoked_at=None), name="one_calendar_feed_a_person"
            ),
        ]

    def __str__(self) -> str:
        return f"calendar of {self.person}"
