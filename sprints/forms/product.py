"""What people type about the product and its sustainability plan."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from sprints.forms.sign_offs import ShownForm
from sprints.models import DevelopmentStatus, Verdict
from sprints.publiccode import CATEGORIES
from text.days import DayField
from text.fields import LineField, TextField


def rows(number: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": number})


class ProductForm(ShownForm):
    name = LineField(label=_("Name"), required=False, limit=120)
    address = LineField(
        label=_("Address where people use it"), required=False, limit=1000, help_text=_("It starts with https://")
    )
    repository = LineField(
        label=_("Repository with its code"), required=False, limit=1000, help_text=_("It starts with https://")
    )
    development_status = forms.ChoiceField(label=_("How far it is"), choices=DevelopmentStatus.choices)
    summary = LineField(
        label=_("What it is, in one sentence"), required=False, limit=150, help_text=_("At most 150 characters.")
    )
    description = TextField(
        label=_("What it does, and for whom"),
        required=False,
        limit=10000,
        widget=rows(7),
        help_text=_("At least 150 characters, for people who may use it in their own city."),
    )
    features = TextField(
        label=_("What people can do with it"), required=False, limit=5000, widget=rows(5), help_text=_("One a line.")
    )
    languages = LineField(
        label=_("Its languages"), required=False, limit=200, help_text=_("Language tags, such as en, es, vi.")
    )
    categories = forms.MultipleChoiceField(
        label=_("What kind of software it is"),
        choices=[(one, one.replace("-", " ")) for one in CATEGORIES],
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("The words are those of the publiccode.yml standard."),
    )


class ProductTestForm(forms.Form):
    held_on = DayField(label=_("Day of the test"))
    people = forms.IntegerField(label=_("How many people took part"), min_value=1, max_value=5000)
    how = LineField(
        label=_("How it was tested"),
        limit=300,
        help_text=_("For example: on their own phones, with a screen reader, in Spanish, at the library."),
    )
    usable = forms.ChoiceField(label=_("Could they use it?"), choices=Verdict.choices, widget=forms.RadioSelect)
    meets_need = forms.ChoiceField(
        label=_("Does it meet their need?"), choices=Verdict.choices, widget=forms.RadioSelect
    )
    accessible = forms.ChoiceField(
        label=_("Is it accessible to people with disabilities?"), choices=Verdict.choices, widget=forms.RadioSelect
    )
    showed = TextField(
        label=_("What it showed"),
        limit=5000,
        widget=rows(5),
        help_text=_("Leave out residents' names and other personal data."),
    )


class OwnershipForm(ShownForm):
    owner = LineField(
        label=_("Who owns it on your side?"), limit=160, help_text=_("The organization, and the office in it.")
    )
    administrator = LineField(
        label=_("Your side's administrator of the repository"),
        limit=160,
        help_text=_("The account's name there, such as @ashford-data."),
    )
