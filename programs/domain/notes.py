"""Which notes of staff are read where. Reads only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from partners.models import Partnership
from programs.models import Note

STANDS = timedelta(days=28)  # on the partnership's home; the history keeps it
MOST = 3


def latest_notes(partnership: Partnership, now: datetime) -> list[Note]:
    """Those of the last four weeks, the newest first."""
    notes = Note.objects.standing().filter(partnership=partnership, written_at__gt=now - STANDS)
    return list(notes.select_related("written_by")[:MOST])


def notes_since(partnerships: Iterable[UUID], since: datetime, now: datetime) -> defaultdict[UUID, list[Note]]:
    """What was written after `since` and up to now, the oldest first, by partnership. One query."""
    found: defaultdict[UUID, list[Note]] = defaultdict(list)
    standing = Note.objects.standing().filter(partnership__in=list(partnerships))
    notes = standing.filter(written_at__gt=since, written_at__lte=now)
    for note in notes.select_related("written_by").order_by("written_at", "pk"):
        found[note.partnership_id].append(note)
    return found
