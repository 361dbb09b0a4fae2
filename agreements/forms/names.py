"""The names of a side."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from text.fields import NameField


class NamesForm(forms.Form):
    organization = NameField(label=_("Name of your organization"), limit=160)
    signatory = NameField(
        label=_("Who signs for you"), help_text=_("Their full name, as it stands in the signature block."), limit=120
    )
