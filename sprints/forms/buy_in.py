"""What an executive sponsor writes."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from partners.forms.uploads import UploadField, UploadForm
from sprints.files import KINDS
from sprints.forms.files import read_kept
from sprints.models import BuyIn, Occasion


class BuyInForm(UploadForm):
    words = BuyIn.words.field.formfield(label=_("In your own words"), rows=5)
    file = UploadField(label=_("Or a letter"), required=False, read=read_kept)
    occasion = forms.ChoiceField(choices=Occasion.choices, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].help_text = _("At most 20 MB: %(kinds)s.") % {"kinds": KINDS}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.errors and not (cleaned.get("words") or cleaned.get("file")):
            self.add_error("words", _("Write it in your own words, or hand in a letter."))
        return cleaned
