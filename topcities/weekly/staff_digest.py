"""The weekly mail to staff: over all their partnerships, what is late, silent or cannot be reached, and what comes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agreements.domain.todo import summaries
from agreements.states import AgreementState
from ledger.record import last_changes
from mail.models import OutboxMail
from mail.outbox import MailLine, Message, Section, absolute, register
from partners.dates import day_words
from partners.domain.names import both_names
from partners.domain.todo import leads_to_invite, open_handovers
from partners.models import Handover, Partnership, Person, Program, WeeklyMail
from partners.parties import Party, Role
from partners.tokens import stop_token_for
from programs.domain.mail import WEEKLY_TO_STAFF, refused_addresses
from sprints.domain.delays import Delay
from sprints.domain.milestones import MilestoneStatus
from sprints.domain.overview import SprintOverview, overviews
from sprints.models import Sprint
from sprints.states import ASKS, QUIET, SprintState
from topcities.todo import lead_to_answer, lead_to_invite
from topcities.weekly.digest import KEPT, wants
from topcities.weekly.truncate import LINES, shares, shortened

SILENT, AHEAD, NEW = timedelta(days=7), timedelta(days=14), timedelta(days=28)
MOST_PROGRAMS = 4


@dataclass(frozen=True)
class Watched:
    """A program with its partnerships that have not ended, and what is looked at of each: as many queries for all."""

    program: Program
    partnerships: list[Partnership]
    sprints: dict[UUID, SprintOverview]
    since: dict[UUID, datetime]
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
        resting = {pk for pk, sprint in self.sprints.items() if sprint.state in QUIET}
        return all(one.pk in resting for one in self.partnerships) and self.now - self.program.created_at > NEW

    def over(self) -> Iterator[MailLine]:
        """What was over within the last week: after that, nobody is told that nothing happens there."""
        for one in self.partnerships:
            sprint = self.sprints.get(one.pk)
            if (
                sprint
                and sprint.state == SprintState.OVER
                and self._today() <= sprint.sprint.timeline.last_day + SILENT
            ):
                says = _("%(names)s: all %(weeks)s weeks are over")
                yield _line(one, says % {"names": both_names(one), "weeks": sprint.sprint.weeks})

    def late(self) -> Iterator[MailLine]:
        for one in self.partnerships:
            late = self.late_in(one)
            if late:
                says = ngettext("%(names)s: %(n)s thing is late", "%(names)s: %(n)s things are late", len(late))
                waits = self._whom(one, late)
                yield _line(one, f"{says % {'names': both_names(one), 'n': len(late)}}{waits}")

    def late_in(self, partnership: Partnership) -> list[Delay]:
        """Of a sprint that is over only what still waits for somebody: the rest would be said for ever."""
        sprint = self.sprints.get(partnership.pk)
        found = sprint.delays if sprint else []
        return [one for one in found if one.waits_for or (sprint and sprint.state != SprintState.OVER)]

    def _whom(self, partnership: Partnership, late: list[Delay]) -> str:
        names = {one.party: one.name for one in partnership.organizations.all()}
        whom = dict.fromkeys(who for one in late for who in one.waits_for)
        ordered = [party for party in partnership.parties_on_screen() if party in whom]
        words = [*(names.get(party, "") for party in ordered), *(str(one.label) for one in whom if one in list(Role))]
        return "; " + _("waits for %(who)s") % {"who": _(" and ").join(words)} if words else ""

    def silent(self) -> Iterator[MailLine]:
        """Where nothing has happened for a week. A sprint that rests or is over may be silent."""
        for one in self.partnerships:
            sprint, since = self.sprints.get(one.pk), self.since.get(one.pk, one.created_at)
            if self.now - since > SILENT and not (sprint and sprint.state in QUIET):
                day = day_words(since.astimezone(self.program.zone))
                yield _line(one, _("%(names)s: silent since %(day)s") % {"names": both_names(one), "day": day})

    def unreached(self) -> Iterator[MailLine]:
        for one in self.partnerships:
            if count := self.refused.get(one.pk):
                says = ngettext(
                    "%(names)s: mail to %(n)s address is refused",
                    "%(names)s: mail to %(n)s addresses is refused",
                    count,
                )
                page = absolute(reverse("program_mail", args=[self.program.slug]))
                yield MailLine(says % {"names": both_names(one), "n": count}, (_("See the mail"), page))

    def sign_offs(self) -> Iterator[MailLine]:
        """Joint sign-offs of the next two weeks, the next one first."""
        coming = [
            (one.due, partnership, one)
            for partnership in self.partnerships
            for one in self._joint(partnership)
            if one.due <= self._today() + AHEAD
        ]
        for due, partnership, one in sorted(coming, key=lambda found: found[0]):
            says = f"{day_words(due)}: {one.milestone.name} ({both_names(partnership)})"
            yield _line(partnership, says)

    def _joint(self, partnership: Partnership) -> list[MilestoneStatus]:
        sprint = self.sprints.get(partnership.pk)
        coming = sprint.standing.ahead if sprint and sprint.standing and sprint.state in ASKS else []
        return [one for one in coming if one.milestone.joint]

    def _today(self) -> date:
        return self.now.astimezone(self.program.zone).date()


def _line(partnership: Partnership, says: str) -> MailLine:
    return MailLine(says, (_("Open the partnership"), absolute(reverse("partnership", args=[partnership.slug]))))


def watched(program: Program, now: datetime) -> Watched:
    partnerships = list(program.partnerships.prefetch_related("organizations"))
    found = summaries(partnerships)
    ended = {pk for pk, summary in found.items() if summary.state == AgreementState.ENDED}
    going = [one for one in partnerships if one.pk not in ended]
    begun = Sprint.objects.filter(partnership__in=going, first_day__isnull=False)
    known = {one.pk: one for one in going}
    sprints = list(begun.prefetch_related("pauses"))
    for sprint in sprints:
        sprint.partnership = known[sprint.partnership_id]
    return Watched(
        program=program,
        partnerships=going,
        sprints={one.sprint.partnership_id: one for one in overviews(sprints, now).values()},
        since=last_changes(one.pk for one in going),
        refused=refused_addresses(going),
        no_lead=leads_to_invite(going, now),
        claims=open_handovers(going),
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
    calm = not any(lines for lists in found.values() for lines in lists.values())
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


def _lists(found: Watched) -> dict[str, list[MailLine]]:
    return {
        _("What waits for you"): list(found.todo()),
        _("Over since last week"): list(found.over()),
        _("Late"): list(found.late()),
        _("Silent for more than a week"): list(found.silent()),
        _("Cannot be reached"): list(found.unreached()),
        _("Joint sign-offs in the next two weeks"): list(found.sign_offs()),
    }


def sections(found: Mapping[Program, dict[str, list[MailLine]]]) -> Iterator[Section]:
    """Each program with its lists of lines by their headings, those first that need a look."""
    by_need = sorted(found.items(), key=lambda one: not any(one[1].values()))
    shown, left_out = by_need[:MOST_PROGRAMS], len(by_need[MOST_PROGRAMS:])
    most = iter(shares([len(lines) for _program, lists in shown for lines in lists.values()], LINES))
    for program, lists in shown:
        page = _("Open the program"), absolute(reverse("program", args=[program.slug]))
        calm = "" if any(lists.values()) else _("Nothing is late, silent or refused.")
        yield Section(program.name, level=2, lead=calm)
        for heading, lines in lists.items():
            short = shortened(lines, next(most), page)
            if short:
                yield Section(heading, short)
    if left_out:
        heading = ngettext("In %(n)s program more", "In %(n)s programs more", left_out) % {"n": left_out}
        yield Section(heading, [MailLine(_("See what is late there."), _home())], level=2)


def _home() -> tuple[str, str]:
    return _("Open your programs"), absolute(reverse("home"))
