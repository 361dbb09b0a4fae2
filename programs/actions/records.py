"""What an operator does with the records of a partnership, from the command line. Its ledger tells of it, always."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from ledger.record import append_event
from partners.models import Partnership


@transaction.atomic
def tell_of_records(*, partnership: Partnership, redacted: bool, now: datetime) -> None:
    """That all of it was handed out. Both sides read that on their history page."""
    append_event(chain=partnership.pk, kind="records.exported", by=None, at=now, payload={"redacted": redacted})
