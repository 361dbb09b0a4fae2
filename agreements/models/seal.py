"""The seal of a signed edition. Signed and sealed are two facts: a seal may still wait to be made."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from agreements.models.edition import Edition


class Seal(models.Model):
    """One for each edition in force. It is asked for with the second signature and made by the worker."""

    edition = models.OneToOneField(Edition, on_delete=models.PROTECT, related_name="seal")
    asked_at = models.DateTimeField()
    sealed_at = models.DateTimeField(null=True, blank=True, help_text=_("Empty: it waits."))
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(help_text=_("Not tried before."))
    leased_until = models.DateTimeField(null=True, blank=True)
    problem = models.CharField(max_length=500, blank=True)

    class Meta:
        verbose_name = _("seal")
        verbose_name_plural = _("seals")
        indexes: ClassVar = [models.Index(fields=["due_at"], name="seal_to_make", condition=Q(sealed_at=None))]

    def __str__(self) -> str:
        return f"seal of {self.edition_id}"


class SealFile(models.Model):
    """A sealed PDF. A second one comes when a timestamp is added later; all stay known to the verifier."""

    class Level(models.TextChoices):
        BASIC = "B-B", _("Sealed")
        LONG_TERM = "B-LTA", _("Sealed, with a timestamp from outside")

    seal = models.ForeignKey(Seal, on_delete=models.PROTECT, related_name="files")
    pdf = models.BinaryField()
    sha256 = models.CharField(max_length=64, unique=True)
    level = models.CharField(max_length=8, choices=Level.choices)
    sealer = models.CharField(max_length=64, help_text=_("SHA-256 of the certificate that sealed it."))
    made_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["made_at"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["seal", "level"], name="one_file_a_level")]

    def __str__(self) -> str:
        return f"{self.level} of {self.seal_id}"
