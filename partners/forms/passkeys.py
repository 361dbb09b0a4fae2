"""A passkey's name, as its owner knows it, and what the browser answered."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from partners.models import Passkey

LONGEST_ANSWER = 20_000


class PasskeyForm(forms.Form):
    name = Passkey.name.field.formfield(
        label=_("What do you call this device?"), help_text=_("For example: my phone, or the key on my ring.")
    )
    answer = forms.CharField(widget=forms.HiddenInput, max_length=LONGEST_ANSWER, required=False)
