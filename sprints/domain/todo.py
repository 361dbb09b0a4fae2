"""What waits for whom in a sprint, for the pages that put the rooms together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from agreements.domain.todo import Task
from agreements.models import Agreement
from agreements.states import AgreementState
from partners.dates import day_words, moment_words
from partners.models import Partnership, Person
from partners.parties import Party
from sprints.domain.milestones import MilestoneStatus, sprint_statuses, today_of
from sprints.domain.overview import AHEAD, SprintOverview
from sprints.domain.sustainability import review_is_near
from sprints.domain.todo_decisions import deciders, decisions_todo, sign_off_asked
from sprints.domain.todo_research import research_todo
from sprints.models import Proposal, Sprint

SOON = timedelta(days=7)


def sprint_of(partnership: Partnership) -> Sprint | None:
    sprint = Sprint.objects.filter(partnership=partnership).first()
    if sprint:
        sprint.partnership = partnership
    return sprint


def week_of(sprint: Sprint | None, now: datetime) -> str:
    """ "Week 7 of 18", as every page says it; empty where no sprint has begun."""
    if sprint is None or sprint.first_day is None:
        return ""
    week = sprint.timeline.week_of(today_of(sprint, now))
    if week == 0:
        return _("Starts soon")
    words = _("All %(weeks)s weeks are over") if week > sprint.weeks else _("Week %(week)s of %(weeks)s")
    return words % {"week": week, "weeks": sprint.weeks}


@dataclass(frozen=True)
class SprintSummary:
    """A sprint that has begun, in a few lines."""

    week: str
    late: list[MilestoneStatus]
    ahead: list[MilestoneStatus]


def sprint_summary(outlook: SprintOverview | None, *, most: int = 3) -> SprintSummary | None:
    """The week, what is late, and what is due next; None before the sprint has begun."""
    if outlook is None or outlook.standing is None:
        return None
    week = week_of(outlook.sprint, outlook.now)
    return SprintSummary(week, outlook.standing.late, outlook.standing.ahead[:most])


def weeks_of(partnerships: Iterable[Partnership], now: datetime) -> dict[UUID, str]:
    """The same for many partnerships, by their id, in one query; those whose sprint has not begun are left out."""
    begun = Sprint.objects.filter(partnership__in=list(partnerships), first_day__isnull=False)
    return {one.partnership_id: week_of(one, now) for one in begun.select_related("partnership__program")}


def turns(partnerships: Iterable[Partnership], *, in_force: Set[UUID], now: datetime) -> dict[UUID, list[Party]]:
    """Whom the sprints of these partnerships wait for, in the order of their screens, in a constant number of queries.

    `in_force` are those whose agreement is in force: without a sprint, they wait for both to propose a first day.
    """
    chosen = {partnership.id: partnership for partnership in partnerships if partnership.id in in_force}
    sprints = list(Sprint.objects.filter(partnership__in=chosen).select_related("partnership__program"))
    waiting: dict[UUID, set[Party]] = {pk: set() for pk in chosen}
    for pk, party in Proposal.objects.filter(sprint__in=sprints, settled_at=None).values_list(
        "sprint__partnership", "party"
    ):
        waiting[pk].add(Party(party).other)
    for standing in sprint_statuses([one for one in sprints if one.first_day], now=now).values():
        waiting[standing.sprint.partnership_id] |= {party for party in Party if standing.waiting_for(party)}
    partnership_of = {one.pk: one.partnership_id for one in sprints}
    for sprint, parties in deciders(sprints).items():
        waiting[partnership_of[sprint]] |= parties
    begun = {one.partnership_id for one in sprints if one.first_day}
    for pk, parties in waiting.items():
        if pk not in begun and not parties:
            parties.update(Party)
    return {pk: [party for party in chosen[pk].parties_on_screen() if party in waiting[pk]] for pk in waiting}


def sprint_todo(
    agreement: Agreement, outlook: SprintOverview | None, party: Party | None, *, speaks: bool = True
) -> list[Task]:
    """What waits for this party in the sprint, most urgent first; nothing for people of no party.

    `speaks`: the person answers for the party; its members read what waits for their lead.
    """
    if party is None or agreement.state != AgreementState.IN_FORCE:
        return []
    if outlook is None or (outlook.standing is None and not outlook.proposals):
        says, page = _("The agreement is in force. Propose the first day of your sprint."), "sprint"
        return [Task(says, reverse(page, args=[agreement.partnership.slug]), _("Propose a first day"))]
    return [
        *_proposals(outlook, party, speaks=speaks),
        *_sign_offs(outlook, party, speaks=speaks),
        *research_todo(outlook, party, speaks=speaks),
        *decisions_todo(outlook, party, speaks=speaks),
        *_plan(outlook, party, speaks=speaks),
    ]


def _proposals(outlook: SprintOverview, party: Party, *, speaks: bool) -> Iterator[Task]:
    yours, leads = (
        _("A proposal for the plan waits for your answer."),
        _("A proposal for the plan waits for your lead."),
    )
    for one in outlook.proposals:
        if one.party != party:
            url = reverse("proposal", args=[outlook.sprint.partnership.slug, one.number])
            yield Task(yours if speaks else leads, url, _("Read the proposal"))


def _sign_offs(outlook: SprintOverview, party: Party, *, speaks: bool) -> Iterator[Task]:
    says = sign_off_asked(speaks=speaks)
    for one in outlook.standing.waiting_for(party) if outlook.standing else []:
        url = reverse("milestone", args=[outlook.sprint.partnership.slug, one.milestone.number])
        yield Task(says % {"title": one.milestone.name}, url, _("Open the milestone"))


def _plan(outlook: SprintOverview, party: Party, *, speaks: bool) -> Iterator[Task]:
    """The sustainability plan: the other side signed it off, or the day of its review is near."""
    plan, url = outlook.plan, reverse("sustainability", args=[outlook.sprint.partnership.slug])
    if plan is None or plan.changed_at is None:
        return
    if party in outlook.plan_waits_for:
        yield Task(sign_off_asked(speaks=speaks) % {"title": _("sustainability plan")}, url, _("Open the plan"))
    if outlook.plan_is_agreed and review_is_near(plan, outlook.today):
        says = _("Look at the sustainability plan again, and set the day of the next review.")
        yield Task(says, url, _("Open the plan"))


def taken_on(outlook: SprintOverview | None, person: Person) -> list[Task]:
    """What this person took on in a meeting, and is late or due within a week."""
    if outlook is None:
        return []
    late, due = _("You took this on, and its day was %(day)s: %(what)s"), _("You took this on until %(day)s: %(what)s")
    slug, today = outlook.sprint.partnership.slug, outlook.today
    return [
        Task(
            (late if item.due < today else due) % {"day": day_words(item.due, today), "what": item.what},
            reverse("meeting", args=[slug, item.meeting.number]),
            _("Open the meeting"),
        )
        for item in outlook.items
        if item.owner_id == person.pk and item.due <= today + SOON
    ]


def coming_up(outlook: SprintOverview | None) -> list[Task]:
    """The milestones that are due and the meetings in the next two weeks, in the order of their days."""
    if outlook is None or outlook.standing is None:
        return []
    slug, today = outlook.sprint.partnership.slug, outlook.today
    dated = [
        (
            one.due,
            f"{day_words(one.due, today)}: {one.milestone.name}",
            reverse("milestone", args=[slug, one.milestone.number]),
            _("Open the milestone"),
        )
        for one in outlook.standing.ahead
        if one.due <= today + AHEAD
    ]
    for meeting in outlook.meetings:
        zone = ZoneInfo(meeting.time_zone)
        words = f"{moment_words(meeting.starts_at, zone, today)}: {meeting.title}"
        page = reverse("meeting", args=[slug, meeting.number])
        dated.append((meeting.starts_at.astimezone(zone).date(), words, page, _("Open the meeting")))
    return [Task(capfirst(text), *rest) for _day, text, *rest in sorted(dated, key=lambda one: one[0])]
