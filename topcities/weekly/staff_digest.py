"""The weekly mail to staff: over all their partnerships, what is late, silent or cannot be reached, and what comes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mail.models import OutboxMail
from mail.outbox import MailLine, Message, Section, absolute, register
from partners.dates import day_words
from partners.domain.todo import leads_to_invite, open_handovers
from partners.models import Handover, Partnership, Person, Program, WeeklyMail
from partners.parties import Party
from partners.tokens import stop_token_for
from programs.domain.mail import WEEKLY_TO_STAFF, refused_addresses
from programs.domain.wall import wall_rows
from programs.domain.wall_words import WallLine
from programs.wall import RESTS, Stage
from topcities.todo import lead_to_answer, lead_to_invite
from topcities.weekly.digest import KEPT, wants
from topcities.weekly.truncate import LINES, shares, shortened

JUST_OVER, AHEAD, NEW = timedelta(days=7), timedelta(days=14), timedelta(days=28)
MOST_PROGRAMS, MOST_PARTNERSHIPS = 4, 8
Lists = list[tuple[str, list[MailLine]]]  # each with its heading


@dataclass(frozen=True)
class Watched:
    """A program with its partnerships that have not ended, as the wall has them, the most urgent first; and what is
    for staff alone to do: as many queries for all."""

    program: Program
    lines: list[WallLine]
    partnerships: list[Partnership]
    refused: dict[UUID, int]
    no_lead: dict[UUID, list[Party]]
    claims: dict[UUID, list[Handover]]
    now: datetime

    def todo(self) -> Iterator[MailLine]:
        """What nobody but staff can do: as on Home, and in its words."""
        for one in self.partnerships:
            organizations = {found.party: found for found in one.organizations.all()}
            claims = [lead_to_answer(claim, one, organizations) for claim in self.claims[one.pk] if claim.is_claim]
            for task in (*claims, *(lead_to_invite(party, one, organizations) for party in self.no_lead[one.pk])):
                yield MailLine(task.text, (task.label, absolute(task.url)))

    @property
    def is_quiet(self) -> bool:
        """Nothing goes on here: every sprint rests or is over, or there is none, and the program is not new."""
        return all(line.stage in RESTS for line in self.lines) and self.now - self.program.created_at > NEW

    def over(self) -> Iterator[MailLine]:
        """What was over within the last week: after that, nobody is told that nothing happens there."""
        for line in self.lines:
            last = line.facts.last_day
            if line.stage == Stage.OVER and last and line.today <= last + JUST_OVER:
                says = _("%(names)s: all %(weeks)s weeks are over")
                yield _line(line, says % {"names": line.title, "weeks": line.facts.weeks})

    def each(self) -> Lists:
        """The partnerships where something is late, waits or is silent, each with the wall's own words."""
        found = [(line.title, some) for line in self.lines if (some := list(_of_partnership(line)))]
        rest = len(found) - MOST_PARTNERSHIPS
        if rest <= 0:
            return found
        heading = ngettext("In %(n)s partnership more", "In %(n)s partnerships more", rest) % {"n": rest}
        more = MailLine(_("See the wall for what is late, waits or is silent there."), _wall(self.program))
        return [*found[:MOST_PARTNERSHIPS], (heading, [more])]

    def unreached(self) -> Iterator[MailLine]:
        for line in self.lines:
            if count := self.refused.get(line.row.pk):
                says = ngettext(
                    "%(names)s: mail to %(n)s address is refused",
                    "%(names)s: mail to %(n)s addresses is refused",
                    count,
                )
                page = absolute(reverse("program_mail", args=[self.program.slug]))
                yield MailLine(says % {"names": line.title, "n": count}, (_("See the mail"), page))

    def sign_offs(self) -> Iterator[MailLine]:
        """The next joint sign-off of each, where it comes within two weeks, the next one first."""
        coming = [(one, line) for line in self.lines if (one := line.facts.sign_off) and self._is_near(one.day)]
        for one, line in sorted(coming, key=lambda found: found[0].day):
            yield _line(line, f"{day_words(one.day)}: {_(one.title)} ({line.title})")

    def _is_near(self, day: date) -> bool:
        return day <= self.now.astimezone(self.program.zone).date() + AHEAD


