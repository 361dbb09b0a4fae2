"""What people type about the product and its sustainability plan."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from sprints.forms.sign_offs import ShownForm
from sprints.models import DevelopmentStatus, Ownership, Product, ProductTest, Verdict
from sprints.publiccode import CATEGORIES
from text.days import DayField
from text.fields import LineField, TextField

LONGEST_FEATURES, LONGEST_LANGUAGES = 5000, 200  # characters, of all of them


class ProductForm(ShownForm):
    name = Product.name.field.formfield(label=_("Name"))
    address = Product.address.field.formfield(
        label=_("Address where people use it"), help_text=_("Where https:// is missing, we put it there.")
    )
    repository = Product.repository.field.formfield(
        label=_("Repository with its code"), help_text=_("Where https:// is missing, we put it there.")
    )
    development_status = forms.ChoiceField(label=_("How far it is"), choices=DevelopmentStatus.choices)
    summary = Product.summary.field.formfield(
        label=_("What it is, in one sentence"), help_text=_("At most 150 characters.")
    )
    description = Product.description.field.formfield(
        label=_("What it does, and for whom"),
        rows=7,
        help_text=_("At least 150 characters, for people who may use it in their own city."),
    )
    features = TextField(
        label=_("What people can do with it"),
        required=False,
        limit=LONGEST_FEATURES,
        rows=5,
        help_text=_("One a line."),
    )
    languages = LineField(
        label=_("Its languages"),
        required=False,
        limit=LONGEST_LANGUAGES,
        help_text=_("Language tags, such as en, es, vi."),
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
    how = ProductTest.how.field.formfield(
        label=_("How it was tested"),
        help_text=_("For example: on their own phones, with a screen reader, in Spanish, at the library."),
    )
    usable = forms.ChoiceField(label=_("Could they use it?"), choices=Verdict.choices, widget=forms.RadioSelect)
    meets_need = forms.ChoiceField(
        label=_("Does it meet their need?"), choices=Verdict.choices, widget=forms.RadioSelect
    )
    accessible = forms.ChoiceField(
        label=_("Is it accessible to people with disabilities?"), choices=Verdict.choices, widget=forms.RadioSelect
    )
    showed = ProductTest.showed.field.formfield(
        label=_("What it showed"), rows=5, help_text=_("Leave out residents' names and other personal data.")
    )


class OwnershipForm(ShownForm):
    owner = Ownership.owner.field.formfield(
        label=_("Who owns it on your side?"), help_text=_("The organization, and the office in it.")
    )
    administrator = Ownership.administrator.field.formfield(
        label=_("Your side's administrator of the repository"),
        help_text=_("The account's name there, such as @ashford-data."),
    )
