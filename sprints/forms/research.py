"""What people type about the research with residents: counts and words, never who somebody is."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from sprints.forms.sign_offs import ShownForm
from sprints.models import Activity, Dataset, Finding, Method, ResearchPlan, Sprint
from text.choices import offer_rows
from text.days import DayField

NO_NAMES = _("Leave out residents' names and other personal data.")


class ResearchPlanForm(ShownForm):
    questions = ResearchPlan.questions.field.formfield(label=_("What do we want to learn?"), rows=4)
    people = ResearchPlan.people.field.formfield(
        label=_("Whom do we ask, and how do we reach them?"),
        rows=4,
        help_text=_("Groups, never single persons: for example, tenants of the four oldest buildings."),
    )
    languages = ResearchPlan.languages.field.formfield(
        label=_("In which languages?"), help_text=_("For example: English, Spanish.")
    )
    compensation = ResearchPlan.compensation.field.formfield(
        label=_("How are residents compensated?"),
        rows=3,
        help_text=_("What they get for their time, from whom, and when."),
    )
    consent = ResearchPlan.consent.field.formfield(
        label=_("How do they consent?"),
        rows=3,
        help_text=_("What they are told, how they say yes, and how they can take it back."),
    )
    keeping = ResearchPlan.keeping.field.formfield(
        label=_("Where are notes and recordings kept, and until when?"),
        rows=3,
        help_text=_("They stay with whoever did the research, and are never put in here."),
    )


class ActivityForm(forms.Form):
    title = Activity.title.field.formfield(
        label=_("What was done?"), help_text=_("For example: talks with tenants in the laundry room.")
    )
    method = forms.ChoiceField(label=_("How?"), choices=Method.choices)
    held_on = DayField(label=_("On which day?"), help_text=_("The last one, where it took several."))
    people = forms.IntegerField(label=_("How many residents took part?"), min_value=1, max_value=30000)
    languages = Activity.languages.field.formfield(label=_("In which languages?"))
    compensation = Activity.compensation.field.formfield(
        label=_("How were they compensated?"), help_text=_("If they were not, say so and why.")
    )
    consent = Activity.consent.field.formfield(label=_("How did they consent?"), help_text=NO_NAMES)


class FindingForm(forms.Form):
    title = Finding.title.field.formfield(label=_("What was found?"), help_text=_("In one sentence."))
    analysis = Finding.analysis.field.formfield(
        label=_("The analysis"),
        rows=8,
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


class WhatChangedForm(ShownForm):
    changes = Finding.changes.field.formfield(
        label=_("What did it change?"), rows=4, help_text=_("In the product, in the plan, or in what the city does.")
    )
