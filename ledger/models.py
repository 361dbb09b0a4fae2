"""What happened (Head, Event, EventContent), who is told (Notice), and that the worker is alive (Heartbeat)."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
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


class NoticeState(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    SENDING = "sending", _("Being sent")
    SENT = "sent", _("Sent")
    NOT_DUE = "not due", _("No longer due")
    GIVEN_UP = "given up", _("Given up")


class Notice(models.Model):
    """One mail to one address. Its row commits with the change it tells of; a worker sends it after."""

    key = models.CharField(max_length=200, unique=True)
    kind = models.CharField(max_length=60)
    to = models.EmailField()
    person = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL)
    language = models.CharField(max_length=8)
    about = models.JSONField(default=dict, help_text=_("Ids that the message is built from, never its words."))
    secret = models.JSONField(null=True, blank=True, help_text=_("A code: blanked when sent or expired."))
    chain = models.UUIDField(null=True, blank=True, db_index=True, help_text=_("The partnership it is about."))
    urgent = models.BooleanField(default=False, help_text=_("Codes go first."))
    created_at = models.DateTimeField()
    due_at = models.DateTimeField(help_text=_("Not before."))
    expires_at = models.DateTimeField(null=True, blank=True, help_text=_("Not after: it would be stale."))
    state = models.CharField(max_length=10, choices=NoticeState.choices, default=NoticeState.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    leased_until = models.DateTimeField(null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True, help_text=_("Sent, given up, or found no longer due."))
    message_id = models.CharField(max_length=200)
    provider_id = models.CharField(max_length=200, blank=True, help_text=_("The mail provider's own name for it."))
    returned_at = models.DateTimeField(null=True, blank=True, help_text=_("It had left, and was refused afterwards."))
    problem = models.CharField(max_length=500, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["-urgent", "due_at"], name="notice_to_send", condition=Q(state__in=["waiting", "sending"])
            ),
            models.Index(fields=["provider_id"], name="notice_by_provider_id", condition=~Q(provider_id="")),
            models.Index(fields=["message_id"], name="notice_by_message_id"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} to {self.to}: {self.state}"


class Heartbeat(models.Model):
    """When the worker last ran, so that /readyz and doctor can say that it does."""

    name = models.CharField(max_length=40, primary_key=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} at {self.at:%H:%M:%S}"
