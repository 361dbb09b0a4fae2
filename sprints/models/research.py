"""Research with residents: its plan, what was done, and what was found. Counts and words, never who they are."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from partners.models import Person
from sprints.models.dataset import Dataset
from sprints.models.pairs import who_and_when
from sprints.models.sprint import Sprint
from text.fields import Line, Text


class ResearchPlan(models.Model):
    """One a sprint: what is asked, of whom, and how they are treated."""

    sprint = models.OneToOneField(Sprint, on_delete=models.CASCADE, related_name="research_plan")
    questions = Text(_("what we want to learn"), blank=True, max_length=5000)
    people = Text(_("whom we ask"), blank=True, max_length=5000)
    languages = Line(_("languages"), blank=True, max_length=200)
    compensation = Text(_("how they are compensated"), blank=True, max_length=2000)
    consent = Text(_("how they consent"), blank=True, max_length=2000)
    keeping = Text(_("how notes are kept"), blank=True, max_length=2000)
    changed_at = models.DateTimeField(null=True, blank=True)
    changed_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [who_and_when("changed", name="research_plan_changed_pair")]

    def __str__(self) -> str:
        return f"research plan of {self.sprint_id}"


class Method(models.TextChoices):
    INTERVIEW = "interview", _("Interviews")
    GROUP = "group", _("Group conversation")
    SURVEY = "survey", _("Survey")
    WORKSHOP = "workshop", _("Co-design workshop")
    OBSERVATION = "observation", _("Observation")
    WALK = "walk", _("Walk through the neighborhood")
    TEST = "test", _("Trying a draft or prototype")
    OTHER = "other", _("Another way")


class Activity(models.Model):
    """Something done with residents. It is never changed; its author can take it back while nothing rests on it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    sprint = models.ForeignKey(Sprint, on_delete=models.CASCADE, related_name="activities")
    number = models.PositiveIntegerField()
    title = Line(_("what was done"), max_length=160)
    method = models.CharField(_("method"), max_length=12, choices=Method.choices)
    held_on = models.DateField(_("day"))
    people = models.PositiveSmallIntegerField(_("how many people"))
    languages = Line(_("languages"), max_length=200)
    compensation = Line(_("how they were compensated"), max_length=300)
    consent = Line(_("how they consented"), max_length=300)
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar = ["held_on", "number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["sprint", "number"], name="activity_number_once"),
            models.CheckConstraint(condition=Q(people__gte=1), name="activity_with_somebody"),
            who_and_when("withdrawn", name="activity_withdrawn_pair"),
        ]

    def __str__(self) -> str:
        return self.title


class Finding(models.Model):
    """An analysis: what was found, from which activities and datasets. Whether it is confirmed is a `SignOff` of it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    sprint = models.ForeignKey(Sprint, on_delete=models.CASCADE, related_name="findings")
    number = models.PositiveIntegerField()
    title = Line(_("what was found"), max_length=200)
    analysis = Text(_("the analysis"), max_length=10000)
    activities = models.ManyToManyField(Activity, blank=True, related_name="findings")
    datasets = models.ManyToManyField(Dataset, blank=True, related_name="findings")
    changes = Text(_("what it changed"), blank=True, max_length=5000)
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField(null=True, blank=True)
    changed_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar = ["number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["sprint", "number"], name="finding_number_once"),
            who_and_when("changed", name="finding_changed_pair"),
            who_and_when("withdrawn", name="finding_withdrawn_pair"),
        ]

    def __str__(self) -> str:
        return self.title
