"""A scan of a signed print."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from text.days import DayField
from text.fields import LineField


class PaperForm(forms.Form):
    name = LineField(
        label=_("Name of the person who signed"), help_text=_("As it stands in the signature block."), limit=120
    )
    title = LineField(label=_("Their title"), limit=120, required=False)
    paper_date = DayField(label=_("Date on the paper"))
    scan = forms.FileField(
        label=_("Scan or photo of the signed page"),
        help_text=_("PDF, JPEG or PNG, 10 MB at most."),
        widget=forms.FileInput(attrs={"accept": ".pdf,.jpg,.jpeg,.png"}),
    )
    shown = forms.CharField(widget=forms.HiddenInput)
