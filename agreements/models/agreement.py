"""The agreement of a partnership: the row that every act upon it locks first."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self

from django.apps import apps
from django.db import models
from django.db.models import Prefetch, Q
from django.utils.translation import gettext_lazy as _

from agreements.states import AgreementState, Draft, EditionState, agreement_state
from partners.models import Partnership, Person
from partners.models.partnership import pair
from text.fields import Text

if TYPE_CHECKING:
    from agreements.models.edition import Edition

LONGEST_REASON = 2_000  # characters: why a text is reopened, amended or ended, or a scan refused


class AgreementQuerySet(models.QuerySet["Agreement"]):
    def with_editions(self) -> Self:
        """With what its pages and whose turn it is are read from: editions, signatures, seals, scans that wait."""
        signatures = apps.get_model("agreements", "Signature").objects.select_related("paper").defer("paper__scan")
        return self.prefetch_related(
            Prefetch("editions__signatures", signatures),
            "editions__paper_copies",
            "editions__seal",
            "editions__voided_by",
        )


class Agreement(models.Model):
    partnership = models.OneToOneField(Partnership, on_delete=models.PROTECT, related_name="agreement")
    template = models.CharField(max_length=60, default="informal-partnership-agreement")
    language = models.CharField(_("governing language"), max_length=8, default="en")
    draft = models.CharField(max_length=10, choices=Draft.choices, default=Draft.OPEN)
    changed_at = models.DateTimeField(help_text=_("When anything of it last changed: whose turn, and since when."))
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    end_reason = Text(blank=True, max_length=LONGEST_REASON)

    objects = AgreementQuerySet.as_manager()

    class Meta:
        verbose_name = _("agreement")
        verbose_name_plural = _("agreements")
        constraints: ClassVar = [
            models.CheckConstraint(condition=pair("ended_at", "ended_by"), name="agreement_ended_pair"),
            models.CheckConstraint(condition=Q(draft__in=Draft.values), name="agreement_draft_known"),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(draft=Draft.CLOSED), name="agreement_ended_is_closed"
            ),
        ]

    def __str__(self) -> str:
        return f"agreement of {self.partnership_id}"

    def edition_in(self, state: EditionState) -> Edition | None:
        """The one that is open for signing, or in force. Reads the prefetched editions where there are some."""
        return next((edition for edition in self.editions.all() if edition.state == state), None)

    @property
    def state(self) -> AgreementState:
        """Derived. Reads the prefetched editions where there are some."""
        in_force = self.edition_in(EditionState.IN_FORCE) is not None
        return agreement_state(draft=Draft(self.draft), ended=self.ended_at is not None, has_edition_in_force=in_force)
