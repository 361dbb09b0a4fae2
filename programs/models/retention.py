"""How long records are kept, what must be kept whatever the rule says, and what is to be deleted."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from partners.models import Partnership, Person, Program
from partners.models.partnership import pair
from text.fields import Line


class RecordKind(models.TextChoices):
    """What is deleted together. The ledger's chain stays in either case, without its words."""

    WORK = "work", _("The sprint: milestones, evidence, research, meetings and what else was done in it")
    ALL = "all", _("The partnership whole")


class Retention(models.Model):
    """So many years after the end of a partnership its records of this kind may be deleted. Without one: never."""

    program = models.ForeignKey(Program, on_delete=models.CASCADE, related_name="retentions")
    kind = models.CharField(max_length=8, choices=RecordKind.choices)
    years = models.PositiveSmallIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["program", "kind"], name="one_retention_a_kind"),
            models.CheckConstraint(condition=Q(kind__in=RecordKind.values), name="retention_kind_known"),
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.years} years"


class LegalHold(models.Model):
    """As long as it stands, nothing of the partnership is deleted."""

    partnership = models.ForeignKey(Partnership, on_delete=models.CASCADE, related_name="legal_holds")
    reason = Line(_("reason"), max_length=500)
    placed_at = models.DateTimeField()
    placed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    lift_reason = Line(_("reason"), max_length=500, blank=True, default="", db_default="")

    class Meta:
        ordering: ClassVar = ["placed_at", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["partnership"], condition=Q(lifted_at=None), name="one_standing_hold"),
            models.CheckConstraint(condition=pair("lifted_at", "lifted_by"), name="hold_lifted_pair"),
        ]

    def __str__(self) -> str:
        return self.reason


class Deletion(models.Model):
    """Asked for by one who runs the site; done when another one confirms it, or after a day.

    It names the partnership by its chain: the row outlives what it tells of.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    chain = models.UUIDField()
    name = models.CharField(max_length=80, help_text="The partnership's part of its address.")
    kind = models.CharField(max_length=8, choices=RecordKind.choices)
    reason = Line(_("reason"), max_length=500)
    counts = models.JSONField(help_text="How many rows of which table were there when it was asked for.")
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    due_at = models.DateTimeField(help_text="Done then without a second person.")
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    taken_back_at = models.DateTimeField(null=True, blank=True)
    taken_back_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    done_at = models.DateTimeField(null=True, blank=True)
    files = models.JSONField(default=list, help_text="Kept files of deleted rows, until they are gone too.")

    class Meta:
        ordering: ClassVar = ["asked_at", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["chain"], condition=Q(done_at=None, taken_back_at=None), name="one_open_deletion"
            ),
            models.CheckConstraint(condition=pair("confirmed_at", "confirmed_by"), name="deletion_confirmed_pair"),
            models.CheckConstraint(condition=pair("taken_back_at", "taken_back_by"), name="deletion_taken_back_pair"),
            models.CheckConstraint(
                condition=Q(done_at=None) | Q(taken_back_at=None), name="deletion_done_or_taken_back"
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by=None) | ~Q(confirmed_by=models.F("asked_by")), name="deletion_by_two"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.name}"
