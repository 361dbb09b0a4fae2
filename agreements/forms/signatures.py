"""What is typed to sign, and why a text is reopened or an agreement ended."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from agreements.consent_texts import CONSENT, INTENT
from text.fields import LineField, TextField


class ReasonForm(forms.Form):
    """An act that says why: reopen, amend, end."""

    reason = TextField(
        label=_("Why?"),
        help_text=_("Both sides read this, and it stays in the history."),
        limit=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class SignForm(forms.Form):
    """Consent, intent and the typed name. The organization is the frozen text's, not a field."""

    consents = forms.BooleanField(label=_("I agree to sign electronically"))
    name = LineField(
        label=_("Your full name"),
        help_text=_("Type it as it stands in the signature block."),
        limit=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    title = LineField(
        label=_("Your title"),
        limit=120,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "organization-title"}),
    )
    intends = forms.BooleanField(label=_("I mean to sign"))
    shown = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, organization: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["consents"].help_text = " ".join(str(sentence) for sentence in CONSENT)
        self.fields["intends"].label = INTENT % {"organization": organization}
