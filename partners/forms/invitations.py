"""What people type about themselves and about those they invite. Which party or seat it is for is never a field."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from partners.models import Invitation
from partners.parties import PARTY_ROLES, Role
from text.choices import offer


class DeclineForm(forms.Form):
    reason = Invitation.decline_reason.field.formfield(
        label=_("Why you decline"),
        help_text=_("Those who invited you read it. It is kept in the history."),
        rows=3,
        required=True,
    )


class AddressForm(forms.Form):
    """Somebody to invite: their name, address and language."""

    name = Invitation.name.field.formfield(label=_("Full name"), widget=forms.TextInput(attrs={"autocomplete": "off"}))
    email = forms.EmailField(label=_("E-mail address"), widget=forms.EmailInput(attrs={"autocomplete": "off"}))
    language = forms.ChoiceField(label=_("Language of the invitation"), choices=settings.LANGUAGES)


class InviteForm(AddressForm):
    """A lead invites a member of their own side, or somebody for a role beside the two parties."""

    role = forms.ChoiceField(label=_("Role"))
    field_order = ("role", "name", "email", "language")

    def __init__(self, *args: Any, own_side: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        beside = [(role, role.label) for role in Role if role not in PARTY_ROLES]
        member = _("Member of your side (%(name)s)") % {"name": own_side}
        offer(self, "role", [(Role.MEMBER, member), *beside])

    def clean_role(self) -> Role:
        return Role(self.cleaned_data["role"])
