"""How the person at the keyboard proved who they are, and when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from allauth.account.authentication import get_authentication_records
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from partners.allauth_internals import record_authentication
from partners.models import Person, SignInMethod
from partners.rules import came_by_link

# The session's word for a method, and the record's.
METHODS = {"code": "email code", "passkey": "passkey", "demo": "demonstration"}


class NeedsFreshCode(PermissionDenied):
    """The act needs a code that was entered, or a passkey that was used, in the last minutes."""


@dataclass(frozen=True)
class Proof:
    """`method` is "email code", "passkey" or "demonstration"; `address` is masked."""

    method: str
    at: datetime
    address: str


def proof_of(request: HttpRequest) -> Proof | None:
    """The latest proof of this session. A link from an operator is none."""
    if not request.user.is_authenticated or came_by_link(request.user):
        return None
    records = [r for r in get_authentication_records(request, request.user) if r["method"] in METHODS]
    if not records:
        return None
    latest = max(records, key=lambda record: record["at"])
    at = datetime.fromtimestamp(latest["at"], tz=UTC)
    return Proof(method=METHODS[latest["method"]], at=at, address=mask(latest.get("email") or request.user.email))


def keep_proof(request: HttpRequest, person: Person, *, method: str) -> None:
    """Write down in the session that the person proved who they are just now. Of the ways, METHODS are good enough to
    sign with; another one lets in, and no more."""
    record_authentication(request, person, method=method, email=person.email)


def method_of(request: HttpRequest) -> str:
    """How the person of this session came in: a SignInMethod, or empty where that is not known."""
    if came_by_link(request.user):
        return SignInMethod.LINK
    records = get_authentication_records(request, request.user)
    latest = records[-1]["method"] if records else ""
    return latest if latest in SignInMethod.values else ""


def is_fresh(proof: Proof | None, now: datetime) -> bool:
    """No older than fifteen minutes, and not from a clock that ran ahead."""
    if proof is None:
        return False
    age = now - proof.at
    return timedelta(minutes=-1) <= age <= timedelta(minutes=settings.FRESH_CODE_MINUTES)


def require_fresh(proof: Proof | None, now: datetime) -> Proof:
    """For an act that cannot be undone, or changes who speaks for a side. Raises NeedsFreshCode."""
    if proof is None or not is_fresh(proof, now):
        raise NeedsFreshCode
    return proof


def mask(address: str) -> str:
    """An address that its owner still knows: "maria@example.org" becomes "m•••@example.org"."""
    local, _, domain = address.rpartition("@")
    return f"{local[:1]}•••@{domain}" if local else "•••"
