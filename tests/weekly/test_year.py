"""Forty weeks of a whole program: each person's weekly mails are listed, and held against what was due to them."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import translation

from agreements.actions import end
from agreements.domain.todo import Task
from agreements.models import Agreement
from mail.models import OutboxMail
from mail.outbox import send_waiting
from partners.models import Partnership, Person, Seat, WeeklyMail
from partners.parties import Party, Role
from sprints.models import Sprint
from tests.factories.agreements import make_agreement
from tests.factories.people import (
    NOW,
    TODAY,
    ZONE,
    lead_of,
    make_partnership,
    make_program,
    make_seat,
    member_of,
    proved,
)
from tests.factories.sprints import FIRST_DAY, agree_to, propose_start, signed_agreement
from topcities.weekly.digest import DigestPart, parts_for
from topcities.weekly.schedule import queue_weekly_mail

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
TICK, DAY, WEEK = timedelta(hours=12), timedelta(days=1), timedelta(days=7)
# Both changes of the clock lie within, a whole sprint, and what follows it.
LAST = NOW + 40 * WEEK
ENDED = NOW + 20 * WEEK
OVER = datetime.combine(FIRST_DAY + 18 * WEEK, time(0), ZONE)
LEFT, CAME = NOW + 30 * WEEK, NOW + 26 * WEEK
RESTS = (NOW + 10 * WEEK, NOW + 14 * WEEK)


@dataclass
class Reader:
    """What this person should get: from when until when, where they are, and what each mail says."""

    person: Person
    zone: str = ZONE.key
    since: datetime = NOW
    until: datetime = LAST
    rests: tuple[datetime, datetime] | None = None
    gets_any: bool = True

    def mondays(self) -> list[date]:
        """The days on which a mail is due: every Monday at nine on their own clock."""
        first = TODAY + timedelta(days=7 - TODAY.weekday())
        days = [first + number * WEEK for number in range(53)] if self.gets_any else []
        return [day for day in days if self._is_due(datetime.combine(day, time(9), tzinfo=ZoneInfo(self.zone)))]

    def _is_due(self, at: datetime) -> bool:
        rests = self.rests is not None and self.rests[0] <= at < self.rests[1]
        looked_at = NOW - (NOW - at) // TICK * TICK  # when the clock of this test next ticks
        return self.since < at and looked_at < min(self.until, LAST) and not rests


def chosen(person: Person, **fields: object) -> Person:
    Person.objects.filter(pk=person.pk).update(**fields)
    person.refresh_from_db()
    return person


def moved(agreement: Agreement, program: object) -> Agreement:
    Partnership.objects.filter(pk=agreement.partnership_id).update(program=program)
    return Agreement.objects.select_related("partnership__program").get(pk=agreement.pk)


@pytest.fixture
def sprint() -> Partnership:
    """Signed, and in its sprint; its program is the program of all."""
    agreement = signed_agreement()
    agree_to(propose_start(agreement))
    return agreement.partnership


@pytest.fixture
def ended(sprint: Partnership) -> Agreement:
    return moved(signed_agreement(), sprint.program)


@pytest.fixture
def readers(sprint: Partnership, ended: Agreement) -> list[Reader]:
    """Two leads in each of three partnerships, and those around them."""
    drafted = make_agreement(make_partnership(program=sprint.program)).partnership
    party, other = Party
    advisor = make_seat(sprint, Role.PRODUCT_ADVISOR).person
    make_seat(drafted, Role.PRODUCT_ADVISOR, person=advisor)
    left, came = make_seat(drafted, Role.MEMBER, other), make_seat(drafted, Role.MEMBER, party)
    came.__class__.objects.filter(pk=came.pk).update(started_at=CAME)
    left.__class__.objects.filter(pk=left.pk).update(person=chosen(left.person, language="es"))
    elsewhere = make_seat(make_partnership(program=make_program()), Role.PRODUCT_ADVISOR).person
    zones = [(lead_of(sprint, party), "Pacific/Honolulu"), (lead_of(sprint, other), "Europe/Madrid")]
    return [
        *(Reader(chosen(person, time_zone=zone), zone) for person, zone in zones),
        Reader(lead_of(drafted, party)),
        Reader(chosen(lead_of(drafted, other), mail_snoozed_until=None), rests=RESTS),
        Reader(chosen(advisor, time_zone="Australia/Lord_Howe", language="es"), "Australia/Lord_Howe", until=OVER),
        Reader(chosen(make_seat(sprint, Role.TECHNOLOGY_PARTNER).person, weekly_mail="when needed"), gets_any=False),
        Reader(chosen(member_of(sprint, party), weekly_mail=WeeklyMail.NEVER), gets_any=False),
        Reader(left.person, until=LEFT),
        Reader(came.person, since=CAME),
        *(Reader(lead_of(ended.partnership, one), until=ENDED) for one in Party),
        Reader(elsewhere, gets_any=False),
    ]


def happens(now: datetime, readers: list[Reader], ended: Agreement) -> None:
    """What people do in this year, besides reading their mail."""
    resting = next(reader.person for reader in readers if reader.rests)
    if RESTS[0] <= now < RESTS[0] + TICK:
        chosen(resting, mail_snoozed_until=RESTS[1].date())
    if ENDED <= now < ENDED + TICK:
        end(
            by=lead_of(ended.partnership, Party.COMMUNITY),
            agreement=ended,
            reason="It is done.",
            **proved(now),
        )
    if LEFT <= now < LEFT + TICK:
        (gone,) = [reader.person for reader in readers if reader.until == LEFT]
        gone.seats.update(ended_at=now, ended_by=gone)


def week_of(now: datetime) -> int:
    """Of the sprint, counted in days and nothing else."""
    return (now.astimezone(ZONE).date() - FIRST_DAY).days // 7 + 1


def weekly_mails(now: datetime) -> dict[str, mail.EmailMultiAlternatives]:
    mail.outbox.clear()
    queue_weekly_mail(now)
    send_waiting(now)
    ids = set(OutboxMail.objects.filter(kind="weekly", settled_at=now).values_list("message_id", flat=True))
    return {one.to[0]: one for one in mail.outbox if one.extra_headers["Message-ID"] in ids}


def test_each_person_gets_what_was_due_to_them_and_nothing_besides(
    sprint: Partnership, ended: Agreement, readers: list[Reader]
) -> None:
    by_address = {reader.person.email: reader for reader in readers}
    of_sprint = set(sprint.seats.values_list("person__email", flat=True))
    of_a_side = {seat.person for seat in sprint.seats.exclude(party=None)}
    got, now = defaultdict(list), NOW
    while now < LAST:
        happens(now, readers, ended)
        letters = weekly_mails(now)
        hold_what_home_holds([(by_address[address].person, letter) for address, letter in letters.items()], now)
        for address, letter in letters.items():
            reader = by_address[address]
            got[address].append(now.astimezone(ZoneInfo(reader.zone)).date())
            if address in of_sprint and (week_of(now) <= 18 or reader.person in of_a_side):
                says_the_week(reader.person, letter, now)
        now += TICK
    for reader in readers:
        missing, besides = set(reader.mondays()) - set(got[reader.person.email]), Counter(got[reader.person.email])
        assert (missing, besides - Counter(reader.mondays())) == (set(), Counter()), reader
    assert sum(map(len, got.values())) > 240, "most of a year, of many"


def hold_what_home_holds(letters: list[tuple[Person, mail.EmailMultiAlternatives]], now: datetime) -> None:
    for language in ("en", "es"):
        people = [person for person, _letter in letters if person.language == language]
        with translation.override(language):
            parts = parts_for(Person.objects.filter(pk__in=[person.pk for person in people]), now=now)
            for person, letter in letters:
                if person in people:
                    assert len(parts[person.pk]) == sum(is_told(seat, now) for seat in person.seats.all())
                    for part in parts[person.pk]:
                        assert part.where in letter.body
                        assert all(task.text in letter.body for task in part.todo if not is_asked_above(task, part))


def is_asked_above(task: Task, part: DigestPart) -> bool:
    """The week is answered from the mail itself, where its reader can."""
    return part.check_in is not None and task.url == reverse("check_ins", args=[part.partnership.slug])


def is_told(seat: Seat, now: datetime) -> bool:
    """Of a sprint that is over, and of a draft that was silent for four weeks, only where something waits: that is, for
    the two sides."""
    sprint = Sprint.objects.filter(partnership=seat.partnership_id).exists()
    goes_on = week_of(now) <= 18 if sprint else now - NOW <= 4 * WEEK
    return seat.ended_at is None and (goes_on or seat.party is not None)


def says_the_week(person: Person, letter: mail.EmailMultiAlternatives, now: datetime) -> None:
    words = {
        "en": ("Week %s of 18", "All 18 weeks are over"),
        "es": ("Semana %s de 18", "18 semanas"),
    }[person.language]
    week = week_of(now)
    assert (words[0] % week if week <= 18 else words[1]) in letter.body, (person, now.astimezone(UTC))
