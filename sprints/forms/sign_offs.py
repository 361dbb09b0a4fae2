"""What is sent with an answer: the digest of what was shown, and a reason."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from text.fields import TextField


class ShownForm(forms.Form):
    """An act upon exactly what the person saw."""

    shown = forms.CharField(widget=forms.HiddenInput)


class ChangesForm(ShownForm):
    reason = TextField(
        help_text=_("Both sides read this, and it stays in the history."),
        limit=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: object, label: object = _("What is missing?"), **kwargs: object) -> None:
        super().__init__(*args, auto_id="changes_%s", **kwargs)
        self.fields["reason"].label = label
