"""The weekly mail to staff: over all their partnerships, what is late, silent or cannot be reached, and what comes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agreements.states import AgreementState
from agreements.waiting import summaries
from ledger.models import Notice
from ledger.outbox import Line, Message, Section, absolute, queue_notice, register
from ledger.record import last_changes
from partners.dates import day_words
from partners.emails import both_names
from partners.models import Partnership, Person, Program, ProgramStaff, WeeklyMail
from partners.timetable import Slot, slot_of
from partners.tokens import stop_token_for
from sprints.models import Sprint
from sprints.standing import MilestoneStanding, SprintStanding, standings
from topcities.mails import TO_STAFF, refused_addresses
from topcities.weekly import day_of

KIND = TO_STAFF
KEPT = timedelta(days=400)
SILENT, AHEAD = timedelta(days=7), timedelta(days=14)
MOST_LINES = 12


@dataclass(frozen=True)
class Watched:
    """A program with its partnerships that have not ended, and what is looked at of each, in seven queries."""

    program: Program
    partnerships: list[Partnership]
    sprints: dict[UUID, SprintStanding]
    since: dict[UUID, datetime]
    refused: dict[UUID, int]
    now: datetime

    def late(self) -> Iterator[Line]:
        for one in self.partnerships:
            late = len(self.sprints[one.pk].late) if one.pk in self.sprints else 0
            if late:
                says = ngettext("%(names)s: %(n)s milestone is late", "%(names)s: %(n)s milestones are late", late)
                yield _line(one, says % {"names": both_names(one), "n": late})

    def silent(self) -> Iterator[Line]:
        """Where nothing has happened for a week. A sprint that rests or is over may be silent."""
        for one in self.partnerships:
            sprint, since = self.sprints.get(one.pk), self.since.get(one.pk, one.created_at)
            if self.now - since > SILENT and not (sprint and (sprint.is_paused or sprint.is_over)):
                day = day_words(since.astimezone(self.program.zone).date(), self._today())
                yield _line(one, _("%(names)s: silent since %(day)s") % {"names": both_names(one), "day": day})

    def unreached(self) -> Iterator[Line]:
        for one in self.partnerships:
            if count := self.refused.get(one.pk):
                says = ngettext(
                    "%(names)s: mail to %(n)s address is refused",
                    "%(names)s: mail to %(n)s addresses is refused",
                    count,
                )
                page = absolute(reverse("program_mail", args=[self.program.slug]))
                yield Line(says % {"names": both_names(one), "n": count}, (_("See the mail"), page))

    def sign_offs(self) -> Iterator[Line]:
        """Joint sign-offs of the next two weeks, the next one first."""
        coming = [
            (one.due, partnership, one)
            for partnership in self.partnerships
            for one in self._joint(partnership)
            if one.due <= self._today() + AHEAD
        ]
        for due, partnership, one in sorted(coming, key=lambda found: found[0]):
            says = f"{day_words(due, self._today())}: {one.milestone.name} ({both_names(partnership)})"
            yield _line(partnership, says)

    def _joint(self, partnership: Partnership) -> list[MilestoneStanding]:
        sprint = self.sprints.get(partnership.pk)
        return [one for one in sprint.ahead if one.milestone.joint] if sprint else []

    def _today(self) -> date:
        return self.now.astimezone(self.program.zone).date()


def _line(partnership: Partnership, says: str) -> Line:
    return Line(says, (_("Open the partnership"), absolute(reverse("partnership", args=[partnership.slug]))))


def watched(program: Program, now: datetime) -> Watched:
    partnerships = list(program.partnerships.prefetch_related("organizations"))
    found = summaries(partnerships)
    ended = {pk for pk, summary in found.items() if summary.state == AgreementState.ENDED}
    going = [one for one in partnerships if one.pk not in ended]
    begun = Sprint.objects.filter(partnership__in=going, first_day__isnull=False)
    sprints = standings(begun.select_related("partnership__program"), now=now).values()
    return Watched(
        program=program,
        partnerships=going,
        sprints={one.sprint.partnership_id: one for one in sprints},
        since=last_changes(one.pk for one in going),
        refused=refused_addresses(going),
        now=now,
    )


# --- The mail ----------------------------------------------------------------------------------------------


@register(KIND, kept=KEPT)
def weekly_of_staff(notice: Notice) -> Message | None:
    """None for somebody who is staff no more, or wants no weekly mail, or only one when there is something to do."""
    person, now = notice.person, notice.due_at
    if person is None or not person.wants_weekly_mail(day_of(notice)):
        return None
    programs = Program.objects.filter(staff__person=person).order_by("name")
    sections = [section for program in programs for section in _sections(watched(program, now))]
    calm = all(section.level == 2 for section in sections)
    if not programs or (calm and person.weekly_mail == WeeklyMail.WHEN_NEEDED):
        return None
    return Message(
        subject=_("Nothing needs a look in your programs this week") if calm else _("Your programs this week"),
        paragraphs=[],
        why=_("TOPcities Partnership sends you this because you are on the staff of a program."),
        sections=sections,
        button=(_("Open your programs"), absolute(reverse("home"))),
        stop=absolute(reverse("mail_stop", args=[stop_token_for(person)])),
        settings_url=absolute(reverse("mail")),
    )


def _sections(found: Watched) -> Iterator[Section]:
    within = [
        (_("Late"), found.late()),
        (_("Silent for more than a week"), found.silent()),
        (_("Cannot be reached"), found.unreached()),
        (_("Joint sign-offs in the next two weeks"), found.sign_offs()),
    ]
    parts = [(heading, list(lines)) for heading, lines in within]
    calm = "" if any(lines for _heading, lines in parts) else _("Nothing is late, silent or refused.")
    yield Section(found.program.name, level=2, lead=calm)
    for heading, lines in parts:
        if lines:
            yield Section(heading, [*lines[:MOST_LINES], *_more(found.program, len(lines) - MOST_LINES)])


def _more(program: Program, more: int) -> list[Line]:
    page = absolute(reverse("program", args=[program.slug]))
    words = ngettext("And %(n)s more.", "And %(n)s more.", more) % {"n": more}
    return [Line(words, (_("Open the program"), page))] if more > 0 else []


# --- When it is due ------------------------------------------------------------------------------------------


@transaction.atomic
def queue_staff_mail(now: datetime) -> int:
    """Queue what is due and not queued yet: one a person and local week, however many programs they run."""
    due = dict(_due(now))
    there = set(Notice.objects.filter(key__in=due).values_list("key", flat=True))
    new = {key: found for key, found in due.items() if key not in there}
    for key, (person, slot) in new.items():
        queue_notice(
            key=key,
            kind=KIND,
            to=person.email,
            person=person,
            language=person.language,
            about={"day": slot.day.isoformat()},
            now=now,
            expires_at=slot.next_due,
        )
    return len(new)


def _due(now: datetime) -> Iterator[tuple[str, tuple[Person, Slot]]]:
    staff = ProgramStaff.objects.select_related("person", "program").order_by("person_id", "pk")
    for _person_id, held in groupby(staff, key=lambda one: one.person_id):
        rows = list(held)
        person, slot = rows[0].person, min((_slot(one, now) for one in rows), key=lambda slot: slot.due)
        began = min(one.since for one in rows)
        if slot.is_now(now) and began < slot.due and person.wants_weekly_mail(slot.day):
            yield f"{KIND}:{person.pk}:{slot.week}", (person, slot)


def _slot(one: ProgramStaff, now: datetime) -> Slot:
    program = one.program
    return slot_of(now, zone=one.person.zone(program.zone), weekday=program.mail_weekday, hour=program.mail_hour)
