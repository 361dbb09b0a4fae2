"""Codes to sign in, and how many of them an address is sent.

Six digits can be guessed, so they are few. Where more are asked for, whoever asks, nobody is refused: the address is
sent one long code an hour, which cannot be guessed and can be typed in any browser. So a stranger who asks without end
keeps nobody out who reads the mail of that address, and fills no mailbox.
"""

from __future__ import annotations

import ipaddress
import string
from datetime import datetime

from allauth.account.adapter import get_adapter
from allauth.core import ratelimit
from django.core.cache import cache
from django.db import transaction
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare, get_random_string, salted_hmac
from django.utils.translation import get_language

from partners.actions import send_code, send_long_code
from partners.actions.sign_in import LONG_CODE_LASTS
from partners.allauth_internals import LoginCodeVerificationProcess
from partners.models import Person

DIGITS = 16
# In the state of a session that waits for the long code.
LONG = "long"


def begin(request: HttpRequest, *, email: str, person: Person | None, own: str, now: datetime) -> bool:
    """Let this session wait for a code to the address; whether six digits were sent for it.

    `own` names an allowance that strangers cannot use: of a device where the person signed in before, or of an
    invitation's link. The answer and its work are the same where nobody has the address.
    """
    email = email.lower()
    if not _may_have_six_digits(request, email, own):
        _begin_long(request, email=email, person=person, now=now)
        return False
    if person is None:
        code = get_adapter().generate_login_code()
        send_code(to=None, code=code, language=get_language() or "en", now=now)
    LoginCodeVerificationProcess.initiate(request=request, user=person, email=email)
    return True


def take_long(request: HttpRequest, email: str, typed: str) -> bool:
    """Whether this is the long code that stands for the address. It works once; then the next one may be sent."""
    key, kept = _key(email), cache.get(_key(email))
    digits = "".join(each for each in typed if each in string.digits)
    if kept is None or not constant_time_compare(kept, _digest(email, digits)) or not cache.delete(key):
        return False
    ratelimit.clear(request, action="long_code", key=email)
    return True


def network_of(request: HttpRequest) -> str:
    """Where the request comes from, as far as one household, office or provider's range shares it."""
    address = ipaddress.ip_address(get_adapter().get_client_ip(request))
    address = getattr(address, "ipv4_mapped", None) or address  # as a server that listens on both kinds writes it
    return str(ipaddress.ip_network((address, 24 if address.version == 4 else 48), strict=False))


def _may_have_six_digits(request: HttpRequest, email: str, own: str) -> bool:
    if own:
        return bool(ratelimit.consume(request, action="code_of_own", key=own))
    from_here = ratelimit.consume(request, action="code_to_network", key=f"{email} {network_of(request)}")
    return bool(from_here and ratelimit.consume(request, action="code_to_address", key=email))


def _begin_long(request: HttpRequest, *, email: str, person: Person | None, now: datetime) -> None:
    if ratelimit.consume(request, action="long_code", key=email):
        code = get_random_string(DIGITS, string.digits)
        with transaction.atomic():
            send_long_code(to=person, code=code, language=get_language() or "en", now=now)
            cache.set(_key(email), _digest(email, code), LONG_CODE_LASTS.total_seconds())
    process = LoginCodeVerificationProcess.initiate(request=request, user=None, email=email)
    process.state[LONG] = True
    process.persist()


def _key(email: str) -> str:
    return f"long_code:{salted_hmac('partners.sign_in_codes.key', email, algorithm='sha256').hexdigest()}"


def _digest(email: str, code: str) -> str:
    return salted_hmac("partners.sign_in_codes", f"{email} {code}", algorithm="sha256").hexdigest()
