"""What one side proposes and the other answers: the first day, a pause, a change of the plan where both must agree,
and what was done before they came here."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from partners.models import Person
from partners.parties import Party
from sprints.models.sprint import Sprint
from text.fields import Text


class ProposalKind(models.TextChoices):
    START = "start", _("First day")
    PAUSE = "pause", _("Pause")
    MILESTONE = "milestone", _("Change of the plan")
    PRIOR_WORK = "prior_work", _("Done before")


class ProposalOutcome(models.TextChoices):
    AGREED = "agreed", _("Agreed")
    DECLINED = "declined", _("Not agreed")
    REPLACED = "replaced", _("Replaced by another proposal")


class Proposal(models.Model):
    """It takes effect when the other side agrees to exactly this content, and not before."""

    sprint = models.ForeignKey(Sprint, on_delete=models.CASCADE, related_name="proposals")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=12, choices=ProposalKind.choices)
    milestone = models.ForeignKey(
        "Milestone", null=True, blank=True, on_delete=models.PROTECT, related_name="proposals", help_text="Its subject."
    )
    content = models.JSONField()
    digest = models.CharField(max_length=64)
    reason = Text(blank=True, max_length=2000)
    party = models.CharField(max_length=12, choices=Party.choices)
    proposed_at = models.DateTimeField()
    proposed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(
        max_length=12, choices=ProposalOutcome.choices, blank=True, help_text="Empty: it stands open."
    )
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    answer = Text(blank=True, max_length=2000, help_text="Why it was not agreed.")

    class Meta:
        ordering: ClassVar = ["sprint", "number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["sprint", "number"], name="proposal_number_once"),
            models.UniqueConstraint(
                fields=["sprint", "kind"],
                condition=Q(settled_at=None) & ~Q(kind="milestone"),
                name="one_open_proposal_of_a_kind",
            ),
            models.UniqueConstraint(
                fields=["milestone"], condition=Q(settled_at=None), name="one_open_proposal_a_milestone"
            ),
            models.CheckConstraint(condition=Q(party__in=Party.values), name="proposal_party_known"),
            models.CheckConstraint(
                condition=Q(settled_at=None, settled_by=None, outcome="")
                | (Q(settled_at__isnull=False, settled_by__isnull=False) & ~Q(outcome="")),
                name="proposal_settled_pair",
            ),
        ]

    def __str__(self) -> str:
        return f"proposal {self.number}: {self.kind}"
