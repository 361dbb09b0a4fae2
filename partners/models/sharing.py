"""What the staff of a program may see of a partnership beyond facts: as long as both sides say yes."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from partners.models.partnership import Partnership, pair
from partners.models.person import Person
from partners.parties import Party


class Shared(models.TextChoices):
    """What may be shared with staff. State, dates, turns and what is signed they see in any case."""

    CHECK_INS = "check-ins", _("ratings and words of check-ins")
    DRAFTS = "drafts", _("drafts, comments and evidence")


class SharingQuerySet(models.QuerySet["Sharing"]):
    def standing(self) -> SharingQuerySet:
        return self.filter(taken_back_at=None)


class Sharing(models.Model):
    """One side's yes. It is the side's: it stands when its lead changes, and whoever leads takes it back."""

    partnership = models.ForeignKey(Partnership, on_delete=models.CASCADE, related_name="sharings")
    shared = models.CharField(max_length=12, choices=Shared.choices)
    party = models.CharField(max_length=12, choices=Party.choices)
    said_at = models.DateTimeField()
    said_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    taken_back_at = models.DateTimeField(null=True, blank=True)
    taken_back_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    objects = SharingQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["said_at", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["partnership", "shared", "party"],
                condition=Q(taken_back_at=None),
                name="one_standing_yes_a_party",
            ),
            models.CheckConstraint(condition=Q(shared__in=Shared.values), name="sharing_shared_known"),
            models.CheckConstraint(condition=Q(party__in=Party.values), name="sharing_party_known"),
            models.CheckConstraint(condition=pair("taken_back_at", "taken_back_by"), name="sharing_taken_back_pair"),
        ]

    def __str__(self) -> str:
        return f"{self.party}: {self.shared}"
