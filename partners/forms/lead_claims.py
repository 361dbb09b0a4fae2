"""What is typed where a side has lost its lead."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from partners.models import Handover


class ClaimLeadForm(forms.Form):
    """A member says why the lead of their side is to pass to them."""

    reason = Handover.reason.field.formfield(
        label=_("What makes you sure that your lead is gone"),
        help_text=_("For example: since when nobody reaches them. Both sides and the staff read it."),
        rows=3,
        required=True,
    )


class ConfirmClaimForm(forms.Form):
    """Staff say what they checked before the lead passes on."""

    checked = Handover.answer.field.formfield(
        label=_("What you checked"),
        help_text=_("For example: whom you called at the organization, and when. Both sides read it."),
        rows=3,
        required=True,
    )


class RefuseClaimForm(forms.Form):
    reason = Handover.answer.field.formfield(
        label=_("Why you refuse"), help_text=_("Both sides read it."), rows=3, required=True
    )
