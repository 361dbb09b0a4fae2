"""Codes, and the one-time link that an operator makes for a person who is locked out."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from partners.emails import sign_in
from partners.models import Person, SignInLink
from partners.tokens import hashed, new_token

LINK_LASTS = timedelta(minutes=15)
LONG_CODE_LASTS = timedelta(hours=2)


@transaction.atomic
def send_code(*, to: Person | None, code: str, language: str, now: datetime) -> None:
    """Mail a code. For an address that nobody has the same work is done, so that the time tells nothing."""
    sign_in.send_code(to=to, code=code, language=language, now=now)


@transaction.atomic
def send_long_code(*, to: Person | None, code: str, language: str, now: datetime) -> None:
    """Mail a code that takes the place of many, in groups of four digits; with the same work for nobody's address."""
    grouped = " ".join(code[at : at + 4] for at in range(0, len(code), 4))
    sign_in.send_code(to=to, code=grouped, language=language, now=now, lasts=LONG_CODE_LASTS)


@transaction.atomic
def make_sign_in_link(*, person: Person, now: datetime) -> str:
    """A token for a one-time link, good for fifteen minutes. Its person is told by mail that it was made."""
    token = new_token()
    link = SignInLink.objects.create(
        person=person, token_hash=hashed(token), created_at=now, expires_at=now + LINK_LASTS
    )
    sign_in.notify_of_link(link, now=now)
    return token


@transaction.atomic
def use_sign_in_link(*, token: str, now: datetime) -> Person | None:
    """Spend a link: its person, or None where it is unknown, spent, or too old."""
    link = SignInLink.objects.select_related("person").filter(token_hash=hashed(token)).first()
    if link is None or not link.person.is_active:
        return None
    spent = SignInLink.objects.filter(pk=link.pk, used_at=None, expires_at__gt=now).update(used_at=now)
    return link.person if spent else None
