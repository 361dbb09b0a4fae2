"""The weekly mail: where each partnership stands, what waits for this person, what the other side did, what comes.

It is written when it leaves, from the same lists as the pages. Its row in the outbox has one key a person and local
week, so that two clocks, a clock that jumps, or a worker that starts anew never make two.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agreements.models import Agreement
from agreements.standing import Standing, standing_of
from agreements.states import AgreementState
from agreements.waiting import Task
from ledger.models import Event, Notice
from ledger.outbox import Line, Message, Section, absolute, register
from ledger.record import REFUSED
from partners.dates import day_words
from partners.models import Partnership, Person, Seat, WeeklyMail
from partners.parties import Party
from partners.tokens import stop_token_for
from sprints.standing import MilestoneStanding
from sprints.waiting import Glance, glance_at, sprint_of
from topcities.history import Entry, told
from topcities.waiting import what_waits

KIND = "weekly"
SINCE = timedelta(days=7)
AHEAD = timedelta(days=14)
MOST_LINES = 6
KEPT = timedelta(days=400)


@dataclass(frozen=True)
class Part:
    """One partnership in a person's mail. `more` counts what happened besides."""

    partnership: Partnership
    title: str
    week: str
    where: str
    todo: list[Task]
    happened: list[str]
    more: int
    coming: list[MilestoneStanding] = field(default_factory=list)


def parts_for(person: Person, *, now: datetime) -> list[Part]:
    """The partnerships in which this person takes part, those that wait for them first. What has ended is left out."""
    seats = Seat.objects.filter(person=person, ended_at=None).select_related("partnership__program")
    found = [_part(person, seat, now=now) for seat in seats.order_by("started_at", "pk")]
    return sorted((part for part in found if part), key=lambda part: not part.todo)


def _part(person: Person, seat: Seat, *, now: datetime) -> Part | None:
    agreement = Agreement.objects.with_editions().filter(partnership=seat.partnership).first()
    if agreement is None or agreement.state == AgreementState.ENDED:
        return None
    agreement.partnership = seat.partnership
    standing, sprint = standing_of(agreement), sprint_of(seat.partnership)
    glance = glance_at(sprint, now)
    happened = _what_happened(seat, now=now)
    return Part(
        partnership=seat.partnership,
        title=_title(standing),
        week=glance.week if glance else "",
        where=_where(agreement, standing, glance),
        todo=what_waits(person, seat, agreement, standing, sprint, now=now),
        happened=happened[:MOST_LINES],
        more=len(happened[MOST_LINES:]),
        coming=[one for one in glance.ahead if one.due <= (now + AHEAD).date()] if glance else [],
    )


def _title(standing: Standing) -> str:
    order = standing.agreement.partnership.parties_on_screen()
    return _(" and ").join(standing.organizations[party].name for party in order)


def _where(agreement: Agreement, standing: Standing, glance: Glance | None) -> str:
    if glance and glance.late:
        late = ngettext("%(n)s milestone is late.", "%(n)s milestones are late.", len(glance.late))
        return f"{glance.week}. {late % {'n': len(glance.late)}}"
    if glance:
        return f"{glance.week}."
    if agreement.state != AgreementState.DRAFTING:
        return f"{_('Agreement')}: {AgreementState(agreement.state).label}."
    agreed = sum(on_clause.settled for on_clause in standing.clauses)
    words = _("%(done)s of %(all)s parts of the agreement are agreed.")
    return words % {"done": agreed, "all": len(standing.clauses)}


def _what_happened(seat: Seat, *, now: datetime) -> list[str]:
    """What the other side did in the last seven days, newest first; for those of no side, what both did."""
    events = Event.objects.filter(chain=seat.partnership_id, at__gt=now - SINCE, at__lte=now).exclude(kind=REFUSED)
    parties = [Party(seat.party).other] if seat.party else list(Party)
    actors = Seat.objects.filter(partnership=seat.partnership, party__in=parties).values("person")
    theirs = events.filter(actor__in=actors).select_related("content").order_by("-sequence")
    return _in_short(told(seat.partnership, list(theirs)))


