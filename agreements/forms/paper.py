"""A scan of a signed print."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from agreements.actions.paper import LARGEST_SCAN
from agreements.models import PaperCopy
from text.days import DayField


class PaperForm(forms.Form):
    name = PaperCopy.name.field.formfield(
        label=_("Name of the person who signed"), help_text=_("As it stands in the signature block.")
    )
    title = PaperCopy.title.field.formfield(label=_("Their title"))
    paper_date = DayField(label=_("Date on the paper"))
    scan = forms.FileField(
        label=_("Scan or photo of the signed page"),
        help_text=_("PDF, JPEG or PNG, 10 MB at most."),
        widget=forms.FileInput(attrs={"accept": ".pdf,.jpg,.jpeg,.png"}),
    )
    shown = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, kept: str = "", **kwargs: Any) -> None:
        """`kept`: the name of the file that was chosen before, and need not be chosen again."""
        super().__init__(*args, **kwargs)
        if kept:
            self.fields["scan"].help_text = _(
                "We kept the file that you chose: %(name)s. Choose another only if it is not the right one."
            ) % {"name": kept}

    def clean_scan(self) -> bytes:
        """No more of it than shows that it is too large."""
        scan: bytes = self.cleaned_data["scan"].read(LARGEST_SCAN + 1)
        return scan
