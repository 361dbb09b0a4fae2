"""Demo Day: the running order, what residents' stories may be used for, and the rehearsal's checklist."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from partners.models import Person
from sprints.models.pairs import who_and_when
from sprints.models.sprint import Sprint
from text.fields import Line, Text


class Showcase(models.Model):
    """One a sprint. Its items' times follow from its start and their minutes."""

    sprint = models.OneToOneField(Sprint, on_delete=models.CASCADE, related_name="showcase")
    starts_at = models.DateTimeField(null=True, blank=True)
    place = Line(_("place"), blank=True, max_length=300)
    welcome = Text(_("words of welcome"), blank=True, max_length=2000)
    prepared_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"Demo Day of {self.sprint_id}"


class StoryUse(models.TextChoices):
    STAGE = "stage", _("Told on Demo Day")
    RECORDING = "recording", _("In the recording")
    PROGRAM = "program", _("In the printed program")
    WEB = "web", _("On the product's or partners' web pages")
    PRESS = "press", _("Given to the press")


class Story(models.Model):
    """What a resident lived through, told with their consent. There is no field for who they are."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    sprint = models.ForeignKey(Sprint, on_delete=models.CASCADE, related_name="stories")
    number = models.PositiveIntegerField()
    about = Line(_("what it is about"), max_length=160)
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar = ["number"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["sprint", "number"], name="story_number_once")]

    def __str__(self) -> str:
        return self.about


class Consent(models.Model):
    """The resident's yes to one use of their story, until they take it back. It is never made again: only anew."""

    story = models.ForeignKey(Story, on_delete=models.CASCADE, related_name="consents")
    use = models.CharField(max_length=12, choices=StoryUse.choices)
    given_on = models.DateField(_("day of the consent"))
    how = Line(_("how it was given"), max_length=160)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+", help_text="Who wrote it down."
    )

    class Meta:
        ordering: ClassVar = ["recorded_at", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["story", "use"], condition=Q(withdrawn_at=None), name="one_standing_consent_a_use"
            ),
            who_and_when("withdrawn", name="consent_withdrawn_pair"),
        ]

    def __str__(self) -> str:
        return f"{self.use}: {self.given_on}"


class RunningOrderItem(models.Model):
    """A part of Demo Day: who presents it, and for how long."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    showcase = models.ForeignKey(Showcase, on_delete=models.CASCADE, related_name="items")
    position = models.PositiveIntegerField()
    title = Line(_("title"), max_length=160)
    minutes = models.PositiveSmallIntegerField(_("minutes"))
    presenters = models.ManyToManyField(Person, blank=True, related_name="+")
    others = Line(_("others who present"), blank=True, max_length=160)
    story = models.ForeignKey(Story, null=True, blank=True, on_delete=models.PROTECT, related_name="items")

    class Meta:
        ordering: ClassVar = ["position", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(minutes__gte=1, minutes__lte=240), name="item_minutes_in_bounds"),
        ]

    def __str__(self) -> str:
        return self.title


class RehearsalCheck(models.Model):
    """Something to see to before Demo Day."""

    showcase = models.ForeignKey(Showcase, on_delete=models.CASCADE, related_name="checks")
    number = models.PositiveIntegerField()
    text = Line(_("what to see to"), max_length=200)
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar = ["number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["showcase", "number"], name="rehearsal_check_number_once"),
            who_and_when("done", name="rehearsal_check_done_pair"),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def name(self) -> str:
        """Its text; one of the built-in checklist in the reader's language."""
        return gettext(self.text)
