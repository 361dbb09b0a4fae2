"""Staff write a note that both sides read, and take it back."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from ledger.record import append_event
from partners import rules
from partners.actions.invitations import lock
from partners.models import Partnership, Person
from programs.models import Note


@transaction.atomic
def write_note(*, by: Person, partnership: Partnership, words: str, now: datetime) -> Note:
    """It stands on the partnership's home and comes with the next weekly mail. Sent twice in a row it counts once."""
    lock(partnership)
    rules.require(rules.helps, by, partnership)
    words = Note.words.field.clean_words(words, blank=False)
    last = Note.objects.standing().filter(partnership=partnership).first()
    if last and (last.written_by_id, last.words) == (by.pk, words):
        return last
    note = Note.objects.create(partnership=partnership, words=words, written_at=now, written_by=by)
    payload = {"note": note.pk, "words": words}
    append_event(chain=partnership.pk, kind="note.written", by=by, at=now, payload=payload)
    return note


@transaction.atomic
def take_back_note(*, by: Person, note: Note, now: datetime) -> None:
    """Any of the program's staff can: it is the program's. Taking it back again changes nothing."""
    lock(note.partnership)
    rules.require(rules.helps, by, note.partnership)
    standing = Note.objects.standing().filter(pk=note.pk)
    if standing.update(taken_back_at=now, taken_back_by=by):
        payload = {"note": note.pk, "words": note.words}
        append_event(chain=note.partnership_id, kind="note.taken_back", by=by, at=now, payload=payload)
