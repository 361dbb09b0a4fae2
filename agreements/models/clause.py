"""Clauses, their wordings, and the assents that make a wording agreed."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from agreements.models.agreement import Agreement
from partners.models import Person
from partners.models.partnership import pair
from partners.parties import Party
from text.fields import Text


class ClauseKind(models.TextChoices):
    ISSUE = "issue", _("Issue")
    VISION = "vision", _("Vision")
    GOAL = "goal", _("Goal")
    COMMITMENT = "commitment", _("Commitment")
    OPTIONAL = "optional", _("Optional clause")
    ACKNOWLEDGEMENT = "acknowledgement", _("Acknowledgement")


class Clause(models.Model):
    """A part of the agreement that is agreed on its own. It keeps its identity over wordings and editions."""

    agreement = models.ForeignKey(Agreement, on_delete=models.CASCADE, related_name="clauses")
    key = models.SlugField(max_length=60, help_text=_("Its name in addresses: goal-1, community-4."))
    kind = models.CharField(max_length=20, choices=ClauseKind.choices)
    owner = models.CharField(
        max_length=12, choices=Party.choices, blank=True, help_text=_("Whose commitment it is; empty: both parties'.")
    )
    position = models.PositiveIntegerField()
    base = models.ForeignKey(
        "Wording",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("What the clause says until another wording is agreed: the last one agreed, or its first."),
    )

    class Meta:
        ordering: ClassVar = ["position", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["agreement", "key"], name="clause_key_once"),
            models.CheckConstraint(
                condition=Q(owner="") | Q(owner__in=Party.values, kind="commitment"), name="clause_owner_commits"
            ),
        ]

    def __str__(self) -> str:
        return self.key


class GoalManager(models.Manager["Goal"]):
    def get_queryset(self) -> models.QuerySet[Goal]:
        return super().get_queryset().filter(kind=ClauseKind.GOAL)


class CommitmentManager(models.Manager["Commitment"]):
    def get_queryset(self) -> models.QuerySet[Commitment]:
        return super().get_queryset().filter(kind=ClauseKind.COMMITMENT)


class Goal(Clause):
    objects: ClassVar[GoalManager] = GoalManager()

    class Meta:
        proxy = True
        verbose_name = _("goal")


class Commitment(Clause):
    objects: ClassVar[CommitmentManager] = CommitmentManager()

    class Meta:
        proxy = True
        verbose_name = _("commitment")


class Wording(models.Model):
    """An immutable text of a clause, as somebody sent it. `removes` proposes that the clause be taken out."""

    clause = models.ForeignKey(Clause, on_delete=models.CASCADE, related_name="wordings")
    number = models.PositiveIntegerField()
    texts = models.JSONField(help_text=_("Language to text, with the template's placeholders in it."))
    facts = models.JSONField(default=dict, help_text=_("The placeholders' values that this wording was made with."))
    removes = models.BooleanField(default=False)
    based_on = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="followed_by")
    author = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    party = models.CharField(
        max_length=12, choices=Party.choices, null=True, blank=True, help_text=_("The author's; none: the template's.")
    )
    reason = Text(blank=True, max_length=2000)
    digest = models.CharField(max_length=64)
    created_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar = ["clause", "number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["clause", "number"], name="wording_number_once"),
            models.CheckConstraint(condition=pair("withdrawn_at", "withdrawn_by"), name="wording_withdrawn_pair"),
            models.CheckConstraint(condition=Q(party=None) | Q(party__in=Party.values), name="wording_party_known"),
        ]

    def __str__(self) -> str:
        return f"{self.clause} wording {self.number}"


class WordingDraft(models.Model):
    """What somebody is still typing. Its author's alone until it is sent."""

    clause = models.ForeignKey(Clause, on_delete=models.CASCADE, related_name="drafts")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    text = models.TextField()
    reason = models.TextField(blank=True)
    based_on = models.ForeignKey(Wording, on_delete=models.CASCADE, related_name="+")
    saved_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["clause", "person"], name="one_draft_a_person_and_clause")
        ]

    def __str__(self) -> str:
        return f"draft of {self.person} for {self.clause}"


class Assent(models.Model):
    """A party's yes to the exact bytes of a wording. One stands for each clause and party."""

    clause = models.ForeignKey(Clause, on_delete=models.CASCADE, related_name="assents")
    wording = models.ForeignKey(Wording, on_delete=models.PROTECT, related_name="assents")
    party = models.CharField(max_length=12, choices=Party.choices)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    reason = Text(blank=True, max_length=2000)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["clause", "party"], condition=Q(withdrawn_at=None), name="one_standing_assent"
            ),
            models.CheckConstraint(condition=Q(party__in=Party.values), name="assent_party_known"),
        ]

    def __str__(self) -> str:
        return f"{self.party} to {self.wording}"
