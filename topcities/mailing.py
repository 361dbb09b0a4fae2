"""Whose weekly mail is due: one row in the outbox for each person and local week. Composing is topcities/weekly.py."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby, islice

from django.db import transaction

from ledger.message import new_message_id
from ledger.models import Notice
from ledger.outbox import wake
from partners.models import Person, Seat
from partners.timetable import Slot, slot_of
from topcities.weekly import KIND

AT_ONCE = 1000


@dataclass(frozen=True)
class Due:
    """A person whose mail is due, and the slot it is for."""

    person: Person
    slot: Slot

    @property
    def key(self) -> str:
        return f"{KIND}:{self.person.pk}:{self.slot.week}"


def due_now(now: datetime) -> Iterator[Due]:
    """Everybody whose hour has come this week, queued already or not; in two queries for a thousand people."""
    seats = Seat.objects.filter(ended_at=None, person__is_active=True).select_related("person", "partnership__program")
    by_person = groupby(seats.order_by("person_id", "pk").iterator(AT_ONCE), key=lambda seat: seat.person_id)
    for _person_id, held in by_person:
        seats_of_one = list(held)
        slot = _slot(seats_of_one, now)
        began = min(seat.started_at for seat in seats_of_one)
        if slot.is_now(now) and began < slot.due and seats_of_one[0].person.wants_weekly_mail(slot.day):
            yield Due(seats_of_one[0].person, slot)


def _slot(seats: list[Seat], now: datetime) -> Slot:
    """With seats in programs that send at different hours, the earliest one in the week."""
    person, programs = seats[0].person, [seat.partnership.program for seat in seats]
    slots = [
        slot_of(now, zone=person.zone(program.zone), weekday=program.mail_weekday, hour=program.mail_hour)
        for program in programs
    ]
    return min(slots, key=lambda slot: slot.due)


def queue_weekly_mail(now: datetime) -> int:
    """Queue what is due and not queued yet; how many. However often and by however many it is called: once a week."""
    due, queued = due_now(now), 0
    while some := list(islice(due, AT_ONCE)):
        queued += _queue(some, now)
    return queued


@transaction.atomic
def _queue(due: list[Due], now: datetime) -> int:
    there = set(Notice.objects.filter(key__in=[one.key for one in due]).values_list("key", flat=True))
    new = [_notice(one, now) for one in due if one.key not in there]
    # Somebody else may queue the same at this moment: then theirs stands.
    Notice.objects.bulk_create(new, ignore_conflicts=True)
    if new:
        wake("ledger.send_notices")
    return len(new)


def _notice(due: Due, now: datetime) -> Notice:
    return Notice(
        key=due.key,
        kind=KIND,
        to=due.person.email,
        person=due.person,
        language=due.person.language,
        about={"day": due.slot.day.isoformat()},
        created_at=now,
        due_at=now,
        expires_at=due.slot.next_due,
        message_id=new_message_id(),
    )
