"""What people type about decisions."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from sprints.forms.sign_offs import ShownForm
from sprints.models import Decision, Dissent
from text.fields import TextField

LONGEST_LIST = 6000  # characters


class DecisionForm(forms.Form):
    question = Decision.question.field.formfield(
        label=_("What is to be decided?"), help_text=_("For example: do we ask for an account, or not?")
    )
    options = TextField(
        label=_("Which options are there?"),
        limit=LONGEST_LIST,
        rows=4,
        help_text=_("One a line, two at least. To leave things as they are can be one."),
    )
    choice = Decision.choice.field.formfield(label=_("What is chosen?"), rows=3)
    why = Decision.why.field.formfield(label=_("Why?"), rows=4)
    affected = Decision.affected.field.formfield(
        label=_("Who is affected?"),
        rows=3,
        help_text=_("Groups, such as tenants without a phone. Leave out residents' names and other personal data."),
    )


class DecisionChangeForm(DecisionForm, ShownForm):
    """A change of exactly what the person saw."""


class DissentForm(forms.Form):
    words = Dissent.words.field.formfield(
        label=_("How do you see it?"),
        rows=4,
        help_text=_("It is kept in your words, with your name. Nobody can change it, you neither."),
    )
