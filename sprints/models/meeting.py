"""Meetings of the sprint team."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import ClassVar
from zoneinfo import ZoneInfo

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from partners.models import Person
from sprints.models.pairs import who_and_when
from sprints.models.sprint import Sprint
from text.fields import Line, Text


class Meeting(models.Model):
    """It is at a moment, in a zone that is kept with it: whoever reads it elsewhere sees which clock is meant."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    sprint = models.ForeignKey(Sprint, on_delete=models.CASCADE, related_name="meetings")
    number = models.PositiveIntegerField()
    title = Line(_("title"), max_length=160)
    starts_at = models.DateTimeField(_("start"))
    minutes = models.PositiveSmallIntegerField(_("minutes"))
    time_zone = models.CharField(max_length=64)
    place = Line(_("place"), blank=True, max_length=300)
    agenda = Text(_("agenda"), blank=True, max_length=5000)
    notes = Text(_("notes"), blank=True, max_length=20000)
    present = models.ManyToManyField(Person, blank=True, related_name="+")
    guests = models.PositiveSmallIntegerField(default=0, help_text="Others who were there: a count, never names.")
    revision = models.PositiveIntegerField(default=0, help_text="How often what stands in calendars was changed.")
    scheduled_at = models.DateTimeField()
    scheduled_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField(null=True, blank=True)
    changed_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(null=True, blank=True, help_text="When notes or who was there were last kept.")
    recorded_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancelled_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar = ["starts_at", "number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["sprint", "number"], name="meeting_number_once"),
            models.CheckConstraint(condition=Q(minutes__gte=5, minutes__lte=720), name="meeting_minutes_in_bounds"),
            who_and_when("changed", name="meeting_changed_pair"),
            who_and_when("recorded", name="meeting_recorded_pair"),
            who_and_when("cancelled", name="meeting_cancelled_pair"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + timedelta(minutes=self.minutes)
