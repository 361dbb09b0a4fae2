"""What is typed to sign, and why a text is reopened or an agreement ended."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from agreements.consent_texts import CONSENT, INTENT
from agreements.models import Signature
from agreements.models.agreement import LONGEST_REASON
from text.fields import TextField


class ReasonForm(forms.Form):
    """An act that says why: reopen, amend, end."""

    reason = TextField(
        label=_("Why?"), help_text=_("Both sides read this, and it stays in the history."), limit=LONGEST_REASON, rows=4
    )


class SignForm(forms.Form):
    """Consent, intent and the typed name. The organization is the frozen text's, not a field."""

    consents = forms.BooleanField(label=_("I agree to sign electronically"))
    name = Signature.name.field.formfield(
        label=_("Your full name"),
        help_text=_("Type it as it stands in the signature block."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    title = Signature.title.field.formfield(
        label=_("Your title"), widget=forms.TextInput(attrs={"autocomplete": "organization-title"})
    )
    intends = forms.BooleanField(label=_("I mean to sign"))
    shown = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, organization: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["consents"].help_text = " ".join(str(sentence) for sentence in CONSENT)
        self.fields["intends"].label = INTENT % {"organization": organization}
