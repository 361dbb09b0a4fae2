"""The weekly mail: where each partnership stands, what waits for this person, what the other side did, what comes.

It is written when it leaves, from the same lists as the pages. Its row in the outbox has one key a person and local
week, so that two clocks, a clock that jumps, or a worker that starts anew never make two.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agreements.domain.clause_status import AgreementStatus
from agreements.domain.todo import Task
from agreements.models import Agreement
from agreements.states import AgreementState
from ledger.models import Event
from ledger.record import REFUSED, last_changes
from mail.models import OutboxMail
from mail.outbox import MailLine, Message, Section, absolute, register_many
from partners.domain.names import both_names
from partners.models import Partnership, Person, Seat, WeeklyMail
from partners.parties import Party
from partners.tokens import stop_token_for
from programs.domain.days import cohort_days
from programs.domain.mail import WEEKLY
from programs.domain.notes import notes_since
from programs.models import Note
from sprints.domain.check_in_links import CheckInLink, links_of
from sprints.domain.check_ins import week_now
from sprints.domain.delays import late_in_words
from sprints.domain.overview import AHEAD
from sprints.domain.todo import SprintSummary, coming_up
from sprints.timeline import CohortDay
from topcities.history import HistoryEntry, entries
from topcities.todo import PartnershipOverview, partnership_overviews
from topcities.weekly.truncate import LINES, cut, shares, shortened

SINCE = timedelta(days=7)
# Where nothing has happened for so long, one mail says so, and the next one comes when something waits or happens.
SILENT = timedelta(days=28)
LONGEST_SUBJECT = 120
MOST_PARTS, MOST_TO_DO, MOST_NEWS = 4, 12, 6
KEPT = timedelta(days=400)


@dataclass(frozen=True)
class DigestPart:
    """One partnership in a person's mail. `of_both`: its reader is of no party, and reads what both did."""

    partnership: Partnership
    title: str
    week: str
    where: str
    todo: list[Task]
    happened: list[str]
    of_both: bool = False
    coming: list[Task] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    is_quiet: bool = False
    check_in: CheckInLink | None = None


def parts_for(people: Collection[Person], *, now: datetime) -> dict[UUID, list[DigestPart]]:
    """Each one's partnerships, by their id, those that wait for them first. What has ended is left out; and unless
    something waits there, a sprint that rests or is over, and what was silent for weeks before any sprint."""
    readers = {person.pk: person for person in people}
    # Four or more sit in one partnership, and hundreds are in one program: each of these is read once.
    held = Seat.objects.filter(person__in=people, ended_at=None).prefetch_related("partnership__program")
    seats = list(held.order_by("started_at", "pk"))
    found = partnership_overviews([seat.partnership for seat in seats], readers=people, now=now)
    happened, since = _happened(found.values()), last_changes(found)
    notes, days = notes_since(found, now - SINCE, now), _days_ahead(found.values(), now)
    parts: dict[UUID, list[DigestPart]] = {pk: [] for pk in readers}
    for seat in seats:
        seat.person, scene = readers[seat.person_id], found.get(seat.partnership_id)
        if scene and not scene.agreement.ended_at:
            part = _part(seat, scene, happened[seat.partnership_id], since.get(seat.partnership_id, now))
            coming = coming_up(scene.outlook, days[seat.partnership.program_id], seat.partnership)
            part = replace(part, notes=notes[seat.partnership_id], coming=coming)
            parts[seat.person_id] += [part] if part.todo or part.notes or not part.is_quiet else []
    return {pk: sorted(some, key=lambda part: not part.todo) for pk, some in parts.items()}


def _days_ahead(found: Iterable[PartnershipOverview], now: datetime) -> dict[int, list[CohortDay]]:
    """Those of the next two weeks, by their program's id."""
    days, until = cohort_days({scene.agreement.partnership.program_id for scene in found}), now + AHEAD
    return {pk: [day for day in some if day.is_ahead(now) and day.starts_at <= until] for pk, some in days.items()}


def _part(
    seat: Seat, scene: PartnershipOverview, happened: Mapping[Party | None, list[str]], since: datetime
) -> DigestPart:
    """`since`: when something happened there last."""
    glance, silent = scene.glance, scene.glance is None and scene.now - since
    where = _where(scene.agreement, scene.standing, glance)
    if silent and SILENT - SINCE < silent <= SILENT:
        where += " " + _("Nothing has happened here for three weeks. The next mail comes when something does.")
    return DigestPart(
        partnership=scene.agreement.partnership,
        title=_title(scene.standing),
        week=glance.week if glance else "",
        where=where,
        todo=scene.todo(seat.person, seat),
        happened=happened[Party(seat.party) if seat.party else None],
        of_both=seat.party is None,
        is_quiet=scene.is_quiet or bool(silent and silent > SILENT),
        check_in=_check_in(seat, scene),
    )


