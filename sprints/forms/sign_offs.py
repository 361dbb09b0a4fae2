"""What is sent with an answer: the digest of what was shown, and a reason."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from sprints.models import SignOff


class ShownForm(forms.Form):
    """An act upon exactly what the person saw."""

    shown = forms.CharField(widget=forms.HiddenInput)


WHAT_IS_MISSING = _("What is missing?")


class ChangesForm(ShownForm):
    reason = SignOff.reason.field.formfield(
        label=WHAT_IS_MISSING,
        help_text=_("Both sides read this, and it stays in the history."),
        rows=3,
        required=True,
    )

    def __init__(self, *args: Any, label: Any = WHAT_IS_MISSING, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "changes_%s"} | kwargs)
        self.fields["reason"].label = label
