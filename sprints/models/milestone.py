"""Milestones of the plan, and the evidence that shows what was done."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agreements.models import Clause
from partners.models import Person
from partners.parties import Party, Role
from sprints.models.pairs import who_and_when
from sprints.models.sprint import Sprint
from sprints.plan import Phase
from text.fields import Line, Link, Text

LEADERS = [*Party.choices, *((role.value, role.label) for role in Role if not role.of_a_party)]


class Milestone(models.Model):
    """Its state is not stored: `sprints.states` derives it from the facts here, the evidence and the sign-offs."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    sprint = models.ForeignKey(Sprint, on_delete=models.CASCADE, related_name="milestones")
    number = models.PositiveIntegerField()
    week = models.PositiveSmallIntegerField(help_text="Week 0 is the week before the first.")
    last_week = models.PositiveSmallIntegerField(help_text="It is due at the end of this week.")
    phase = models.CharField(max_length=12, choices=Phase.choices)
    title = Line(_("title"), max_length=160)
    outcome = Text(_("what came of it"), blank=True, max_length=5000)
    # Written beside the rows of MilestoneLeader for one version, for the code of the version before (decision 20).
    old_leaders = models.JSONField(default=list, db_column="leaders", editable=False)
    joint = models.BooleanField(_("both sides sign it off"), default=False)
    fulfils = models.ManyToManyField(Clause, related_name="milestones", blank=True)
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    done_before = models.DateField(
        null=True, blank=True, help_text="The day, where both sides say that it was done before they came here."
    )
    finished_at = models.DateTimeField(null=True, blank=True, help_text="Where no joint sign-off is asked for.")
    finished_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    dropped_at = models.DateTimeField(null=True, blank=True)
    dropped_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    drop_reason = Text(blank=True, max_length=2000)

    class Meta:
        ordering: ClassVar = ["last_week", "week", "number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["sprint", "number"], name="milestone_number_once"),
            models.CheckConstraint(condition=Q(week__lte=F("last_week")), name="milestone_weeks_in_order"),
            models.CheckConstraint(condition=Q(finished_at=None) | Q(joint=False), name="joint_is_signed_off"),
            who_and_when("finished", name="milestone_finished_pair"),
            who_and_when("dropped", name="milestone_dropped_pair"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def name(self) -> str:
        """Its title; one of the built-in plan, which nobody has changed, in the reader's language."""
        return gettext(self.title)

    @property
    def leaders(self) -> list[str]:
        """The parties, and the roles beside them, that lead it."""
        return sorted(one.leader for one in self.leader_rows.all())


class MilestoneLeader(models.Model):
    """A party, or a role beside the parties, that leads a milestone."""

    milestone = models.ForeignKey(Milestone, on_delete=models.CASCADE, related_name="leader_rows")
    leader = models.CharField(max_length=12, choices=LEADERS)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["milestone", "leader"], name="milestone_leader_once"),
            models.CheckConstraint(
                condition=Q(leader__in=[key for key, _label in LEADERS]), name="milestone_leader_known"
            ),
        ]

    def __str__(self) -> str:
        return self.leader


class EvidenceKind(models.TextChoices):
    WORDS = "words", _("Words")
    LINK = "link", _("Link")
    FILE = "file", _("File")
    FINDING = "finding", _("Finding of the research")


def evidence_path(evidence: Evidence, _name: str) -> str:
    """Where the bytes are kept: never under the name that a person gave."""
    return f"evidence/{evidence.milestone.sprint_id}/{evidence.id}"


class Evidence(models.Model):
    """What shows that something was done: words, a link and files together, or a finding alone. It is never changed;
    its author can take it back.

    `kind` names the weightiest part of it. Its first file stands here, further ones in `EvidenceFile`.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    milestone = models.ForeignKey(Milestone, on_delete=models.CASCADE, related_name="evidence")
    kind = models.CharField(max_length=8, choices=EvidenceKind.choices)
    title = Line(_("what it shows"), max_length=160)
    words = Text(blank=True, max_length=5000)
    link = Link(blank=True, max_length=1000)
    file = models.FileField(blank=True, upload_to=evidence_path, max_length=200)
    file_name = Line(blank=True, max_length=160)
    file_type = models.CharField(blank=True, max_length=80)
    file_size = models.PositiveIntegerField(null=True, blank=True, help_text="Bytes.")
    file_sha256 = models.CharField(blank=True, max_length=64)
    finding = models.ForeignKey("Finding", null=True, blank=True, on_delete=models.PROTECT, related_name="evidence")
    party = models.CharField(max_length=12, choices=Party.choices, null=True, blank=True)
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar = ["added_at", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=(Q(kind="words", link="", file="", finding=None) & ~Q(words=""))
                | (Q(kind="link", file="", finding=None) & ~Q(link=""))
                | (Q(kind="file", finding=None) & ~Q(file="") & ~Q(file_sha256=""))
                | Q(kind="finding", words="", link="", file="", finding__isnull=False),
                name="evidence_is_of_its_kind",
            ),
            who_and_when("withdrawn", name="evidence_withdrawn_pair"),
            models.CheckConstraint(condition=Q(party=None) | Q(party__in=Party.values), name="evidence_party_known"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def files(self) -> list[Evidence | EvidenceFile]:
        """All of them, each as the row that holds it."""
        return [self, *self.further_files.all()] if self.file else []


def further_file_path(one: EvidenceFile, _name: str) -> str:
    return f"{evidence_path(one.evidence, _name)}-{one.number}"


class EvidenceFile(models.Model):
    """A file beside the first one of a piece of evidence."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    evidence = models.ForeignKey(Evidence, on_delete=models.CASCADE, related_name="further_files")
    number = models.PositiveSmallIntegerField(help_text="From 2: the first file stands with the evidence.")
    file = models.FileField(upload_to=further_file_path, max_length=200)
    file_name = Line(max_length=160)
    file_type = models.CharField(max_length=80)
    file_size = models.PositiveIntegerField(help_text="Bytes.")
    file_sha256 = models.CharField(max_length=64)

    class Meta:
        ordering: ClassVar = ["number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["evidence", "number"], name="evidence_file_number_once"),
            models.CheckConstraint(condition=~Q(file="") & ~Q(file_sha256=""), name="evidence_file_pair"),
        ]

    def __str__(self) -> str:
        return self.file_name
