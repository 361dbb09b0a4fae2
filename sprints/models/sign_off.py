"""A party's answer to the exact content of something that is signed off: a milestone, a decision, a plan, and more."""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from partners.models import Person
from partners.parties import Party
from sprints.models.decision import Decision
from sprints.models.milestone import Milestone
from sprints.models.research import Finding
from sprints.models.sprint import Sprint
from sprints.models.sustainability import SustainabilityPlan
from text.fields import Text

# The foreign keys to what is signed off: exactly one of them is set.
SUBJECTS = ("milestone", "decision", "plan", "finding", "report_of")


class SignOffAnswer(models.TextChoices):
    YES = "yes", _("Signed off")
    CHANGES = "changes", _("Asked for changes")


def _subject(to: type[models.Model], **options: Any) -> models.ForeignKey[Any, Any]:
    return models.ForeignKey(to, null=True, blank=True, on_delete=models.CASCADE, related_name="+", **options)


class SignOff(models.Model):
    """It stands for the digest it names: when the content changes, the party is asked again.

    The latest answer of a party to a subject is the one that stands; earlier ones are kept.
    """

    sprint = models.ForeignKey(Sprint, on_delete=models.CASCADE, related_name="sign_offs")
    milestone = _subject(Milestone)
    decision = _subject(Decision)
    plan = _subject(SustainabilityPlan)
    finding = _subject(Finding)
    report_of = _subject(Sprint, help_text="Whose report on the promises is to be sealed.")
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
            *(
                models.UniqueConstraint(
                    fields=[key, "party"], condition=Q(replaced_at=None), name=f"one_standing_answer_{key}"
                )
                for key in SUBJECTS
            ),
            models.CheckConstraint(
                condition=reduce(or_, (Q(**{f"{key}__isnull": key != one for key in SUBJECTS}) for one in SUBJECTS)),
                name="sign_off_of_one_subject",
            ),
            models.CheckConstraint(condition=Q(party__in=Party.values), name="sign_off_party_known"),
            models.CheckConstraint(condition=Q(answer="yes") | ~Q(reason=""), name="changes_say_why"),
        ]

    def __str__(self) -> str:
        return f"{self.party}: {self.answer}"

    @property
    def yes(self) -> bool:
        return self.answer == SignOffAnswer.YES
