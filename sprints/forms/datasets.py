"""What people type about datasets, and the city's catalog file."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from sprints.forms.product import rows
from sprints.models import PersonalData
from text.days import DayField
from text.fields import LineField, TextField


class DatasetForm(forms.Form):
    title = LineField(label=_("What is it?"), limit=200, help_text=_("For example: rental inspections since 2015."))
    description = TextField(
        label=_("What does it say?"),
        required=False,
        limit=5000,
        widget=rows(4),
        help_text=_("About the dataset as a whole. Never copy residents' personal data in here."),
    )
    address = LineField(
        label=_("Address where it is"), required=False, limit=1000, help_text=_("It starts with https://")
    )
    place = LineField(
        label=_("Or where else it is kept"),
        required=False,
        limit=200,
        help_text=_("For example: the permits system of the housing department."),
    )
    steward = LineField(
        label=_("Its steward"), required=False, limit=200, help_text=_("The office that answers for it.")
    )
    licence = LineField(
        label=_("Its licence"), required=False, limit=200, help_text=_("For example: CC-BY-4.0, or public domain.")
    )
    formats = LineField(label=_("Its format"), required=False, limit=200, help_text=_("For example: CSV, GeoJSON."))
    refresh = LineField(
        label=_("How often is it refreshed?"), required=False, limit=60, help_text=_("For example: every month.")
    )
    gaps = TextField(
        label=_("What are its gaps?"),
        required=False,
        limit=5000,
        widget=rows(4),
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
    refusal = TextField(label=_("Why it cannot be shared"), required=False, limit=2000, widget=rows(3))
    shown = forms.CharField(widget=forms.HiddenInput, required=False)
