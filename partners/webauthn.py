"""Passkeys as WebAuthn has them (https://www.w3.org/TR/webauthn-3/): what a browser is asked, and what it shows.

The only importer of fido2, which is loaded when somebody uses one. Pure: the challenge is kept by whoever asks, and its
answer is checked once.
"""

from __future__ import annotations

import ipaddress
import re
import struct
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fido2.server import Fido2Server
    from fido2.webauthn import AttestedCredentialData

Options = dict[str, Any]
State = dict[str, Any]
Answer = Mapping[str, Any]
# As a database gives them.
Keys = Iterable[bytes | memoryview]
# Whoever holds the device must unlock it: a passkey takes the place of a code, not of a second step beside one.
UNLOCKED = "required"
# At most 1023 bytes (WebAuthn 5.8.3), in base64url.
CREDENTIAL = re.compile(r"[A-Za-z0-9_-]{1,1364}")
# What fido2 raises, by what is wrong in a stranger's answer: also a number that is cut off, or lists in lists in lists.
WRONG = (ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RuntimeError, struct.error)


class NotShown(Exception):
    """The answer of the browser does not show what was asked for."""


@dataclass(frozen=True)
class Place:
    """Where a passkey works: at this host, and from pages of this origin ("https://host:port") alone."""

    host: str
    origin: str

    def works(self) -> bool:
        """Browsers keep no passkeys for an address in numbers."""
        try:
            ipaddress.ip_address(self.host.strip("[]"))
        except ValueError:
            return True
        return False


@dataclass(frozen=True)
class NewKey:
    """`key` is what its answers are checked with; `credential` its public name, `count` how often it was used."""

    credential: str
    key: bytes
    count: int


def ask_for_new(place: Place, *, person: bytes, address: str, name: str, keys: Keys) -> tuple[Options, State]:
    """To make a passkey for a person, where their device holds none of these keys yet."""
    from fido2.webauthn import PublicKeyCredentialUserEntity, ResidentKeyRequirement, UserVerificationRequirement

    user = PublicKeyCredentialUserEntity(id=person, name=address, display_name=name)
    options, state = _server(place).register_begin(
        user,
        _read(keys),
        resident_key_requirement=ResidentKeyRequirement.REQUIRED,
        user_verification=UserVerificationRequirement(UNLOCKED),
    )
    return dict(options), dict(state)


def new_key(place: Place, state: State, answer: Answer) -> NewKey:
    """Raises NotShown."""
    from fido2.utils import websafe_encode

    try:
        made = _server(place).register_complete(state, answer)
    except WRONG as error:
        raise NotShown(str(error)) from error
    data = made.credential_data
    if data is None or not CREDENTIAL.fullmatch(name := websafe_encode(data.credential_id)):
        raise NotShown("the answer holds no key that could be found again")
    return NewKey(credential=name, key=bytes(data), count=made.counter)


def ask_for_known(place: Place, keys: Keys = ()) -> tuple[Options, State]:
    """To use one of these passkeys; without any, whichever the device holds for this place."""
    from fido2.webauthn import UserVerificationRequirement

    unlocked = UserVerificationRequirement(UNLOCKED)
    options, state = _server(place).authenticate_begin(_read(keys) or None, user_verification=unlocked)
    return dict(options), dict(state)


def credential_in(answer: Answer) -> str:
    """Which passkey an answer says that it is of; empty where it says none. A stranger's text goes to no database."""
    named = answer.get("rawId")
    return named if isinstance(named, str) and CREDENTIAL.fullmatch(named) else ""


def count_of_use(place: Place, state: State, answer: Answer, key: bytes | memoryview) -> int:
    """How often the passkey was used so far, by its own count. Raises NotShown where it was not this one, here, now."""
    from fido2.webauthn import AuthenticationResponse

    try:
        _server(place).authenticate_complete(state, _read([key]), answer)
        return AuthenticationResponse.from_dict(answer).response.authenticator_data.counter
    except WRONG as error:
        raise NotShown(str(error)) from error


def _server(place: Place) -> Fido2Server:
    from fido2.server import Fido2Server
    from fido2.webauthn import PublicKeyCredentialRpEntity

    rp = PublicKeyCredentialRpEntity(id=place.host, name="TOPcities Partnership")
    return Fido2Server(rp, verify_origin=lambda origin: origin == place.origin)


def _read(keys: Keys) -> list[AttestedCredentialData]:
    from fido2.webauthn import AttestedCredentialData

    return [AttestedCredentialData(bytes(key)) for key in keys]
