"""Who would be reminded, where something is late in a program, and who would not, and why. Reads only."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from mail.models import OutboxMail
from partners.models import Partnership, Person, Program, Seat
from partners.parties import Party, Role
from programs.domain.wall import wall_rows
from programs.domain.wall_words import WallLine, thing_words
from programs.wall import OpenThing
from sprints.domain.reminders import EVERY, KIND

MOST_AT_ONCE = 100  # a press is answered within seconds; the next one goes on from there


@dataclass(frozen=True)
class LateSide:
    """A side for which something waits too long in one partnership. `party` is None where it waits for neither; `why`
    it would not be reminded is empty where it would."""

    partnership: Partnership
    title: str
    party: Party | None
    organization: str
    lead: Person | None
    late: list[OpenThing]
    why: str = ""

    @property
    def matter(self) -> str:
        """As `remind` knows it, for staff."""
        return f"{self.party}:{reverse('partnership', args=[self.partnership.slug])}"

    @property
    def key(self) -> str:
        return f"{self.partnership.pk}:{self.party}"

    @property
    def what(self) -> list[str]:
        return [thing_words(one) for one in self.late]

    @property
    def since(self) -> date | None:
        return min((one.since for one in self.late if one.since), default=None)


@dataclass(frozen=True)
class Known:
    """What is asked of all partnerships at once: their leads, and what was reminded of lately."""

    leads: dict[tuple[UUID, str | None], Person]
    recent: set[tuple[UUID | None, str]]
    now: datetime


def late_sides(program: Program, now: datetime) -> list[LateSide]:
    """Everybody for whom something is late, the most urgent partnership first; from the wall's own facts."""
    lines = [WallLine(row) for row in wall_rows(program, now) if row.facts.late]
    known = _known([line.row.partnership.pk for line in lines], now)
    return [side for line in lines for side in _sides(line, program, known)]


def _known(partnerships: list[UUID], now: datetime) -> Known:
    """In two queries."""
    seats = Seat.objects.filter(partnership__in=partnerships, role=Role.LEAD, ended_at=None, person__is_active=True)
    leads = {(seat.partnership_id, seat.party): seat.person for seat in seats.select_related("person")}
    mails = OutboxMail.objects.filter(kind=KIND, chain__in=partnerships, created_at__gt=now - EVERY)
    return Known(leads, set(mails.values_list("chain", "about__matter")), now)


def _sides(line: WallLine, program: Program, known: Known) -> Iterator[LateSide]:
    partnership, facts = line.row.partnership, line.facts
    for party in partnership.parties_on_screen():
        if late := [one for one in facts.late if party in one.waits_for]:
            lead = known.leads.get((partnership.pk, party))
            found = LateSide(partnership, line.title, party, facts.names[party], lead, late)
            yield LateSide(**vars(found) | {"why": _why_not(found, program, known)})
    if not any(party in one.waits_for for one in facts.late for party in Party):
        roles = [str(Role(role).label) for role in dict.fromkeys(who for one in facts.late for who in one.waits_for)]
        whom = _(" and ").join(roles) or _("nobody in particular")
        why = _("It waits for %(who)s. Reminders go to leads.") % {"who": whom}
        yield LateSide(partnership, line.title, None, "", None, facts.late, why)


def _why_not(side: LateSide, program: Program, known: Known) -> str:
    if side.lead is None:
        return _("Nobody leads that side now.")
    if (side.partnership.pk, side.matter) in known.recent:
        return _("They were reminded less than three days ago.")
    if not side.lead.wants_reminders(known.now.astimezone(side.lead.zone(program.zone)).date()):
        return _("%(name)s chose to get no reminders now.") % {"name": side.lead.name}
    return ""
