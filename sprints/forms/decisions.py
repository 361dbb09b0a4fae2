"""What people type about decisions, the week, what they can do, and executive buy-in."""

from __future__ import annotations

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from sprints.files import KINDS
from sprints.forms.milestones import ShownForm
from sprints.forms.product import rows
from sprints.models import Ability, Occasion, Rating, Together
from text.fields import LineField, TextField


class DecisionForm(forms.Form):
    question = LineField(
        label=_("What is to be decided?"), limit=300, help_text=_("For example: do we ask for an account, or not?")
    )
    options = TextField(
        label=_("Which options are there?"),
        limit=6000,
        widget=rows(4),
        help_text=_("One a line, two at least. To leave things as they are can be one."),
    )
    choice = TextField(label=_("What is chosen?"), limit=2000, widget=rows(3))
    why = TextField(label=_("Why?"), limit=5000, widget=rows(4))
    affected = TextField(
        label=_("Who is affected?"),
        required=False,
        limit=2000,
        widget=rows(3),
        help_text=_("Groups, such as tenants without a phone. Leave out residents' names and other personal data."),
    )
    shown = forms.CharField(widget=forms.HiddenInput, required=False)


class DissentForm(forms.Form):
    words = TextField(
        label=_("How do you see it?"),
        limit=5000,
        widget=rows(4),
        help_text=_("It is kept in your words, with your name. Nobody can change it, you neither."),
    )


class CheckInForm(ShownForm):
    rating = forms.ChoiceField(label=_("How does it go?"), choices=Rating.choices, widget=forms.RadioSelect)
    words = LineField(
        label=_("Why, in one sentence?"), limit=280, help_text=_("Leave out residents' names and other personal data.")
    )
    together = forms.ChoiceField(
        label=_("Were this week's decisions made together?"), choices=Together.choices, widget=forms.RadioSelect
    )


class LearningForm(ShownForm):
    """The words of the scale are put into the reader's language when the form is drawn."""

    open_data = forms.TypedChoiceField(label=_("Find, understand and use open data"), coerce=int)
    design = forms.TypedChoiceField(label=_("Design with the people who will use it"), coerce=int)
    private_partners = forms.TypedChoiceField(label=_("Work with private partners"), coerce=int)
    voice = TextField(
        label=_("Do residents have a say in what is built, and do they trust it?"),
        limit=2000,
        widget=rows(4),
        help_text=_("How you see that now. Leave out residents' names and other personal data."),
    )
    field_order = ("open_data", "design", "private_partners", "voice", "shown")

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        for name in ("open_data", "design", "private_partners"):
            self.fields[name].widget = forms.RadioSelect()
            self.fields[name].choices = [(level.value, f"{level.value} · {level.label}") for level in Ability]


class BuyInForm(forms.Form):
    words = TextField(label=_("In your own words"), required=False, limit=5000, widget=rows(5))
    file = forms.FileField(label=_("Or a letter"), required=False)
    occasion = forms.ChoiceField(choices=Occasion.choices, widget=forms.HiddenInput)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].help_text = _("At most 20 MB: %(kinds)s.") % {"kinds": KINDS}

    def clean(self) -> dict:
        cleaned = super().clean()
        if not self.errors and not (cleaned.get("words") or cleaned.get("file")):
            raise ValidationError(_("Write it in your own words, or hand in a letter."))
        return cleaned
