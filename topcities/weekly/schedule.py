"""Whose weekly mail is due: one row in the outbox for each person and local week, and another one for staff.

What they say is composed when they leave: topcities/weekly/digest.py and topcities/weekly/staff_digest.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby, islice

from django.db import transaction
from django.db.models import OuterRef, Subquery

from mail.models import OutboxMail
from mail.outbox import wake
from mail.render import new_message_id
from partners.models import Person, Program, ProgramStaff, Seat
from partners.timetable import Slot, slot_of
from programs.domain.mail import WEEKLY, WEEKLY_TO_STAFF

AT_ONCE = 1000


@dataclass(frozen=True)
class Due:
    """A person whose mail of a kind is due, and the slot it is for."""

    kind: str
    person: Person
    slot: Slot

    @property
    def key(self) -> str:
        return f"{self.kind}:{self.person.pk}:{self.slot.week}"


def due_now(now: datetime) -> Iterator[list[Due]]:
    """Everybody whose hour has come this week and who has no mail of this week yet, in lists of up to a thousand."""
    for everybody in (_of_people(now), _of_staff(now)):
        while some := list(islice(everybody, AT_ONCE)):
            yield not_queued(some)


def not_queued(due: list[Due]) -> list[Due]:
    there = set(OutboxMail.objects.filter(key__in=[one.key for one in due]).values_list("key", flat=True))
    return [one for one in due if one.key not in there]


def _of_people(now: datetime) -> Iterator[Due]:
    seats = Seat.objects.filter(ended_at=None, person__is_active=True).select_related("person", "partnership__program")
    # Those of one partnership one after the other: written together, what they read of it is looked up once.
    first = Seat.objects.filter(ended_at=None, person=OuterRef("person")).order_by("started_at", "pk")
    seats = seats.alias(beside=Subquery(first.values("partnership")[:1])).order_by("beside", "person_id", "pk")
    by_person = groupby(seats.iterator(AT_ONCE), key=lambda seat: seat.person)
    for person, held in by_person:
        taken = [(seat.partnership.program, seat.started_at) for seat in held]
        yield from _due(WEEKLY, person, taken, now)


def _of_staff(now: datetime) -> Iterator[Due]:
    staff = ProgramStaff.objects.filter(person__is_active=True).select_related("person", "program")
    by_person = groupby(staff.order_by("person_id", "pk").iterator(AT_ONCE), key=lambda one: one.person)
    for person, held in by_person:
        yield from _due(WEEKLY_TO_STAFF, person, [(one.program, one.since) for one in held], now)


def _due(kind: str, person: Person, taken: Iterable[tuple[Program, datetime]], now: datetime) -> Iterator[Due]:
    """The earliest slot of the week, of programs that send at different hours. `taken`: in which, and since when."""
    programs, since = zip(*taken, strict=True)
    slots = [
        slot_of(now, zone=person.zone(program.zone), weekday=program.mail_weekday, hour=program.mail_hour)
        for program in programs
    ]
    slot = min(slots, key=lambda slot: slot.due)
    if slot.is_now(now) and min(since) < slot.due and person.wants_weekly_mail(slot.day):
        yield Due(kind, person, slot)


def queue_weekly_mail(now: datetime) -> int:
    """Queue what is due and not queued yet; how many. However often and by however many it is called: once a week."""
    return sum(_queue(due, now) for due in due_now(now))


@transaction.atomic
def _queue(due: list[Due], now: datetime) -> int:
    # Somebody else may queue the same at this moment: then theirs stands.
    OutboxMail.objects.bulk_create([_notice(one, now) for one in due], ignore_conflicts=True)
    if due:
        wake("mail.send_waiting")
    return len(due)


def _notice(due: Due, now: datetime) -> OutboxMail:
    return OutboxMail(
        key=due.key,
        kind=due.kind,
        to=due.person.email,
        person=due.person,
        language=due.person.language,
        about={"day": due.slot.day.isoformat()},
        created_at=now,
        due_at=now,
        expires_at=due.slot.next_due,
        message_id=new_message_id(),
    )
