"""What was done before the partnership came here: said by one lead, confirmed by the other."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partners.dates import day_words
from sprints.domain.milestones import MilestoneStatus
from sprints.domain.prior_work import prior_lines
from sprints.models import Proposal
from text.days import DayField


class PriorWorkForm(forms.Form):
    """A tick and a day for each milestone whose day had passed."""

    def __init__(self, *args: Any, milestones: Sequence[MilestoneStatus], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.milestones = {one.milestone.number: one.milestone.name for one in milestones}
        for one in milestones:
            number = one.milestone.number
            self.fields[f"done_{number}"] = forms.BooleanField(label=_("It was done"), required=False)
            missing = {"required": _("Say on which day it was done.")}
            day = DayField(label=_("The day on which it was done"), initial=one.due, error_messages=missing)
            self.fields[f"day_{number}"] = day

    def groups(self) -> list[tuple[str, list[BoundField]]]:
        return [(name, [self[f"done_{key}"], self[f"day_{key}"]]) for key, name in self.milestones.items()]

    def clean(self) -> dict[str, dict[int, date]]:
        """`days`: of those that are ticked, by number."""
        typed = self.cleaned_data
        ticked = [number for number in self.milestones if typed.get(f"done_{number}")]
        if not ticked:
            raise ValidationError(_("Nothing is ticked, so nothing was sent. Tick what was done before you came here."))
        for number in self.milestones.keys() - set(ticked):  # no day is asked for
            self.errors.pop(f"day_{number}", None)
        return {"days": {number: day for number in ticked if (day := typed.get(f"day_{number}"))}}


class PriorWorkAnswerForm(forms.Form):
    """What of the list is confirmed: all that is still open to it, unless a tick is taken away."""

    milestones = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Which of them were done before you came here?"),
        help_text=gettext_lazy("Take the tick away from what you do not confirm: it stays as it is in the plan."),
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Tick at least one, or say below why you do not agree.")},
    )

    def __init__(self, *args: Any, proposal: Proposal, open_ones: Collection[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = prior_lines(proposal)
        says = _("%(title)s, done on %(day)s")
        choices = [
            (line.number, says % {"title": line.name, "day": day_words(line.day)})
            for line in self.lines
            if line.number in open_ones
        ]
        field: Any = self.fields["milestones"]
        field.choices, field.initial = choices, [number for number, _label in choices]

    @property
    def left_out(self) -> set[int]:
        return {line.number for line in self.lines} - set(self.cleaned_data["milestones"])
