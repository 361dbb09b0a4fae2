"""That somebody signs in with another address than before: a fact that both sides of their partnerships see."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from partners.models.person import Person


class AddressChange(models.Model):
    """Its addresses have most of them hidden, as in the ledger. The person made it: nobody else can."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="address_changes")
    was = models.CharField(max_length=254)
    became = models.CharField(max_length=254)
    proof_method = models.CharField(max_length=20, help_text=_("How they proved that they are who had the old one."))
    changed_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-changed_at", "-pk"]
        verbose_name = "change of an address"
        verbose_name_plural = "changes of addresses"

    def __str__(self) -> str:
        return f"{self.was} became {self.became}"
