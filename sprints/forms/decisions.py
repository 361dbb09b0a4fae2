"""What people type about decisions, the week, what they can do, and executive buy-in."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from sprints.forms.product import rows
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
