"""What staff type about a view of the wall."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from programs.models import WallView


class NameForm(forms.Form):
    name = WallView.name.field.formfield(label=_("Name of this view"))


class WallViewForm(NameForm):
    for_all = forms.BooleanField(label=_("For all staff of the program"), required=False)
    query = forms.CharField(widget=forms.HiddenInput, required=False, max_length=400)
