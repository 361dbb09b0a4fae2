"""What each side's people can do, noted three times, so that it shows what grew."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from partners.models import Person
from partners.parties import Party
from sprints.models.sprint import Sprint
from text.fields import Text


class Stage(models.TextChoices):
    """When it is noted. `sprints.domain.learning` says in which week that is."""

    START = "start", _("At the start")
    MIDDLE = "middle", _("Halfway")
    END = "end", _("At the end")


class Ability(models.IntegerChoices):
    NOT_YET = 1, _("Not yet")
    WITH_MUCH_HELP = 2, _("With a lot of help")
    WITH_SOME_HELP = 3, _("With some help")
    ALONE = 4, _("On our own")
    TEACHES = 5, _("We can teach it")


class Learning(models.Model):
    """A side's own note at one stage. The last one written while the stage lasts stands; earlier ones are kept."""

    sprint = models.ForeignKey(Sprint, on_delete=models.CASCADE, related_name="learnings")
    stage = models.CharField(max_length=8, choices=Stage.choices)
    party = models.CharField(max_length=12, choices=Party.choices)
    open_data = models.PositiveSmallIntegerField(_("open data"), choices=Ability.choices)
    design = models.PositiveSmallIntegerField(_("human-centered design"), choices=Ability.choices)
    private_partners = models.PositiveSmallIntegerField(_("working with private partners"), choices=Ability.choices)
    voice = Text(_("residents' voice and trust"), max_length=2000)
    at = models.DateTimeField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    replaced_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["at", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["sprint", "stage", "party"],
                condition=Q(replaced_at=None),
                name="one_standing_learning_a_stage_and_party",
            ),
            models.CheckConstraint(condition=Q(party__in=Party.values), name="learning_party_known"),
            models.CheckConstraint(condition=Q(stage__in=Stage.values), name="learning_stage_known"),
            models.CheckConstraint(
                condition=Q(open_data__in=Ability.values)
                & Q(design__in=Ability.values)
                & Q(private_partners__in=Ability.values),
                name="learning_on_the_scale",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.party}, {self.stage}"
