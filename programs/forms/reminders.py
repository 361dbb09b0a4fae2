"""What staff type when they remind all who are late."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from sprints.domain.reminders import LONGEST_WORD
from text.fields import TextField


class RemindAllForm(forms.Form):
    word = TextField(
        label=_("A word of your own"),
        help_text=_("The same for all. It stands in each mail and in each history, where both sides read it."),
        limit=LONGEST_WORD,
        rows=3,
    )
