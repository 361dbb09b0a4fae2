"""The city's datasets that the sprint needs."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from partners.models import Person
from sprints.catalog.dcat import ADDRESS, DESCRIPTION, IDENTIFIER, LINE, REFRESH, TITLE
from sprints.models.pairs import who_and_when
from sprints.models.sprint import Sprint
from text.fields import Address, Line, Text


class PersonalData(models.TextChoices):
    """Whether a dataset itself, wherever it is kept, says something about single residents."""

    UNKNOWN = "unknown", _("We do not know yet")
    NO = "no", _("No")
    YES = "yes", _("Yes")


class Dataset(models.Model):
    """What is known of a dataset, and the days on which something became true. Its state is derived.

    Nothing of what is in it is kept here.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    sprint = models.ForeignKey(Sprint, on_delete=models.CASCADE, related_name="datasets")
    number = models.PositiveIntegerField()
    title = Line(_("what"), max_length=TITLE)
    description = Text(_("what it says"), blank=True, max_length=DESCRIPTION)
    address = Address(_("address"), blank=True, max_length=ADDRESS)
    place = Line(_("where"), blank=True, max_length=200)
    steward = Line(_("steward"), blank=True, max_length=LINE)
    licence = Line(_("licence"), blank=True, max_length=LINE)
    formats = Line(_("format"), blank=True, max_length=LINE)
    refresh = Line(_("refresh"), blank=True, max_length=REFRESH)
    gaps = Text(_("gaps"), blank=True, max_length=5000)
    personal_data = models.CharField(max_length=8, choices=PersonalData.choices, default=PersonalData.UNKNOWN)
    identifier = models.CharField(
        blank=True, max_length=IDENTIFIER, help_text="In the catalog that it was chosen from."
    )
    asked_on = models.DateField(_("asked for on"))
    promised_for = models.DateField(_("promised for"), null=True, blank=True)
    accessible_since = models.DateField(_("accessible since"), null=True, blank=True)
    in_use_since = models.DateField(_("in use since"), null=True, blank=True)
    refused_on = models.DateField(_("cannot be shared, said on"), null=True, blank=True)
    refusal = Text(_("why it cannot be shared"), blank=True, max_length=2000)
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField(null=True, blank=True)
    changed_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    dropped_at = models.DateTimeField(null=True, blank=True)
    dropped_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar = ["number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["sprint", "number"], name="dataset_number_once"),
            models.CheckConstraint(
                condition=Q(refused_on=None, refusal="") | (Q(refused_on__isnull=False) & ~Q(refusal="")),
                name="dataset_refused_pair",
            ),
            who_and_when("changed", name="dataset_changed_pair"),
            who_and_when("dropped", name="dataset_dropped_pair"),
        ]

    def __str__(self) -> str:
        return self.title
