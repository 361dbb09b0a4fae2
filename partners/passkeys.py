"""Passkeys in a session: what a browser was asked, for five minutes, and its answer, which counts once."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from allauth.core import ratelimit
from django.conf import settings
from django.http import HttpRequest
from django.http.request import split_domain_port

from partners.actions import use_passkey
from partners.models import Passkey, Person
from partners.requests import PersonRequest, has_person
from partners.webauthn import (
    NewKey,
    NotShown,
    Options,
    Place,
    ask_for_known,
    ask_for_new,
    count_of_use,
    credential_in,
    new_key,
)

NEW, KNOWN = "new_passkey", "known_passkey"
LASTS = 5 * 60


def place_of(request: HttpRequest) -> Place:
    """Where this request came to: the configured address, or, on one's own machine, the name that was typed."""
    host, _port = split_domain_port(request.get_host())
    site = urlsplit(settings.SITE_URL)
    origin = f"{site.scheme}://{site.netloc}" if host == settings.SITE_HOST else f"http://{request.get_host()}"
    return Place(host=host, origin=origin)


def begin_new(request: PersonRequest, now: datetime) -> Options:
    keys = request.user.passkeys.values_list("key", flat=True)
    own: dict[str, Any] = {"person": request.user.pk.bytes, "address": request.user.email, "name": str(request.user)}
    options, state = ask_for_new(place_of(request), keys=keys, **own)
    request.session[NEW] = {"state": state, "at": now.timestamp()}
    return options


def take_new(request: PersonRequest, answer: str, now: datetime) -> NewKey | None:
    """The new key, where the answer is one to what this session asked for."""
    state = _asked(request, NEW, now)
    try:
        return new_key(place_of(request), state, _read(answer)) if state else None
    except NotShown:
        return None


def begin_known(request: HttpRequest, now: datetime) -> Options | None:
    """For a person who is signed in, one of their own. None where too many were asked for from one machine."""
    if not ratelimit.consume(request, action="passkey"):
        return None
    keys = request.user.passkeys.values_list("key", flat=True) if has_person(request) else ()
    options, state = ask_for_known(place_of(request), keys)
    request.session[KNOWN] = {"state": state, "at": now.timestamp()}
    return options


def take_known(request: HttpRequest, answer: str, now: datetime) -> Person | None:
    """Whose passkey was used just now, where the answer shows it."""
    state, read = _asked(request, KNOWN, now), _read(answer)
    found = Passkey.objects.select_related("person").filter(credential=credential_in(read), person__is_active=True)
    passkey = found.first() if state else None
    if passkey is None:
        return None
    try:
        count = count_of_use(place_of(request), state, read, passkey.key)
    except NotShown:
        return None
    return passkey.person if use_passkey(passkey=passkey, count=count, now=now) else None


def _asked(request: HttpRequest, name: str, now: datetime) -> dict[str, Any]:
    """What was asked, once; empty where nothing was, or too long ago."""
    asked = request.session.pop(name, None)
    state: dict[str, Any] = asked["state"] if asked and now.timestamp() - asked["at"] < LASTS else {}
    return state


def _read(answer: str) -> dict[str, Any]:
    try:
        read = json.loads(answer)
    except (ValueError, RecursionError):
        return {}
    return read if isinstance(read, dict) else {}
