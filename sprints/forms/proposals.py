"""What people type to propose a first day or a pause."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from partners.weeks import FEWEST_WEEKS, MOST_WEEKS
from sprints.models import Proposal
from text.days import DayField


class StartForm(forms.Form):
    first_day = DayField(label=_("First day of the sprint"), help_text=_("Any weekday. Week 1 starts on it."))
    weeks = forms.IntegerField(
        label=_("How many weeks"),
        min_value=FEWEST_WEEKS,
        max_value=MOST_WEEKS,
        help_text=_("Your program suggests this number; your agreement says one, too."),
    )


class PauseForm(forms.Form):
    first = DayField(label=_("First day of the pause"))
    last = DayField(label=_("Last day of the pause"))
    reason = Proposal.reason.field.formfield(label=_("Why?"), rows=3, required=True)
