"""Who is told (OutboxMail), and that the worker that tells them is alive (Heartbeat)."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class MailState(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    SENDING = "sending", _("Being sent")
    SENT = "sent", _("Sent")
    NOT_DUE = "not due", _("No longer due")
    GIVEN_UP = "given up", _("Given up")


class OutboxMail(models.Model):
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
    state = models.CharField(max_length=10, choices=MailState.choices, default=MailState.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    leased_until = models.DateTimeField(null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True, help_text=_("Sent, given up, or found no longer due."))
    message_id = models.CharField(max_length=200)
    provider_id = models.CharField(max_length=200, blank=True, help_text=_("The mail provider's own name for it."))
    returned_at = models.DateTimeField(null=True, blank=True, help_text=_("It had left, and was refused afterwards."))
    problem = models.CharField(max_length=500, blank=True)

    class Meta:
        verbose_name = _("mail")
        verbose_name_plural = _("mails")
        # As it was called when the ledger held it: code of the version before writes there for the length of a deploy.
        db_table = "ledger_notice"
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
    """When the worker last ran, so that /readyz and doctor can say that it does; and when a back-up was made."""

    name = models.CharField(max_length=40, primary_key=True)
    at = models.DateTimeField()
    place = models.CharField(
        max_length=300, blank=True, default="", db_default="", help_text=_("Of a back-up: machine and folder.")
    )

    class Meta:
        db_table = "ledger_heartbeat"

    def __str__(self) -> str:
        return f"{self.name} at {self.at:%H:%M:%S}"