def _of_partnership(line: WallLine) -> Iterator[MailLine]:
    """What is late, or waits; and which side has done nothing for too long."""
    waits, open_ = line.waits, line.facts.late or line.facts.waiting
    if waits.tone in {"late", "waits"}:
        since = min((one.since for one in open_ if one.since), default=None)
        day = _("since %(day)s") % {"day": day_words(since)} if since else ""
        yield _line(line, f"{waits.number} {waits.what}: {waits.whom} {day}".strip(" :"))
        yield MailLine(", ".join(waits.titles))
    if silent := [f"{side.name} ({side.last})" for side in line.sides if side.is_silent]:
        yield _line(line, _("Silent: %(who)s") % {"who": ", ".join(silent)})


def _line(line: WallLine, says: str) -> MailLine:
    return MailLine(says, (_("Open the partnership"), absolute(reverse("partnership", args=[line.slug]))))


def _wall(program: Program) -> tuple[str, str]:
    return _("Open the program"), absolute(reverse("program", args=[program.slug]))


def watched(program: Program, now: datetime) -> Watched:
    lines = [line for line in map(WallLine, wall_rows(program, now)) if line.stage != Stage.ENDED]
    known = {line.row.pk for line in lines}
    partnerships = [one for one in program.partnerships.prefetch_related("organizations") if one.pk in known]
    return Watched(
        program=program,
        lines=lines,
        partnerships=partnerships,
        refused=refused_addresses(partnerships),
        no_lead=leads_to_invite(partnerships, now),
        claims=open_handovers(partnerships),
        now=now,
    )


# --- The mail ----------------------------------------------------------------------------------------------


@register(WEEKLY_TO_STAFF, kept=KEPT)
def weekly_of_staff(queued: OutboxMail) -> Message | None:
    """None for somebody who is staff no more, or wants no weekly mail, or only one when there is something to do."""
    person = queued.person
    return staff_digest_message(person, queued.due_at) if person and wants(queued, person) else None


def staff_digest_message(person: Person, now: datetime) -> Message | None:
    """In the active language; None where it says nothing that this person wants to read."""
    programs = Program.objects.filter(staff__person=person).order_by("name")
    seen = [watched(program, now) for program in programs]
    found = {one.program: _lists(one) for one in seen}
    calm = not any(lines for lists in found.values() for _heading, lines in lists)
    is_enough = person.weekly_mail == WeeklyMail.WHEN_NEEDED or all(one.is_quiet for one in seen)
    if not programs or (calm and is_enough):
        return None
    return Message(
        subject=_("Nothing needs a look in your programs this week") if calm else _("Your programs this week"),
        paragraphs=[],
        why=_("TOPcities Partnership sends you this because you are on the staff of a program."),
        sections=list(sections(found)),
        button=_home(),
        stop=absolute(reverse("mail_stop", args=[stop_token_for(person)])),
        settings_url=absolute(reverse("mail")),
    )


def _lists(found: Watched) -> Lists:
    return [
        (_("What waits for you"), list(found.todo())),
        (_("Over since last week"), list(found.over())),
        *found.each(),
        (_("Cannot be reached"), list(found.unreached())),
        (_("Joint sign-offs in the next two weeks"), list(found.sign_offs())),
    ]


def sections(found: Mapping[Program, Lists]) -> Iterator[Section]:
    """Each program with its lists of lines by their headings, those first that need a look."""
    by_need = sorted(found.items(), key=lambda one: not any(lines for _heading, lines in one[1]))
    shown, left_out = by_need[:MOST_PROGRAMS], len(by_need[MOST_PROGRAMS:])
    most = iter(shares([len(lines) for _program, lists in shown for _heading, lines in lists], LINES))
    for program, lists in shown:
        calm = "" if any(lines for _heading, lines in lists) else _("Nothing is late, silent or refused.")
        yield Section(program.name, level=2, lead=calm)
        for heading, lines in lists:
            if short := shortened(lines, next(most), _wall(program)):
                yield Section(heading, short)
    if left_out:
        heading = ngettext("In %(n)s program more", "In %(n)s programs more", left_out) % {"n": left_out}
        yield Section(heading, [MailLine(_("See what is late there."), _home())], level=2)


def _home() -> tuple[str, str]:
    return _("Open your programs"), absolute(reverse("home"))