def _in_short(entries: list[Entry]) -> list[str]:
    """A line each; of many alike by one person the newest, and how many more there are."""
    alike = Counter((entry.who, entry.kind) for entry in entries)
    lines = {}
    for entry in entries:
        more = alike[entry.who, entry.kind] - 1
        key = (entry.who, entry.kind) if more > 1 else entry.sequence
        words = ngettext("%(what)s (and %(n)s more like this)", "%(what)s (and %(n)s more like this)", more)
        what = f"{entry.who} {entry.what}"
        lines.setdefault(key, words % {"what": what, "n": more} if more > 1 else what)
    return list(lines.values())


# --- The mail ----------------------------------------------------------------------------------------------


@register(KIND, kept=KEPT)
def weekly(notice: Notice) -> Message | None:
    """None for somebody who stopped it, rests from it, takes part in nothing any more, or has nothing to read."""
    person, now = notice.person, notice.due_at
    if person is None or not wants(person, now):
        return None
    parts = parts_for(person, now=now)
    todo = sum(len(part.todo) for part in parts)
    if not parts or (not todo and person.weekly_mail == WeeklyMail.WHEN_NEEDED):
        return None
    return message_of(person, parts, now=now)


def wants(person: Person, now: datetime) -> bool:
    """Whether the weekly mail is for this person now."""
    rests = person.mail_snoozed_until is not None and now.date() < person.mail_snoozed_until
    return person.is_active and person.weekly_mail != WeeklyMail.NEVER and not rests


def message_of(person: Person, parts: list[Part], *, now: datetime) -> Message:
    todo = sum(len(part.todo) for part in parts)
    only = parts[0].partnership if len(parts) == 1 else None
    home = reverse("partnership", args=[only.slug]) if only else reverse("home")
    return Message(
        subject=_subject(parts, todo),
        paragraphs=[] if todo else [_("Nothing waits for you this week. Thank you: all that was yours to do is done.")],
        sections=[section for part in parts for section in _sections(part, now=now)],
        button=(_("Open your partnership") if only else _("Open your partnerships"), absolute(home)),
        reply_to=parts[0].partnership.program.contact_email,
        stop=absolute(reverse("mail_stop", args=[stop_token_for(person)])),
        settings_url=absolute(reverse("mail")),
    )


def _subject(parts: list[Part], todo: int) -> str:
    waits = ngettext("%(n)s thing waits for you", "%(n)s things wait for you", todo) % {"n": todo}
    if not todo:
        waits = _("nothing waits for you this week") if parts[0].week else _("Nothing waits for you this week")
    if todo == 1:
        waits = next(task.text for part in parts for task in part.todo).rstrip(".")
    weeks = {part.week for part in parts if part.week}
    return f"{weeks.pop()}: {waits}" if len(weeks) == 1 else waits


def _sections(part: Part, *, now: datetime) -> list[Section]:
    slug, today = part.partnership.slug, now.astimezone(part.partnership.program.zone).date()
    todo = [Line(task.text, (task.label, absolute(task.url))) for task in part.todo]
    happened = [Line(words) for words in part.happened]
    if part.more:
        words = ngettext("And %(n)s thing more.", "And %(n)s things more.", part.more) % {"n": part.more}
        happened.append(Line(words, (_("See what happened"), absolute(reverse("history", args=[slug])))))
    coming = [
        Line(
            f"{day_words(one.due, today)}: {one.milestone.name}",
            (_("Open the milestone"), absolute(reverse("milestone", args=[slug, one.milestone.number]))),
        )
        for one in part.coming
    ]
    within = [(_("What waits for you"), todo), (_("What happened"), happened), (_("In the next two weeks"), coming)]
    lines = [Section(heading, lines) for heading, lines in within if lines]
    return [Section(part.title, level=2, lead=part.where), *lines]
