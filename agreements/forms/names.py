"""The names of a side."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from partners.models import Organization


class NamesForm(forms.Form):
    organization = Organization.name.field.formfield(label=_("Name of your organization"))
    signatory = Organization.signatory.field.formfield(
        label=_("Who signs for you"), help_text=_("Their full name, as it stands in the signature block.")
    )