def _check_in(seat: Seat, scene: PartnershipOverview) -> CheckInLink | None:
    """The week that this side has said nothing of yet, for somebody who may."""
    if not seat.party or scene.outlook is None or scene.outlook.standing is None:
        return None
    sprint = scene.outlook.sprint
    week = week_now(sprint, scene.now)
    if week is None or (week, seat.party) in scene.outlook.checked_in:
        return None
    return CheckInLink(seat.person, sprint, week, Party(seat.party))


def _title(standing: AgreementStatus) -> str:
    order = standing.agreement.partnership.parties_on_screen()
    return _(" and ").join(standing.organizations[party].name for party in order)


def _where(agreement: Agreement, standing: AgreementStatus, glance: SprintSummary | None) -> str:
    if glance and glance.late:
        return f"{glance.week}. {late_in_words(glance.late)}"
    if glance:
        return f"{glance.week}."
    if agreement.state != AgreementState.DRAFTING:
        return f"{_('Agreement')}: {AgreementState(agreement.state).label}."
    agreed = sum(on_clause.settled for on_clause in standing.clauses)
    words = _("%(done)s of %(all)s parts of the agreement are agreed.")
    return words % {"done": agreed, "all": len(standing.clauses)}


def _happened(found: Collection[PartnershipOverview]) -> dict[UUID, dict[Party | None, list[str]]]:
    """What was done in the last seven days, newest first, by partnership and reader: for a party what the other side
    did, for those of no party what both did. In three queries."""
    told: dict[UUID, dict[Party | None, list[str]]] = {}
    events, people, side_of = _events(found)
    for scene in found:
        pk = scene.agreement.partnership_id
        rows = [(side, event) for event in events[pk] if event.actor and (side := side_of.get((pk, event.actor)))]
        entries_by = {
            reader: entries(
                [event for side, event in rows if side != reader],
                people=people,
                organizations={party: one.name for party, one in scene.standing.organizations.items()},
                clauses={one.clause.key: one.name for one in scene.standing.clauses},
            )
            for reader in (*Party, None)
        }
        told[pk] = {reader: _in_short(some) for reader, some in entries_by.items()}
    return told


def _events(
    found: Collection[PartnershipOverview],
) -> tuple[dict[UUID, list[Event]], dict[UUID, Person], dict[tuple[UUID, UUID], Party]]:
    """The events of these partnerships, newest first; who acted; and for which party, by partnership and person."""
    chains = [scene.agreement.partnership_id for scene in found]
    events: dict[UUID, list[Event]] = defaultdict(list)
    now = max((scene.now for scene in found), default=None)
    if now is None:
        return events, {}, {}
    recent = Event.objects.filter(chain__in=chains, at__gt=now - SINCE, at__lte=now).exclude(kind=REFUSED)
    for event in recent.select_related("content").order_by("-sequence"):
        events[event.chain].append(event)
    seats = Seat.objects.filter(partnership__in=chains).exclude(party=None)
    rows = seats.values_list("partnership", "person", "party")
    side_of = {(chain, pk): Party(party) for chain, pk, party in rows if party}
    acted = {pk for chain, some in events.items() for event in some if (pk := event.actor) and (chain, pk) in side_of}
    return events, Person.objects.in_bulk(acted), side_of


def _in_short(entries: list[HistoryEntry]) -> list[str]:
    """A line each; of many alike by one person the newest, and how many more there are."""
    alike = Counter((entry.who, entry.kind) for entry in entries)
    lines: dict[object, str] = {}
    for entry in entries:
        more = alike[entry.who, entry.kind] - 1
        key = (entry.who, entry.kind) if more > 1 else entry.sequence
        words = ngettext("%(what)s (and %(n)s more like this)", "%(what)s (and %(n)s more like this)", more)
        what = f"{entry.who} {entry.what}"
        lines.setdefault(key, words % {"what": what, "n": more} if more > 1 else what)
    return list(lines.values())


# --- The mail ----------------------------------------------------------------------------------------------


@register_many(WEEKLY, kept=KEPT)
def weekly(rows: list[OutboxMail]) -> dict[int, Message]:
    """None for somebody who stopped it, rests from it, takes part in nothing any more, or has nothing to read."""
    readers = [(queued, person) for queued in rows if (person := queued.person) and wants(queued, person)]
    now = max((queued.due_at for queued, _person in readers), default=None)
    parts = parts_for([person for _notice, person in readers], now=now) if now else {}
    messages = {queued.pk: digest_message(person, parts[person.pk]) for queued, person in readers}
    return {pk: message for pk, message in messages.items() if message}


