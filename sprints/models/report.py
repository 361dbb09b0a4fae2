"""A report on the promises that both sides asked to be sealed, as it was on that day."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q

from sprints.models.sprint import Sprint


class SealedReport(models.Model):
    """Asked for and sealed are two facts: the worker draws and seals what is kept here word for word."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    sprint = models.ForeignKey(Sprint, on_delete=models.CASCADE, related_name="sealed_reports")
    digest = models.CharField(max_length=64, help_text="Of the facts that both sides said yes to.")
    html = models.TextField(help_text="What is drawn.")
    facts = models.TextField(help_text="What is attached: the same as JSON.")
    asked_at = models.DateTimeField(help_text="When the second side asked: the day of the report.")
    due_at = models.DateTimeField(help_text="Not tried before.")
    attempts = models.PositiveSmallIntegerField(default=0)
    problem = models.CharField(max_length=500, blank=True)
    sealed_at = models.DateTimeField(null=True, blank=True)
    pdf = models.BinaryField(null=True)
    sha256 = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering: ClassVar = ["-asked_at"]
        indexes: ClassVar = [models.Index(fields=["due_at"], name="report_to_seal", condition=Q(sealed_at=None))]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["sha256"], condition=~Q(sha256=""), name="one_report_a_file"),
            models.CheckConstraint(
                condition=Q(sealed_at=None, pdf=None, sha256="")
                | (Q(sealed_at__isnull=False, pdf__isnull=False) & ~Q(sha256="")),
                name="report_sealed_pair",
            ),
        ]

    def __str__(self) -> str:
        return f"report of {self.asked_at:%Y-%m-%d}"
