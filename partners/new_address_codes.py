"""A code to an address that somebody wants to sign in with from now on: it shows that they read its mail.

An address that somebody has already gets the same page and the same work. Its owner is told by mail, and nobody else.
"""

from __future__ import annotations

from datetime import datetime
from typing import cast

from allauth.account.adapter import get_adapter
from allauth.core import ratelimit
from django.conf import settings
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare, salted_hmac

from partners.actions import send_new_address_code
from partners.requests import PersonRequest

STATE = "new_address"


def send_to_new(request: PersonRequest, email: str, now: datetime) -> bool:
    """Mail a code to the address; the one before it is dead. False where too many were asked for."""
    if not ratelimit.consume(request, action="new_address", key=str(request.user.pk)):
        return False
    email, code = email.strip().lower(), get_adapter().generate_login_code()
    request.session[STATE] = {"email": email, "digest": _digest(email, code), "at": now.timestamp()}
    send_new_address_code(by=request.user, email=email, code=code, now=now)
    return True


def address_waiting(request: HttpRequest, now: datetime) -> str:
    """The address to which a code was sent that can still be typed; empty where there is none."""
    state = request.session.get(STATE)
    lasts = settings.FRESH_CODE_MINUTES * 60
    return cast("str", state["email"]) if state and now.timestamp() - state["at"] < lasts else ""


def is_code_of_new(request: PersonRequest, typed: str, now: datetime) -> bool:
    """Whether this is the code. Five tries, counted outside the session so that simultaneous ones count too."""
    if not address_waiting(request, now):
        return False
    state = request.session[STATE]
    tries = f"{request.session.session_key}:{state['at']}"
    if not ratelimit.consume(request, action="confirm_new_address", key=tries):
        forget_new(request)
        return False
    return constant_time_compare(_digest(state["email"], "".join(typed.split())), state["digest"])


def forget_new(request: HttpRequest) -> None:
    request.session.pop(STATE, None)


def _digest(email: str, code: str) -> str:
    return salted_hmac("partners.new_address_codes", f"{email} {code}", algorithm="sha256").hexdigest()
