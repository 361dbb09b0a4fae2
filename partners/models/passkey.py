"""Passkeys: with one somebody signs in, or shows before they sign that it is them, without a code."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from partners.models.person import Person
from text.fields import Name

MOST_PASSKEYS = 10


class Passkey(models.Model):
    """The public half of a key whose secret half never leaves its owner's device."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="passkeys")
    name = Name(_("name of the passkey"), max_length=60)
    credential = models.CharField(max_length=1400, unique=True)
    key = models.BinaryField()
    count = models.PositiveBigIntegerField(help_text=_("How often it was used, by its own count."))
    added_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["added_at", "pk"]

    def __str__(self) -> str:
        return self.name
