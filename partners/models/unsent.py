"""What somebody sent when they were signed out: it waits for them for a day."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import ClassVar

from django.db import models

from partners.models.person import Person

LASTS = timedelta(days=1)
LONGEST_ADDRESS = 500


class UnsentFormQuerySet(models.QuerySet["UnsentForm"]):
    def waiting(self, person: Person, now: datetime) -> UnsentFormQuerySet:
        return self.filter(person=person, kept_at__gt=now - LASTS)

    def over(self, now: datetime) -> UnsentFormQuerySet:
        return self.filter(kept_at__lte=now - LASTS)


class UnsentForm(models.Model):
    """A form as its person sent it, without files, to an address of ours. `words`: each field's values, by its name."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="unsent_forms")
    address = models.CharField(max_length=LONGEST_ADDRESS)
    words = models.JSONField()
    kept_at = models.DateTimeField()

    objects = UnsentFormQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-kept_at", "-pk"]
        verbose_name = "unsent form"

    def __str__(self) -> str:
        return self.address