def wants(queued: OutboxMail, person: Person) -> bool:
    """Whether the mail of this local day is still for this person. Rows of an earlier version do not hold the day."""
    return person.wants_weekly_mail(date.fromisoformat(queued.about.get("day", queued.due_at.date().isoformat())))


def digest_message(person: Person, parts: list[DigestPart]) -> Message | None:
    """In the active language; None where it says nothing that this person wants to read."""
    todo = sum(len(part.todo) for part in parts)
    if not parts or not (todo or person.weekly_mail == WeeklyMail.ALWAYS):
        return None
    only = parts[0].partnership if len(parts) == 1 else None
    home = reverse("partnership", args=[only.slug]) if only else reverse("home")
    return Message(
        subject=_subject(parts, todo),
        about=both_names(only) if only else "",
        paragraphs=[] if todo else [_("Nothing waits for you this week. Thank you: all that was yours to do is done.")],
        sections=[*_sections(parts[:MOST_PARTS]), *_elsewhere(parts[MOST_PARTS:])],
        button=(_("Open your partnership") if only else _("Open your partnerships"), absolute(home)),
        reply_to=parts[0].partnership.program.contact_email,
        stop=absolute(reverse("mail_stop", args=[stop_token_for(person)])),
        settings_url=absolute(reverse("mail")),
    )


def _subject(parts: list[DigestPart], todo: int) -> str:
    waits = ngettext("%(n)s thing waits for you", "%(n)s things wait for you", todo) % {"n": todo}
    if not todo:
        waits = _("nothing waits for you this week") if parts[0].week else _("Nothing waits for you this week")
    if todo == 1:
        only = next(task.text for part in parts for task in part.todo)
        waits = cut(only.rstrip("."), LONGEST_SUBJECT)
    weeks = {part.week for part in parts if part.week}
    return f"{weeks.pop()}: {waits}" if len(weeks) == 1 else waits


def _sections(parts: list[DigestPart]) -> Iterator[Section]:
    """Each partnership with its lists, those first that wait for the reader."""
    to_do = shares([len(part.todo) for part in parts], MOST_TO_DO)
    rooms = [min(len(some), MOST_NEWS) for part in parts for some in (part.happened, part.coming)]
    rest = shares(rooms, LINES - sum(to_do))
    for part, most, happened, coming in zip(parts, to_do, rest[::2], rest[1::2], strict=True):
        todo, slug, news = (
            _todo(part),
            part.partnership.slug,
            _("What both did") if part.of_both else _("What the other side did"),
        )
        within = [
            (_("What waits for you"), _linked(todo), most, (_("Open your partnership"), "partnership")),
            (news, [MailLine(says) for says in part.happened], happened, (_("See what happened"), "history")),
            (_("In the next two weeks"), _linked(part.coming), coming, (_("Open the sprint"), "sprint")),
        ]
        yield Section(part.title, level=2, lead=part.where)
        if part.check_in:
            yield _week_asked(part.check_in)
        if part.notes:
            notes = [MailLine(f"{one.written_by.name}: “{one.words}”") for one in part.notes]
            yield Section(_("From the program's staff"), notes)
        for heading, lines, room, (label, page) in within:
            if lines:
                yield Section(heading, shortened(lines, room, (label, absolute(reverse(page, args=[slug])))))


def _week_asked(link: CheckInLink) -> Section:
    says = _(
        "Choose one. The page that opens has one button: Send. It answers in your name, so keep this mail to yourself."
    )
    heading = _("How does week %(week)s go?") % {"week": link.week}
    return Section(heading, lead=says, answers=[(str(rating.label), page) for rating, page in links_of(link)])


def _todo(part: DigestPart) -> list[Task]:
    """Without the check-in, where its answers stand above."""
    asked = reverse("check_ins", args=[part.partnership.slug])
    return [task for task in part.todo if not (part.check_in and task.url == asked)]


def _linked(tasks: list[Task]) -> list[MailLine]:
    return [MailLine(task.text, (task.label, absolute(task.url))) for task in tasks]


def _elsewhere(parts: list[DigestPart]) -> Iterator[Section]:
    """Those partnerships that the mail has no room for."""
    if parts:
        number, todo = len(parts), sum(len(part.todo) for part in parts)
        heading = ngettext("In %(n)s partnership more", "In %(n)s partnerships more", number) % {"n": number}
        waits = ngettext("%(n)s thing waits for you there.", "%(n)s things wait for you there.", todo) % {"n": todo}
        says = waits if todo else _("Nothing waits for you there.")
        yield Section(heading, [MailLine(says, (_("Open your partnerships"), absolute(reverse("home"))))], level=2)
