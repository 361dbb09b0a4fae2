"""A person's own sessions: noted for their list, and ended from it."""

from __future__ import annotations

from datetime import datetime

from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import QuerySet

from partners import rules
from partners.devices import browser_of, system_of
from partners.models import Person, PersonSession


@transaction.atomic
def see_session(
    *, person: Person, key: str, browser: str, method: str, ends_at: datetime | None, now: datetime
) -> PersonSession:
    """The session with this key was used just now. `browser`: what it says of itself, of which two words are kept."""
    kept = {"seen_at": now, "ends_at": ends_at}
    first = {"began_at": now, "browser": browser_of(browser), "system": system_of(browser), "method": method}
    found, _new = PersonSession.objects.update_or_create(
        person_id=person.pk, key=key, defaults=kept, create_defaults=kept | first
    )
    return found


@transaction.atomic
def end_session(*, by: Person, pk: int) -> bool:
    """Sign out one's own session somewhere; whether it was still there. The next thing sent from there is refused."""
    rules.require(rules.decides_for_themselves, by)
    return _end(PersonSession.objects.filter(person_id=by.pk, pk=pk)) > 0


@transaction.atomic
def end_other_sessions(*, by: Person, key: str) -> int:
    """Sign out everywhere but in the session with this key; how many there were."""
    rules.require(rules.decides_for_themselves, by)
    return end_others(by, key)


def end_others(person: Person, key: str) -> int:
    """Runs inside a transaction, for an act that has asked who does it."""
    return _end(PersonSession.objects.filter(person_id=person.pk).exclude(key=key))


def _end(found: QuerySet[PersonSession]) -> int:
    keys = list(found.values_list("key", flat=True))
    Session.objects.filter(session_key__in=keys).delete()
    found.delete()
    return len(keys)
