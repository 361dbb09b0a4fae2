"""What happened: the links of each chain, what they say, and its end."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class Head(models.Model):
    """The end of one chain. It is locked to append; a chain is named by the UUID of what it tells of."""

    chain = models.UUIDField(primary_key=True)
    sequence = models.PositiveIntegerField(default=0)
    digest = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"{self.chain} at {self.sequence}"


class Event(models.Model):
    """One link of a chain: metadata and the salted digest of its payload. Never changed, never deleted."""

    chain = models.UUIDField()
    sequence = models.PositiveIntegerField()
    prev = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)
    kind = models.CharField(max_length=60)
    actor = models.UUIDField(null=True, help_text=_("The person's opaque id; empty when the product itself acts."))
    at = models.DateTimeField()
    content_digest = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering: ClassVar = ["chain", "sequence"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["chain", "sequence"], name="event_sequence_once"),
            models.UniqueConstraint(fields=["chain", "prev"], name="event_no_fork"),
        ]

    def __str__(self) -> str:
        return f"{self.sequence} {self.kind}"


class EventContent(models.Model):
    """What an event says. It alone can be erased; the chain still verifies."""

    event = models.OneToOneField(Event, on_delete=models.PROTECT, primary_key=True, related_name="content")
    salt = models.CharField(max_length=64)
    payload = models.JSONField()

    def __str__(self) -> str:
        return f"content of {self.event_id}"
