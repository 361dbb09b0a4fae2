"""The lead of a side passes on: who is asked to take it, or asks for it, and what the answer was."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from partners.models.partnership import Organization, Partnership
from partners.models.person import Person
from partners.parties import Party
from text.fields import ShortText


class HandoverOutcome(models.TextChoices):
    """What became of it. A question without an answer has none."""

    ACCEPTED = "accepted"
    DECLINED = "declined"
    TAKEN_BACK = "taken back"


class HandoverQuerySet(models.QuerySet["Handover"]):
    def unanswered(self) -> HandoverQuerySet:
        return self.filter(outcome="")

    def offers(self) -> HandoverQuerySet:
        """Those in which a lead asks somebody else."""
        return self.exclude(asked_by=F("to"))

    def claims(self) -> HandoverQuerySet:
        """Those in which somebody asks for a lead that is gone."""
        return self.filter(asked_by=F("to"))


class Handover(models.Model):
    """A lead asks a member of their own side to take over; or a member asks for it, because the lead is gone.

    Until it is accepted nothing changes. The person who is asked answers an offer; the staff of the program answer a
    claim, after they checked it. The answer says why it was declined, or what they checked.
    """

    partnership = models.ForeignKey(Partnership, on_delete=models.CASCADE, related_name="handovers")
    party = models.CharField(max_length=12, choices=Party.choices)
    to = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    reason = ShortText(max_length=1000, blank=True)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=12, choices=HandoverOutcome.choices, blank=True)
    answer = ShortText(max_length=1000, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    objects = HandoverQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["partnership", "party"],
                condition=Q(outcome="") & ~Q(asked_by=F("to")),
                name="one_open_offer_a_party",
            ),
            models.UniqueConstraint(
                fields=["partnership", "party"],
                condition=Q(outcome="", asked_by=F("to")),
                name="one_open_claim_a_party",
            ),
            models.CheckConstraint(condition=Q(party__in=Party.values), name="handover_party_known"),
            models.CheckConstraint(
                condition=Q(outcome="", answered_at=None, answered_by=None)
                | Q(outcome__in=HandoverOutcome.values, answered_at__isnull=False, answered_by__isnull=False),
                name="handover_answered_pair",
            ),
        ]

    def __str__(self) -> str:
        return f"lead of {self.party} to {self.to}"

    @property
    def is_claim(self) -> bool:
        return self.asked_by_id == self.to_id

    @property
    def is_open(self) -> bool:
        return not self.outcome

    @property
    def organization(self) -> Organization:
        """The organization whose lead it is about."""
        return self.partnership.organizations.get(party=self.party)
