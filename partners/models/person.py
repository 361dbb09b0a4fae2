"""A person: somebody who signs in with a code sent to their address."""

from __future__ import annotations

import uuid
from datetime import date
from typing import ClassVar
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from text.fields import Line, Name


class PersonManager(BaseUserManager["Person"]):
    def create_user(self, email: str, **fields: object) -> Person:
        """A person without a password: nobody here has one."""
        person = self.model(email=email.strip().lower(), **fields)
        person.set_unusable_password()
        person.save(using=self._db)
        return person

    def create_superuser(self, email: str, password: str | None = None, **fields: object) -> Person:
        return self.create_user(email, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> Person:
        return self.get(email__iexact=username)


class WeeklyMail(models.TextChoices):
    """Whether a person gets the weekly mail."""

    ALWAYS = "always", _("Every week")
    WHEN_NEEDED = "when needed", _("In weeks when something waits for me")
    NEVER = "never", _("Never")


class News(models.TextChoices):
    """When a person is told of what the other side did or waits for."""

    SOON = "soon", _("Soon after it happens, gathered for up to an hour")
    WEEKLY = "weekly", _("In the weekly mail only")


class Person(AbstractBaseUser, PermissionsMixin):
    """The id is opaque: it is what the ledger keeps of a person."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField(_("e-mail address"), unique=True)
    name = Name(_("full name"), max_length=120)
    title = Line(_("title"), max_length=120, blank=True)
    language = models.CharField(_("language"), max_length=8, choices=settings.LANGUAGES, default="en")
    time_zone = models.CharField(_("time zone"), max_length=64, blank=True, help_text=_("Empty: the program's."))
    weekly_mail = models.CharField(
        _("weekly mail"), max_length=12, choices=WeeklyMail.choices, default=WeeklyMail.ALWAYS
    )
    news = models.CharField(_("news"), max_length=12, choices=News.choices, default=News.SOON)
    reminders = models.BooleanField(_("gets reminders of others"), default=True)
    mail_snoozed_until = models.DateField(_("no weekly mail before"), null=True, blank=True)
    is_staff = models.BooleanField(_("may open the admin site"), default=False)
    is_active = models.BooleanField(_("may sign in"), default=True)
    is_demo = models.BooleanField(_("made up for the demonstration"), default=False, editable=False)
    joined_at = models.DateTimeField(_("joined"), auto_now_add=True)

    objects = PersonManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar = ["name"]

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints: ClassVar = [
            models.UniqueConstraint(Lower("email"), name="one_person_an_address"),
            models.CheckConstraint(condition=models.Q(weekly_mail__in=WeeklyMail.values), name="weekly_mail_known"),
            models.CheckConstraint(condition=models.Q(news__in=News.values), name="news_known"),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    def zone(self, program_zone: ZoneInfo) -> ZoneInfo:
        """Where the person is: their own choice, or where the program is."""
        return ZoneInfo(self.time_zone) if self.time_zone else program_zone

    def wants_weekly_mail(self, today: date) -> bool:
        return self._is_reached(today) and self.weekly_mail != WeeklyMail.NEVER

    def wants_reminders(self, today: date) -> bool:
        """By the other side, or by staff; what must be known comes whatever they chose."""
        return self._is_reached(today) and self.reminders

    def wants_news(self, partnership: uuid.UUID | None) -> bool:
        """Of what the other side did or waits for, before the weekly mail says it; nothing of where they left."""
        soon = self.is_active and self.news == News.SOON
        return soon and self.seats.filter(partnership=partnership, ended_at=None).exists()

    def _is_reached(self, today: date) -> bool:
        return self.is_active and (self.mail_snoozed_until is None or today >= self.mail_snoozed_until)

    def get_full_name(self) -> str:
        return self.name


class PersonByLink(Person):
    """A person in a session that began with a link of `manage.py sign_in_link`. They read, and keep
    drafts: the rules tell by this type, whoever hands it on (partners/link_sessions.py makes it)."""

    class Meta:
        proxy = True
        default_permissions = ()
