"""A fresh code for somebody who is signed in already: before signing they show that it is still them."""

from __future__ import annotations

from datetime import datetime

from allauth.account.adapter import get_adapter
from allauth.core import ratelimit
from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import get_language

from partners.actions import send_code
from partners.authentication_proof import keep_proof
from partners.requests import PersonRequest

STATE = "fresh_code"


def send_fresh(request: PersonRequest, now: datetime) -> bool:
    """Mail a new code; the one before it is dead. False where too many were asked for."""
    if not ratelimit.consume(request, action="fresh_code", key=str(request.user.pk)):
        return False
    code = get_adapter().generate_login_code()
    request.session[STATE] = {"digest": _digest(code), "at": now.timestamp(), "email": request.user.email}
    send_code(to=request.user, code=code, language=get_language() or "en", now=now)
    return True


def is_waiting(request: PersonRequest, now: datetime) -> bool:
    """Whether a code was sent that can still be typed: to the address that the person has now."""
    state = request.session.get(STATE)
    if state is None or state.get("email", request.user.email) != request.user.email:
        return False
    return bool(now.timestamp() - state["at"] < settings.FRESH_CODE_MINUTES * 60)


def take(request: PersonRequest, typed: str, now: datetime) -> bool:
    """Whether this is the code. Five tries, counted outside the session so that simultaneous ones count too."""
    if not is_waiting(request, now):
        return False
    state = request.session[STATE]
    tries = f"{request.session.session_key}:{state['at']}"
    if not ratelimit.consume(request, action="confirm_fresh_code", key=tries):
        del request.session[STATE]
        return False
    if not constant_time_compare(_digest("".join(typed.split())), state["digest"]):
        return False
    del request.session[STATE]
    keep_proof(request, request.user, method="code")
    return True


def _digest(code: str) -> str:
    return salted_hmac("partners.fresh_codes", code, algorithm="sha256").hexdigest()
