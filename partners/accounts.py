"""How django-allauth signs people in here: by a six-digit code in a mail, and in no other way.

Passkeys stand beside it (partners/passkeys.py): docs/decisions/0040-passkeys-and-a-citys-own-sign-in.md says why.
"""

from __future__ import annotations

from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from partners.actions import send_code
from partners.models import Person
from partners.sign_in import onward


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    error_messages: ClassVar = {
        **DefaultAccountAdapter.error_messages,
        "incorrect_code": _("This is not the code from the latest mail. Check it and type it again."),
        "too_many_login_attempts": _("There were too many tries, so this code no longer works. Ask for a new one."),
        "rate_limited": _("Many codes were asked for from this network. Wait a minute, then try again."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """People come in by invitation."""
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """The one mail of allauth that is used goes out as every other: through the outbox."""
        if template_prefix != "account/email/login_code":
            raise ImproperlyConfigured(f"{template_prefix} is no mail of this product")
        person = Person.objects.get(email=email.lower())
        send_code(to=person, code=context["code"], language=get_language() or "en", now=timezone.now())

    def add_message(
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        message_context: dict[str, Any] | None = None,
        extra_tags: str = "",
        message: str | None = None,
    ) -> None:
        """Only what is given in words: the pages themselves say that a code was sent, or who is signed in."""
        if message:
            super().add_message(request, level, extra_tags=extra_tags, message=message)

    def post_login(self, request: HttpRequest, user: Person, **kwargs: Any) -> HttpResponse:
        """After the code: on with the invitation that was being accepted, or to what was typed when the person was
        signed out; else to the page that was asked for."""
        response: HttpResponse = super().post_login(request, user, **kwargs)
        return onward(request, user) or response
