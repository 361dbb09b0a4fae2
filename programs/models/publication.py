"""What everybody may see of a partnership: as long as both sides say yes, and without what either holds back."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from partners.models import Partnership, Person
from partners.models.partnership import pair
from partners.parties import Party


class PublicationQuerySet(models.QuerySet["Publication"]):
    def standing(self) -> PublicationQuerySet:
        return self.filter(taken_back_at=None)


class Publication(models.Model):
    """A side's yes that everybody may see. It is the side's: it stands when its lead changes."""

    partnership = models.ForeignKey(Partnership, on_delete=models.CASCADE, related_name="publications")
    party = models.CharField(max_length=12, choices=Party.choices)
    said_at = models.DateTimeField()
    said_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    taken_back_at = models.DateTimeField(null=True, blank=True)
    taken_back_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    objects = PublicationQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["said_at", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["partnership", "party"],
                condition=Q(taken_back_at=None),
                name="one_standing_publication_a_party",
            ),
            models.CheckConstraint(condition=Q(party__in=Party.values), name="publication_party_known"),
            models.CheckConstraint(
                condition=pair("taken_back_at", "taken_back_by"), name="publication_taken_back_pair"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.party}: yes"


class HeldItemQuerySet(models.QuerySet["HeldItem"]):
    def standing(self) -> HeldItemQuerySet:
        return self.filter(let_go_at=None)


class HeldItem(models.Model):
    """Something of the public page that a side holds back. It is shown again when no side holds it."""

    partnership = models.ForeignKey(Partnership, on_delete=models.CASCADE, related_name="held_items")
    party = models.CharField(max_length=12, choices=Party.choices)
    item = models.CharField(max_length=80, help_text="Its key in programs/domain/public_items.py.")
    held_at = models.DateTimeField()
    held_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    let_go_at = models.DateTimeField(null=True, blank=True)
    let_go_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    objects = HeldItemQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["held_at", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["partnership", "party", "item"], condition=Q(let_go_at=None), name="item_held_once_a_party"
            ),
            models.CheckConstraint(condition=Q(party__in=Party.values), name="held_item_party_known"),
            models.CheckConstraint(condition=~Q(item=""), name="held_item_named"),
            models.CheckConstraint(condition=pair("let_go_at", "let_go_by"), name="held_item_let_go_pair"),
        ]

    def __str__(self) -> str:
        return f"{self.party} holds {self.item}"
