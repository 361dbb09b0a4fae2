"""What those who run the site take out of it: a partnership whole, and the site's events. A ledger tells of it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from ledger.models import Event
from ledger.record import append_event
from partners.actions.access import chain_of_person
from partners.models import Partnership, Person
from programs.actions.retention import require_operator
from programs.domain.audit import settled_events


@transaction.atomic
def tell_of_records(*, partnership: Partnership, redacted: bool, now: datetime) -> None:
    """That all of it was handed out, from the command line. Both sides read that on their history page."""
    append_event(chain=partnership.pk, kind="records.exported", by=None, at=now, payload={"redacted": redacted})


@transaction.atomic
def take_audit(*, by: Person, since: datetime | None, now: datetime) -> QuerySet[Event]:
    """Every event of this site from a moment on, or from the first; the person's chain says that they took them."""
    require_operator(by)
    payload = {"since": since.isoformat() if since else None}
    append_event(chain=chain_of_person(by), kind="audit.exported", by=by, at=now, payload=payload)
    return settled_events(now, since=since)
