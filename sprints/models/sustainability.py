"""The sustainability plan: who keeps the product alive after Demo Day, with what money, and until when."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from partners.models import Person
from sprints.models.pairs import who_and_when
from sprints.models.sprint import Sprint
from text.fields import Line, Text


class Maintenance(models.TextChoices):
    """As the publiccode.yml standard names them."""

    INTERNAL = "internal", _("People of the owners")
    CONTRACT = "contract", _("A company or organization under contract")
    COMMUNITY = "community", _("People who give their time")
    NONE = "none", _("Nobody")


class SustainabilityPlan(models.Model):
    """One a sprint. Both sides sign off its exact content; a change asks both again."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    sprint = models.OneToOneField(Sprint, on_delete=models.CASCADE, related_name="sustainability_plan")
    maintenance = models.CharField(_("how the code is kept up"), blank=True, max_length=12, choices=Maintenance.choices)
    code_support = Line(_("who supports the code"), blank=True, max_length=160)
    code_contact = Line(_("technical contact"), blank=True, max_length=120)
    data_support = Line(_("who supports the data"), blank=True, max_length=160)
    governance = Text(_("how changes are decided"), blank=True, max_length=3000)
    hosting = Text(_("where it is hosted"), blank=True, max_length=2000)
    cost = Text(_("what it costs"), blank=True, max_length=2000)
    money = Text(_("where the money comes from"), blank=True, max_length=2000)
    licence = Line(_("licence"), blank=True, max_length=160, help_text="An SPDX expression.")
    until = models.DateField(_("until when"), null=True, blank=True)
    when_it_ends = Text(_("what happens if it ends"), blank=True, max_length=3000)
    review_on = models.DateField(_("day of the review"), null=True, blank=True)
    changed_at = models.DateTimeField(null=True, blank=True)
    changed_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [who_and_when("changed", name="sustainability_plan_changed_pair")]

    def __str__(self) -> str:
        return f"sustainability plan of {self.sprint_id}"
