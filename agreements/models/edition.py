"""Editions (the whole text frozen for signature) and the parties' signatures on them."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from agreements.models.agreement import LONGEST_REASON, Agreement
from agreements.states import EditionState
from partners.models import Person
from partners.models.partnership import pair
from partners.parties import Party
from text.fields import Line, Text


class Edition(models.Model):
    """The exact bytes that both parties are asked to sign."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="editions")
    number = models.PositiveIntegerField(help_text=_("Its number among those not void."))
    canonical = models.BinaryField(help_text=_("Canonical JSON: docs/edition-format.md."))
    digest = models.CharField(max_length=64, unique=True, help_text=_("SHA-256 of the canonical bytes."))
    code = models.CharField(max_length=16, unique=True, help_text=_("The short code printed on the PDF."))
    notice = models.TextField(help_text=_("The program's notice, as shown when signing. Record, not text."))
    state = models.CharField(max_length=12, choices=EditionState.choices, default=EditionState.SIGNING)
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    voided_at = models.DateTimeField(null=True, blank=True)
    voided_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    void_reason = Text(blank=True, max_length=LONGEST_REASON)
    in_force_at = models.DateTimeField(null=True, blank=True)
    superseded_at = models.DateTimeField(null=True, blank=True)
    superseded_by = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="supersedes"
    )
    head = models.CharField(
        max_length=64,
        blank=True,
        help_text=_("The ledger's head at the event that put it in force; printed in the PDF."),
    )

    class Meta:
        verbose_name = _("edition")
        verbose_name_plural = _("editions")
        ordering: ClassVar = ["agreement", "opened_at"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["agreement", "number"], condition=~Q(state=EditionState.VOID), name="edition_number_once"
            ),
            models.UniqueConstraint(
                fields=["agreement"], condition=Q(state=EditionState.SIGNING), name="one_edition_open_for_signing"
            ),
            models.UniqueConstraint(
                fields=["agreement"], condition=Q(state=EditionState.IN_FORCE), name="one_edition_in_force"
            ),
            models.CheckConstraint(condition=pair("voided_at", "voided_by"), name="edition_voided_pair"),
            models.CheckConstraint(condition=pair("superseded_at", "superseded_by"), name="edition_superseded_pair"),
            models.CheckConstraint(
                condition=Q(in_force_at=None, state__in=[EditionState.SIGNING, EditionState.VOID])
                | (
                    Q(in_force_at__isnull=False)
                    & ~Q(head="")
                    & Q(state__in=[EditionState.IN_FORCE, EditionState.SUPERSEDED, EditionState.ENDED])
                ),
                name="edition_in_force_has_head",
            ),
        ]

    def __str__(self) -> str:
        return f"edition {self.number} ({self.state})"

    @property
    def papers_waiting(self) -> list[PaperCopy]:
        """Scans that nobody has confirmed or refused yet; from what was prefetched, where it was."""
        return [copy for copy in self.paper_copies.all() if copy.confirmed_at is None and copy.refused_at is None]


class Signature(models.Model):
    """A party's signature on an edition: who, as whom, how they proved it, and the act's own time."""

    class Method(models.TextChoices):
        ELECTRONIC = "electronic", _("Electronic")
        PAPER = "paper", _("On paper")

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="signatures")
    party = models.CharField(max_length=12, choices=Party.choices)
    method = models.CharField(max_length=12, choices=Method.choices, default=Method.ELECTRONIC)
    signed_at = models.DateTimeField()
    signed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    name = Line(_("full name"), max_length=120)
    title = Line(_("title"), max_length=120, blank=True)
    organization = models.CharField(_("organization"), max_length=160)
    consent_version = models.CharField(max_length=20, help_text=_("The words of consent to sign electronically."))
    intent_version = models.CharField(max_length=20, help_text=_("The words of the statement of intent."))
    language = models.CharField(max_length=8, help_text=_("The language the consent was read in."))
    proof_method = models.CharField(max_length=20, help_text=_("How they proved who they are."))
    proved_at = models.DateTimeField()
    address = models.CharField(max_length=254, help_text=_("The e-mail address, masked."))
    paper = models.OneToOneField("PaperCopy", null=True, blank=True, on_delete=models.PROTECT, related_name="signature")

    class Meta:
        verbose_name = _("signature")
        verbose_name_plural = _("signatures")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["edition", "party"], name="one_signature_a_party"),
            models.CheckConstraint(condition=Q(party__in=Party.values), name="signature_party_known"),
            models.CheckConstraint(
                condition=Q(method="electronic", paper=None) | Q(method="paper", paper__isnull=False),
                name="signature_paper_fits_method",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} for {self.party}"


class PaperCopyManager(models.Manager["PaperCopy"]):
    """Without the scans, which are large: one is read when it is asked for."""

    def get_queryset(self) -> models.QuerySet[PaperCopy]:
        return super().get_queryset().defer("scan")


class PaperCopy(models.Model):
    """A scan of a print signed by hand. It counts when the other party's lead confirms it."""

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="paper_copies")
    party = models.CharField(max_length=12, choices=Party.choices)
    name = Line(_("full name on the paper"), max_length=120)
    title = Line(_("title"), max_length=120, blank=True)
    paper_date = models.DateField(_("date on the paper"))
    outside = models.BooleanField(
        default=False, db_default=False, help_text=_("Signed before this text was written down here.")
    )
    scan = models.BinaryField()
    scan_type = models.CharField(max_length=40)
    scan_sha256 = models.CharField(max_length=64)
    uploaded_at = models.DateTimeField()
    uploaded_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    refused_at = models.DateTimeField(null=True, blank=True)
    refused_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    refuse_reason = Text(blank=True, max_length=LONGEST_REASON)

    objects = PaperCopyManager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["edition", "party"], condition=Q(refused_at=None), name="one_paper_copy_a_party"
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at=None, confirmed_by=None)
                | Q(confirmed_at__isnull=False, confirmed_by__isnull=False, refused_at=None),
                name="paper_confirmed_pair",
            ),
            models.CheckConstraint(condition=pair("refused_at", "refused_by"), name="paper_refused_pair"),
            models.CheckConstraint(condition=Q(party__in=Party.values), name="paper_party_known"),
        ]

    def __str__(self) -> str:
        return f"paper of {self.party} for {self.edition}"
