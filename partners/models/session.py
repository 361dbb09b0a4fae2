"""Where a person is signed in: what they are shown of each of their sessions."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import ClassVar

from django.contrib.sessions.models import Session
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from partners.devices import Browser, System, device_words
from partners.models.person import Person

# A day is all that is shown, so this is near enough, in any zone.
SEEN_EVERY = timedelta(hours=1)


class SignInMethod(models.TextChoices):
    """How a session began. Empty for one that is older than this list."""

    CODE = "code", _("Signed in with a code")
    PASSKEY = "passkey", _("Signed in with a passkey")
    PROVIDER = "provider", _("Signed in through your organization")
    LINK = "link", _("Came in with a link from an operator")
    DEMO = "demo", _("Demonstration")


class PersonSessionQuerySet(models.QuerySet["PersonSession"]):
    def open_at(self, now: datetime) -> PersonSessionQuerySet:
        """Those that the site still knows, the one used last first."""
        known = Session.objects.filter(session_key=models.OuterRef("key"), expire_date__gt=now)
        return self.filter(Q(ends_at=None) | Q(ends_at__gt=now), models.Exists(known)).order_by("-seen_at", "-pk")

    def left_over(self) -> PersonSessionQuerySet:
        """Those whose session is gone."""
        return self.exclude(models.Exists(Session.objects.filter(session_key=models.OuterRef("key"))))


class PersonSession(models.Model):
    """Beside Django's own session, which knows no person. No address of a machine, and no words of a browser."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="sessions")
    key = models.CharField(max_length=40, unique=True)
    browser = models.CharField(max_length=12, choices=Browser.choices)
    system = models.CharField(max_length=12, choices=System.choices)
    method = models.CharField(max_length=12, choices=SignInMethod.choices, blank=True)
    began_at = models.DateTimeField()
    seen_at = models.DateTimeField(help_text=_("To the hour."))
    ends_at = models.DateTimeField(null=True, blank=True, help_text=_("Where it was not asked to last."))

    objects = PersonSessionQuerySet.as_manager()

    class Meta:
        verbose_name = "session of a person"
        verbose_name_plural = "sessions of people"
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(seen_at__gte=models.F("began_at")), name="session_seen_after_it_began")
        ]

    def __str__(self) -> str:
        return device_words(self.browser, self.system)
