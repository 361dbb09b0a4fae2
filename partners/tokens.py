"""Tokens of links. Only a token's hash is kept; the token itself is derived, so that a mail sent again holds the same.

A token has 256 bits, and is bound to its purpose and to one row through that row's nonce.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets

from django.conf import settings
from django.core import signing

from partners.models import Invitation, Person

STOP = "partners.weekly mail.stop"


def token_for(invitation: Invitation) -> str:
    """What stands in the link of this invitation: of the key that it was made with, while that key is kept."""
    newest, *older = (_derived(key, invitation.nonce) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS))
    return next((token for token in older if hashed(token) == invitation.token_hash), newest)


def _derived(key: str, nonce: str) -> str:
    digest = hmac.new(key.encode(), f"partners.invitation:{nonce}".encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def stop_token_for(person: Person) -> str:
    """What stands in the link that ends the weekly mail. It serves for nothing else, and as long as mails are kept."""
    return signing.dumps(str(person.pk), salt=STOP)


def person_of_stop_token(token: str) -> Person | None:
    try:
        return Person.objects.filter(pk=signing.loads(token, salt=STOP)).first()
    except signing.BadSignature:
        return None


def new_token() -> str:
    """A token that is shown once and derived from nothing: for a link printed on an operator's screen."""
    return secrets.token_urlsafe(32)


def hashed(token: str) -> str:
    """What is kept and looked up: the SHA-256 of a token, in hex."""
    return hashlib.sha256(token.encode()).hexdigest()
