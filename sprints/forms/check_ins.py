"""What a side says of its week."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from sprints.forms.sign_offs import ShownForm
from sprints.models import CheckIn, Rating, Together


class CheckInForm(ShownForm):
    rating = forms.ChoiceField(label=_("How does it go?"), choices=Rating.choices, widget=forms.RadioSelect)
    words = CheckIn.words.field.formfield(
        label=_("Why, in one sentence?"),
        help_text=_("Leave out residents' names and other personal data."),
        widget=forms.TextInput(attrs={"placeholder": " "}),  # the style sheet sees by it that nothing is typed
    )
    together = forms.TypedChoiceField(
        label=_("Were this week's decisions made together?"),
        choices=Together.choices,
        widget=forms.RadioSelect,
        required=False,
        empty_value=None,
    )
