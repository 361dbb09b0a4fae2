"""The decision log: what was asked, which options there were, what was chosen and why, and who saw it otherwise."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from partners.models import Person
from partners.parties import Party
from sprints.models.pairs import who_and_when
from sprints.models.sprint import Sprint
from text.fields import Line, Text


class Decision(models.Model):
    """It is made when both sides have signed off the same words. A later one may take it back; it is never erased."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    sprint = models.ForeignKey(Sprint, on_delete=models.CASCADE, related_name="decisions")
    number = models.PositiveIntegerField()
    question = Line(_("question"), max_length=300)
    options = models.JSONField(default=list, help_text="One text each.")
    choice = Text(_("what was chosen"), max_length=2000)
    why = Text(_("why"), max_length=5000)
    affected = Text(_("who is affected"), blank=True, max_length=2000)
    reverses = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="reversed_by")
    proposed_at = models.DateTimeField()
    proposed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField(null=True, blank=True)
    changed_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar = ["-number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["sprint", "number"], name="decision_number_once"),
            models.UniqueConstraint(fields=["reverses"], name="decision_reversed_once"),
            who_and_when("changed", name="decision_changed_pair"),
        ]

    def __str__(self) -> str:
        return self.question


class Dissent(models.Model):
    """Somebody saw it otherwise. Their words are kept as they are, and change nothing about what was signed off."""

    decision = models.ForeignKey(Decision, on_delete=models.CASCADE, related_name="dissents")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    party = models.CharField(max_length=12, choices=Party.choices, null=True, blank=True)
    words = Text(max_length=5000)
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["at", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(party=None) | Q(party__in=Party.values), name="dissent_party_known"),
        ]

    def __str__(self) -> str:
        return f"dissent of {self.person}"
