"""What staff type into a plan: its length, and one milestone at a time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from partners.parties import Party, Role
from partners.weeks import FEWEST_WEEKS, MOST_WEEKS
from sprints.models import Milestone
from sprints.plan import Phase
from text.choices import offer


class WeeksForm(forms.Form):
    weeks = forms.IntegerField(
        label=_("Weeks of this plan"),
        min_value=FEWEST_WEEKS,
        max_value=MOST_WEEKS,
        help_text=_("Milestones stay in the weeks where they are."),
    )


class PlannedForm(forms.Form):
    """A milestone as it stands in a plan. `shown`: its digest as the person saw it."""

    title = Milestone.title.field.formfield(label=_("What is to be reached"))
    week = forms.TypedChoiceField(label=_("From week"), coerce=int)
    last_week = forms.TypedChoiceField(label=_("To week"), coerce=int, help_text=_("It is due at the end of it."))
    phase = forms.ChoiceField(label=_("Phase"), choices=Phase.choices)
    leaders = forms.MultipleChoiceField(label=_("Who leads it"), widget=forms.CheckboxSelectMultiple)
    joint = forms.BooleanField(label=_("Both sides sign it off"), required=False)
    clauses = forms.MultipleChoiceField(
        label=_("Which goals and commitments it fulfils"), required=False, widget=forms.CheckboxSelectMultiple
    )
    shown = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, weeks: int, promises: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(week, gettext("Week %(week)s") % {"week": week}) for week in range(weeks + 1)]
        offer(self, "week", choices)
        offer(self, "last_week", choices)
        roles = [(role.value, role.label) for role in (Role.TECHNOLOGY_PARTNER, Role.PRODUCT_ADVISOR)]
        offer(self, "leaders", [*Party.choices, *roles])
        offer(self, "clauses", promises.items())

    def milestone(self) -> dict[str, Any]:
        """As a plan's JSON has it."""
        return {name: self.cleaned_data[name] for name in self.fields if name != "shown"}
