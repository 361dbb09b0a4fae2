"""A party's answer to the exact content of something that both sides sign off: a milestone, a decision, a plan."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from partners.models import Person
from partners.parties import Party
from sprints.models.sprint import Sprint
from text.fields import Text


class SignOffAnswer(models.TextChoices):
    YES = "yes", _("Signed off")
    CHANGES = "changes", _("Asked for changes")


class SignOff(models.Model):
    """It stands for the digest it names: when the content changes, the party is asked again.

    The latest answer of a party to a subject is the one that stands; earlier ones are kept.
    """

    sprint = models.ForeignKey(Sprint, on_delete=models.CASCADE, related_name="sign_offs")
    subject = models.UUIDField(help_text="The id of the milestone, the decision or the plan.")
    party = models.CharField(max_length=12, choices=Party.choices)
    answer = models.CharField(max_length=8, choices=SignOffAnswer.choices)
    digest = models.CharField(max_length=64)
    content = models.JSONField(help_text="What was signed off, word for word.")
    reason = Text(blank=True, max_length=2000)
    at = models.DateTimeField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    replaced_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["at", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["subject", "party"], condition=Q(replaced_at=None), name="one_standing_answer"
            ),
            models.CheckConstraint(condition=Q(party__in=Party.values), name="sign_off_party_known"),
            models.CheckConstraint(condition=Q(answer="yes") | ~Q(reason=""), name="changes_say_why"),
        ]

    def __str__(self) -> str:
        return f"{self.party}: {self.answer}"
