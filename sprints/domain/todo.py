"""What waits for whom in a sprint, for the pages that put the rooms together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agreements.domain.todo import Task
from agreements.models import Agreement
from partners.dates import day_words, moment_words
from partners.models import Partnership, Person
from partners.parties import Party
from sprints.domain.buy_in import OccasionRow
from sprints.domain.check_ins import week_now
from sprints.domain.datasets import DatasetState
from sprints.domain.delays import Delay
from sprints.domain.learning import stage_now
from sprints.domain.milestones import MilestoneStatus, SprintStatus, sprint_status
from sprints.domain.overview import AHEAD, SprintOverview, overviews
from sprints.domain.plan import week_of
from sprints.domain.proposals import agree_closed
from sprints.domain.states import closed_state
from sprints.domain.sustainability import review_is_near
from sprints.models import Occasion, Sprint
from sprints.plan import BUY_IN_CLAUSE, DATASETS_CLAUSE
from sprints.states import ASKS, SprintState
from sprints.timeline import CohortDay

SOON = timedelta(days=7)


def sprint_of(partnership: Partnership) -> Sprint | None:
    sprint = Sprint.objects.filter(partnership=partnership).first()
    if sprint:
        sprint.partnership = partnership
    return sprint


def standing_of(partnership: Partnership, now: datetime) -> SprintStatus | None:
    """None before the sprint has begun."""
    sprint = sprint_of(partnership)
    return sprint_status(sprint, now=now) if sprint and sprint.first_day else None


@dataclass(frozen=True)
class SprintSummary:
    """A sprint that has begun, in a few lines."""

    week: str
    late: list[Delay]
    ahead: list[MilestoneStatus]


def sprint_summary(outlook: SprintOverview | None, *, most: int = 3) -> SprintSummary | None:
    """The week, what is late, and what is due next; None before the sprint has begun."""
    if outlook is None or outlook.standing is None:
        return None
    week, ended = week_of(outlook.sprint, outlook.now), outlook.state == SprintState.ENDED
    return SprintSummary(week, outlook.delays, [] if ended else outlook.standing.ahead[:most])


@dataclass(frozen=True)
class SprintLine:
    """A sprint in one line of a list: its week (empty before it has begun), what is late, and whose turn it is, in the
    order of the screens."""

    week: str
    late: list[Delay]
    waits_for: list[Party]


def sprint_lines(partnerships: Iterable[Partnership], *, in_force: Set[UUID], now: datetime) -> dict[UUID, SprintLine]:
    """By the partnership's id, in a constant number of queries. `in_force`: those whose agreement is in force; without
    a sprint, they wait for both to propose a first day."""
    chosen = {partnership.pk: partnership for partnership in partnerships}
    sprints = list(Sprint.objects.filter(partnership__in=chosen).prefetch_related("pauses"))
    for sprint in sprints:
        sprint.partnership = chosen[sprint.partnership_id]
    found = {outlook.sprint.partnership_id: outlook for outlook in overviews(sprints, now).values()}
    return {pk: _line(one, found.get(pk), in_force=pk in in_force) for pk, one in chosen.items()}


def _line(partnership: Partnership, outlook: SprintOverview | None, *, in_force: bool) -> SprintLine:
    order = partnership.parties_on_screen() if in_force else []
    if outlook is None or (outlook.standing is None and not outlook.proposals):
        return SprintLine("", [], order)
    waits = [party for party in order if asked_of(outlook, party)]
    return SprintLine(week_of(outlook.sprint, outlook.now), outlook.delays, waits)


def sprint_todo(
    agreement: Agreement, outlook: SprintOverview | None, party: Party | None, *, speaks: bool = True
) -> list[Task]:
    """What waits for this party in the sprint, most urgent first; nothing for people of no party.

    `speaks`: the person answers for the party; its members read what waits for their lead.
    """
    state = outlook.state if outlook else closed_state(agreement.partnership, None)
    if party is None or state not in ASKS:
        return []
    if outlook is None or (outlook.standing is None and not outlook.proposals):
        says, page = _("The agreement is in force. Propose the first day of your sprint."), "sprint"
        return [Task(says, reverse(page, args=[agreement.partnership.slug]), _("Propose a first day"))]
    return [*asked_of(outlook, party, speaks=speaks), *_week_by_week(outlook, party)]


def asked_of(outlook: SprintOverview, party: Party, *, speaks: bool = True) -> list[Task]:
    """What waits for this party, but for what is asked of everybody week by week. Nothing where both rest."""
    if outlook.state not in ASKS:
        return []
    return [
        *_proposals(outlook, party, speaks=speaks),
        *_sign_offs(outlook, "milestone", party, speaks=speaks),
        *_late(outlook, party),
        *_sign_offs(outlook, "finding", party, speaks=speaks),
        *[one.task for one in outlook.vacancies if party in one.waits_for],
        *_datasets(outlook, party),
        *_sign_offs(outlook, "decision", party, speaks=speaks),
        *_sign_offs(outlook, "report", party, speaks=speaks),
        *_buy_in(outlook, party),
        *_sign_offs(outlook, "plan", party, speaks=speaks),
        *_plan_review(outlook),
    ]


def _proposals(outlook: SprintOverview, party: Party, *, speaks: bool) -> Iterator[Task]:
    yours = _("A proposal for the plan waits for your answer.")
    leads = _("A proposal for the plan waits for your lead.")
    for one in outlook.proposals:
        if one.party != party and not agree_closed(one, outlook.now):
            url = reverse("proposal", args=[outlook.sprint.partnership.slug, one.number])
            yield Task(yours if speaks else leads, url, _("Read the proposal"))


def _sign_offs(outlook: SprintOverview, kind: str, party: Party, *, speaks: bool) -> Iterator[Task]:
    for subject in outlook.subjects.get(kind, []):
        if party in subject.waits_for:
            yield Task(subject.todo(speaks=speaks), subject.url, str(subject.open_label))


def _late(outlook: SprintOverview, party: Party) -> Iterator[Task]:
    """The late milestones that this party leads; of what waits for a sign-off its own line speaks."""
    for delay in outlook.delays:
        one = delay.milestone
        if one and party in delay.waits_for and party not in one.subject.waits_for:
            says = ngettext("Late by %(n)s day: %(title)s", "Late by %(n)s days: %(title)s", delay.days)
            yield Task(says % {"n": delay.days, "title": delay.name}, delay.url, _("Open the milestone"))


def _datasets(outlook: SprintOverview, party: Party) -> Iterator[Task]:
    """Where the clause has gone, a late dataset waits for nobody in particular."""
    slug, says = outlook.sprint.partnership.slug, _("A dataset is later than promised: %(title)s")
    for row in outlook.datasets:
        if row.state == DatasetState.LATE and outlook.holders.get(DATASETS_CLAUSE) == party:
            url = reverse("dataset", args=[slug, row.dataset.number])
            yield Task(says % {"title": row.dataset.title}, url, _("Open the dataset"))


def _week_by_week(outlook: SprintOverview, party: Party) -> list[Task]:
    if outlook.standing is None:
        return []
    return [*_learning(outlook, party), *_check_in(outlook, party)]


def _check_in(outlook: SprintOverview, party: Party) -> Iterator[Task]:
    week = week_now(outlook.sprint, outlook.now)
    if week and (week, party) not in outlook.checked_in:
        url = reverse("check_ins", args=[outlook.sprint.partnership.slug])
        yield Task(_("Say in a minute how week %(week)s goes.") % {"week": week}, url, _("Check in"))


def _learning(outlook: SprintOverview, party: Party) -> Iterator[Task]:
    stage = stage_now(outlook.sprint, outlook.now)
    if stage and (stage, party) not in outlook.noted:
        url = reverse("learning", args=[outlook.sprint.partnership.slug])
        yield Task(_("Note what your people can do now, so that it shows what grows."), url, _("Note it"))


def _buy_in(outlook: SprintOverview, party: Party) -> Iterator[Task]:
    """It waits for whoever promised to win it, while the sprint lasts; the sponsor has a page of their own."""
    if outlook.holders.get(BUY_IN_CLAUSE) != party or week_now(outlook.sprint, outlook.now) is None:
        return
    slug = outlook.sprint.partnership.slug
    for row in outlook.occasions:
        if row.buy_in is None and not row.is_ahead:
            yield Task(_says(row), reverse("buy_in", args=[slug]), _("Open executive buy-in"))
    if not outlook.has_sponsor:
        url = reverse("people", args=[slug])
        yield Task(_("Nobody has the executive sponsor's seat yet."), url, _("Invite them"))


def _says(row: OccasionRow) -> str:
    if not row.days_late:
        if row.occasion == Occasion.START:
            return _("The executive sponsor's support is asked for in the first week.")
        return _("The executive sponsor's support of the concept is asked for this week.")
    if row.occasion == Occasion.START:
        says = ngettext(
            "The executive sponsor's support is %(days)s day late.",
            "The executive sponsor's support is %(days)s days late.",
            row.days_late,
        )
    else:
        says = ngettext(
            "The executive sponsor's support of the concept is %(days)s day late.",
            "The executive sponsor's support of the concept is %(days)s days late.",
            row.days_late,
        )
    return says % {"days": row.days_late}


def _plan_review(outlook: SprintOverview) -> Iterator[Task]:
    """The day on which both sides look again at the plan that they signed off."""
    for plan in outlook.subjects.get("plan", []):
        if plan.answers.both and review_is_near(plan.row, outlook.today):
            says = _("Look at the sustainability plan again, and set the day of the next review.")
            yield Task(says, plan.url, str(plan.open_label))


def taken_on(outlook: SprintOverview | None, person: Person) -> list[Task]:
    """What this person took on in a meeting, and is late or due within a week."""
    if outlook is None or outlook.state not in ASKS:
        return []
    late, due = _("You took this on, and its day was %(day)s: %(what)s"), _("You took this on until %(day)s: %(what)s")
    slug, today = outlook.sprint.partnership.slug, outlook.today
    return [
        Task(
            (late if item.due < today else due) % {"day": day_words(item.due), "what": item.what},
            reverse("meeting", args=[slug, item.meeting.number]),
            _("Open the meeting"),
        )
        for item in outlook.items
        if item.owner_id == person.pk and item.due <= today + SOON
    ]


Dated = tuple[date, str, str, str]


def coming_up(outlook: SprintOverview | None, days: Iterable[CohortDay], partnership: Partnership) -> list[Task]:
    """The milestones that are due and the meetings in the next two weeks, in the order of their days; and these days
    of the whole program, which come before a sprint begins and while it rests, too."""
    dated = [*_own_days(outlook), *(_cohort_day(day, outlook, partnership) for day in days)]
    return [Task(capfirst(text), *rest) for _day, text, *rest in sorted(dated, key=lambda one: one[0])]


def _cohort_day(day: CohortDay, outlook: SprintOverview | None, partnership: Partnership) -> Dated:
    zone, slug = partnership.program.zone, partnership.slug
    words = _("%(when)s: %(what)s (of the whole program)")
    text = words % {"when": moment_words(day.starts_at, zone), "what": day.what}
    begun = outlook is not None and outlook.standing is not None
    page = (reverse("meetings", args=[slug]), _("Open the meetings"))
    at_home = (reverse("partnership", args=[slug]), _("Open your partnership"))
    return (day.starts_at.astimezone(zone).date(), text, *(page if begun else at_home))


def _own_days(outlook: SprintOverview | None) -> list[Dated]:
    if outlook is None or outlook.standing is None or outlook.state not in ASKS:
        return []
    slug, today = outlook.sprint.partnership.slug, outlook.today
    dated: list[Dated] = [
        (
            one.due,
            f"{day_words(one.due)}: {one.milestone.name}",
            reverse("milestone", args=[slug, one.milestone.number]),
            _("Open the milestone"),
        )
        for one in outlook.standing.ahead
        if one.due <= today + AHEAD
    ]
    for meeting in outlook.meetings:
        zone = meeting.zone
        words = f"{moment_words(meeting.starts_at, zone)}: {meeting.title}"
        page = reverse("meeting", args=[slug, meeting.number])
        dated.append((meeting.starts_at.astimezone(zone).date(), words, page, _("Open the meeting")))
    return dated
