"""The product: what it is, where it stands, what residents' tests of it showed, and who owns it."""

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
from sprints.publiccode import LONGEST_SUMMARY
from text.fields import Address, Line, Text


class DevelopmentStatus(models.TextChoices):
    """As the publiccode.yml standard names them."""

    CONCEPT = "concept", _("A concept")
    DEVELOPMENT = "development", _("In development")
    BETA = "beta", _("Being tested")
    STABLE = "stable", _("In use")
    OBSOLETE = "obsolete", _("No longer kept up")


class Product(models.Model):
    """One a sprint. What stands here is published in publiccode.yml, beside what the sustainability plan says."""

    sprint = models.OneToOneField(Sprint, on_delete=models.CASCADE, related_name="product")
    name = Line(_("name"), blank=True, max_length=120)
    address = Address(_("address"), blank=True, max_length=1000)
    repository = Address(_("repository"), blank=True, max_length=1000)
    summary = Line(_("in one sentence"), blank=True, max_length=LONGEST_SUMMARY)
    description = Text(_("what it is and does"), blank=True, max_length=10000)
    features = models.JSONField(default=list, help_text="One text each.")
    categories = models.JSONField(default=list, help_text="Words of the publiccode.yml standard.")
    languages = models.JSONField(default=list, help_text="Language tags, such as en.")
    development_status = models.CharField(
        max_length=12, choices=DevelopmentStatus.choices, default=DevelopmentStatus.DEVELOPMENT
    )
    changed_at = models.DateTimeField(null=True, blank=True)
    changed_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [who_and_when("changed", name="product_changed_pair")]

    def __str__(self) -> str:
        return self.name or "product"


class Verdict(models.TextChoices):
    YES = "yes", _("Yes")
    PARTLY = "partly", _("Partly")
    NO = "no", _("No")
    UNASKED = "unasked", _("Not asked")


class ProductTest(models.Model):
    """Residents tried the product: how many, and what it showed. Counts and words, never who they were."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    sprint = models.ForeignKey(Sprint, on_delete=models.CASCADE, related_name="product_tests")
    held_on = models.DateField(_("day"))
    people = models.PositiveSmallIntegerField(_("how many people"))
    how = Line(_("how"), max_length=300)
    usable = models.CharField(_("usable"), max_length=8, choices=Verdict.choices)
    meets_need = models.CharField(_("meets the need"), max_length=8, choices=Verdict.choices)
    accessible = models.CharField(_("accessible"), max_length=8, choices=Verdict.choices)
    showed = Text(_("what it showed"), max_length=5000)
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar = ["held_on", "added_at", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(people__gte=1), name="product_test_with_somebody"),
            who_and_when("withdrawn", name="product_test_withdrawn_pair"),
        ]

    def __str__(self) -> str:
        return f"test on {self.held_on}"


class Ownership(models.Model):
    """A party's own word that it owns the product, too, and administers this repository. It stands for that one."""

    sprint = models.ForeignKey(Sprint, on_delete=models.CASCADE, related_name="ownerships")
    party = models.CharField(max_length=12, choices=Party.choices)
    owner = Line(_("owner"), max_length=160)
    administrator = Line(_("administrator of the repository"), max_length=160)
    repository = models.CharField(max_length=1000)
    at = models.DateTimeField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    replaced_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["at", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["sprint", "party"], condition=Q(replaced_at=None), name="one_standing_ownership_a_party"
            ),
            models.CheckConstraint(condition=Q(party__in=Party.values), name="ownership_party_known"),
        ]

    def __str__(self) -> str:
        return f"{self.party}: {self.owner}"
