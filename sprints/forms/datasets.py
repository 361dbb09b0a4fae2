"""What people type about datasets, and the city's catalog file."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from sprints.models import Dataset, PersonalData
from text.days import DayField


class DatasetForm(forms.Form):
    title = Dataset.title.field.formfield(
        label=_("What is it?"), help_text=_("For example: rental inspections since 2015.")
    )
    description = Dataset.description.field.formfield(
        label=_("What does it say?"),
        rows=4,
        help_text=_("About the dataset as a whole. Never copy residents' personal data in here."),
    )
    address = Dataset.address.field.formfield(
        label=_("Address where it is"), help_text=_("Where https:// is missing, we put it there.")
    )
    place = Dataset.place.field.formfield(
        label=_("Or where else it is kept"), help_text=_("For example: the permits system of the housing department.")
    )
    steward = Dataset.steward.field.formfield(label=_("Its steward"), help_text=_("The office that answers for it."))
    licence = Dataset.licence.field.formfield(
        label=_("Its licence"), help_text=_("For example: CC-BY-4.0, or public domain.")
    )
    formats = Dataset.formats.field.formfield(label=_("Its format"), help_text=_("For example: CSV, GeoJSON."))
    refresh = Dataset.refresh.field.formfield(
        label=_("How often is it refreshed?"), help_text=_("For example: every month.")
    )
    gaps = Dataset.gaps.field.formfield(
        label=_("What are its gaps?"),
        rows=4,
        help_text=_("Who or what is not in it, and what the sprint needs and it does not say."),
    )
    personal_data = forms.ChoiceField(
        label=_("Does it hold personal data of residents?"),
        choices=PersonalData.choices,
        widget=forms.RadioSelect,
        initial=PersonalData.UNKNOWN,
        help_text=_("Where it does, work with counts or with a copy without them."),
    )
    asked_on = DayField(label=_("Asked for on"), required=False, help_text=_("Leave it empty for today."))
    promised_for = DayField(label=_("Promised for"), required=False)
    accessible_since = DayField(label=_("Accessible since"), required=False)
    in_use_since = DayField(label=_("In use since"), required=False)
    refused_on = DayField(label=_("It cannot be shared, said on"), required=False)
    refusal = Dataset.refusal.field.formfield(label=_("Why it cannot be shared"), rows=3)
    shown = forms.CharField(widget=forms.HiddenInput, required=False)
