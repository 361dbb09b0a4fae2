"""What is typed to sign in."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.forms import ConfirmLoginCodeForm, RequestLoginCodeForm
from allauth.core import context, ratelimit
from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from partners.allauth_internals import filter_users_by_email
from partners.models import Person
from partners.sign_in_codes import take_long

CODE_INPUT = {"autocomplete": "one-time-code", "inputmode": "numeric", "maxlength": "24", "autofocus": True}


class RequestCodeForm(RequestLoginCodeForm):  # type: ignore[misc]  # allauth has no types
    """Ask for a code. Refused is only a machine that asks for many, for whomever."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"] = forms.EmailField(
            label=_("E-mail address"),
            help_text=_("We send a six-digit code to it. There is no password."),
            widget=forms.EmailInput(attrs={"autocomplete": "email", "autofocus": True}),
        )

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"]
        users = filter_users_by_email(email, is_active=True, prefer_verified=True, for_login=True)
        self._user: Person | None = users[0] if users else None
        if not ratelimit.consume(context.request, action="request_login_code"):
            raise get_adapter().validation_error("rate_limited")
        return email


class ConfirmCodeForm(ConfirmLoginCodeForm):  # type: ignore[misc]  # allauth has no types
    """Type the code. Tries are counted outside the session too, so that simultaneous ones count."""

    code = forms.CharField(label=_("Code"), widget=forms.TextInput(attrs=CODE_INPUT))
    remember = forms.BooleanField(
        label=_("Keep me signed in on this device for 30 days"),
        help_text=_("Only on a device that is yours alone. Otherwise you are signed out when you close the browser."),
        required=False,
    )

    def clean_code(self) -> str:
        request = context.request
        asked_at = request._login_stage.state["at"]
        tries = f"{request.session.session_key}:{asked_at}"
        if not ratelimit.consume(request, action="confirm_login_code", key=tries):
            raise get_adapter().validation_error("too_many_login_attempts")
        self.person = self._of_long_code(request)
        code: str = self.cleaned_data["code"] if self.person else super().clean_code()
        if self.person is None and not self._has_address_still(request):
            raise get_adapter().validation_error("incorrect_code")
        return code

    def _has_address_still(self, request: HttpRequest) -> bool:
        """Somebody whose address changed meanwhile gets in with a code to the new one."""
        login = request._login_stage.login  # type: ignore[attr-defined]  # allauth's
        return bool(login.user and login.user.email.lower() == str(login.email).lower())

    def _of_long_code(self, request: HttpRequest) -> Person | None:
        """Whose address it is, where the long code was typed that was mailed to it."""
        email = request._login_stage.state["email"]  # type: ignore[attr-defined]  # allauth's
        found = take_long(request, email, self.cleaned_data["code"])
        return Person.objects.filter(email=email, is_active=True).first() if found else None


class FreshCodeForm(forms.Form):
    code = forms.CharField(label=_("Code"), max_length=20, widget=forms.TextInput(attrs=CODE_INPUT))
