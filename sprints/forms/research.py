"""What people type about the research with residents: counts and words, never who somebody is."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from sprints.forms.product import rows
from sprints.forms.sign_offs import ShownForm
from sprints.models import Activity, Dataset, Method, Sprint
from text.choices import offer_rows
from text.days import DayField
from text.fields import LineField, TextField

NO_NAMES = _("Leave out residents' names and other personal data.")


class ResearchPlanForm(ShownForm):
    questions = TextField(label=_("What do we want to learn?"), required=False, limit=5000, widget=rows(4))
    people = TextField(
        label=_("Whom do we ask, and how do we reach them?"),
        required=False,
        limit=5000,
        widget=rows(4),
        help_text=_("Groups, never single persons: for example, tenants of the four oldest buildings."),
    )
    languages = LineField(
        label=_("In which languages?"), required=False, limit=200, help_text=_("For example: English, Spanish.")
    )
    compensation = TextField(
        label=_("How are residents compensated?"),
        required=False,
        limit=2000,
        widget=rows(3),
        help_text=_("What they get for their time, from whom, and when."),
    )
    consent = TextField(
        label=_("How do they consent?"),
        required=False,
        limit=2000,
        widget=rows(3),
        help_text=_("What they are told, how they say yes, and how they can take it back."),
    )
    keeping = TextField(
        label=_("Where are notes and recordings kept, and until when?"),
        required=False,
        limit=2000,
        widget=rows(3),
        help_text=_("They stay with whoever did the research, and are never put in here."),
    )


class ActivityForm(forms.Form):
    title = LineField(
        label=_("What was done?"), limit=160, help_text=_("For example: talks with tenants in the laundry room.")
    )
    method = forms.ChoiceField(label=_("How?"), choices=Method.choices)
    held_on = DayField(label=_("On which day?"), help_text=_("The last one, where it took several."))
    people = forms.IntegerField(label=_("How many residents took part?"), min_value=1, max_value=30000)
    languages = LineField(label=_("In which languages?"), limit=200)
    compensation = LineField(
        label=_("How were they compensated?"), limit=300, help_text=_("If they were not, say so and why.")
    )
    consent = LineField(label=_("How did they consent?"), limit=300, help_text=NO_NAMES)


class FindingForm(forms.Form):
    title = LineField(label=_("What was found?"), limit=200, help_text=_("In one sentence."))
    analysis = TextField(
        label=_("The analysis"),
        limit=10000,
        widget=rows(8),
        help_text=_("How it follows from what residents said and from the data. Leave out names."),
    )
    activities = forms.ModelMultipleChoiceField(
        label=_("Which activities it rests on"),
        queryset=Activity.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    datasets = forms.ModelMultipleChoiceField(
        label=_("Which datasets it rests on"),
        queryset=Dataset.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    shown = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, sprint: Sprint, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_rows(self, "activities", Activity.objects.filter(sprint=sprint, withdrawn_at=None))
        offer_rows(self, "datasets", Dataset.objects.filter(sprint=sprint, dropped_at=None))


class ReworkForm(ShownForm):
    reason = TextField(
        label=_("What is not accurate, or left out?"),
        limit=2000,
        widget=rows(3),
        help_text=_("Both sides read this, and it stays in the history."),
    )


class WhatChangedForm(ShownForm):
    changes = TextField(
        label=_("What did it change?"),
        required=False,
        limit=5000,
        widget=rows(4),
        help_text=_("In the product, in the plan, or in what the city does."),
    )
