"""The file that a program begins with."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class PackageForm(forms.Form):
    package = forms.FileField(
        label=_("The starting package"),
        help_text=_("The zip, as you took it from a public page. It is read and not kept."),
        widget=forms.FileInput(attrs={"accept": ".zip,application/zip"}),
        error_messages={"required": _("Choose a file."), "empty": _("This file is empty.")},
    )
