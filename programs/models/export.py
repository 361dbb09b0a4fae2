"""An archive that somebody asked for: made by the worker, kept for a day, and for nobody but the asker."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from partners.models import Partnership, Person, Program


class ExportContents(models.TextChoices):
    SIGNED = "signed", _("Signed agreements")
    RECORDS = "records", _("A partnership whole")
    REDACTED = "redacted", _("A partnership whole, redacted")


class ExportQuerySet(models.QuerySet["Export"]):
    def asked_by(self, person: Person, now: datetime) -> ExportQuerySet:
        """A person's own, as long as they last."""
        return self.filter(asked_by=person, expires_at__gt=now)


class Export(models.Model):
    """Asked for and made are two facts. What it holds stands in `partnerships`, as they were chosen.

    It has no program where whoever runs this site asked for it: what they choose may be of several. The records of a
    partnership whole are for them alone.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    program = models.ForeignKey(Program, null=True, on_delete=models.CASCADE, related_name="exports")
    contents = models.CharField(
        max_length=8, choices=ExportContents.choices, default=ExportContents.SIGNED, db_default=ExportContents.SIGNED
    )
    partnerships = models.ManyToManyField(Partnership, related_name="+")
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    total = models.PositiveIntegerField(help_text="How many partnerships were chosen.")
    packed = models.PositiveIntegerField(default=0, help_text="How many of them were looked at so far.")
    due_at = models.DateTimeField(help_text="Not tried before.")
    leased_until = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveSmallIntegerField(default=0)
    problem = models.CharField(max_length=500, blank=True)
    made_at = models.DateTimeField(null=True, blank=True)
    agreements = models.PositiveIntegerField(null=True, help_text="How many of those chosen have something in it.")
    size = models.PositiveBigIntegerField(null=True, help_text="Bytes.")
    sha256 = models.CharField(max_length=64, blank=True)
    manifest_sha256 = models.CharField(
        max_length=64, blank=True, help_text="Of the file in it that names the fingerprints of all others."
    )
    redactions = models.PositiveIntegerField(null=True, help_text="How many places were taken out.")
    expires_at = models.DateTimeField(db_index=True, help_text="Then it goes, made or not.")

    objects = ExportQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-asked_at", "pk"]
        indexes: ClassVar = [models.Index(fields=["due_at"], name="export_to_make", condition=Q(made_at=None))]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(made_at=None, size=None, agreements=None, sha256="", manifest_sha256="")
                | (
                    Q(made_at__isnull=False, size__isnull=False, agreements__isnull=False)
                    & ~Q(sha256="")
                    & ~Q(manifest_sha256="")
                ),
                name="export_made_pair",
            ),
            models.CheckConstraint(condition=Q(packed__lte=F("total")), name="export_packed_of_total"),
            models.CheckConstraint(condition=Q(contents__in=ExportContents.values), name="export_contents_known"),
        ]

    def __str__(self) -> str:
        return f"export of {self.asked_at:%Y-%m-%d %H:%M}"

    @property
    def stored_as(self) -> str:
        """Its name among the kept files, known beforehand: nothing is left where a worker was killed."""
        return f"exports/{self.pk}.zip"
