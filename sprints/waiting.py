"""What waits for whom in a sprint, for the pages that put the rooms together."""

from __future__ import annotations

from collections.abc import Iterable, Set
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from agreements.models import Agreement
from agreements.states import AgreementState
from agreements.waiting import Task
from partners.models import Partnership
from partners.parties import Party
from sprints.awaited import awaited
from sprints.models import Proposal, Sprint
from sprints.owned import product_of
from sprints.standing import MilestoneStanding, standing_of, standings, today_of
from sprints.sustaining import plan_of, plan_standing, review_is_near
from sprints.voiced import deciders, voiced


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
class Glance:
    """A sprint that has begun, in a few lines."""

    week: str
    late: list[MilestoneStanding]
    ahead: list[MilestoneStanding]


def glance_at(sprint: Sprint | None, now: datetime, *, most: int = 3) -> Glance | None:
    """The week, what is late, and what is due next; None before the sprint has begun."""
    if sprint is None or sprint.first_day is None:
        return None
    standing = standing_of(sprint, now=now)
    return Glance(week_of(sprint, now), standing.late, standing.ahead[:most])


def weeks_of(partnerships: Iterable[Partnership], now: datetime) -> dict[UUID, str]:
    """The same for many partnerships, by their id, in one query; those whose sprint has not begun are left out."""
    begun = Sprint.objects.filter(partnership__in=list(partnerships), first_day__isnull=False)
    return {one.partnership_id: week_of(one, now) for one in begun.select_related("partnership__program")}


def turns(partnerships: Iterable[Partnership], *, in_force: Set[UUID], now: datetime) -> dict[UUID, list[Party]]:
    """Whom the sprints of these partnerships wait for, in the order of their screens, in a constant number of queries.

    `in_force` are those whose agreement is in force: without a sprint, they wait for both to propose a first day.
    """
    partnerships = {partnership.id: partnership for partnership in partnerships if partnership.id in in_force}
    sprints = list(Sprint.objects.filter(partnership__in=partnerships).select_related("partnership__program"))
    waiting: dict[UUID, set[Party]] = {pk: set() for pk in partnerships}
    for pk, party in Proposal.objects.filter(sprint__in=sprints, settled_at=None).values_list(
        "sprint__partnership", "party"
    ):
        waiting[pk].add(Party(party).other)
    for standing in standings([one for one in sprints if one.first_day], now=now).values():
        waiting[standing.sprint.partnership_id] |= {party for party in Party if standing.waiting_for(party)}
    partnership_of = {one.pk: one.partnership_id for one in sprints}
    for pk, parties in deciders(sprints).items():
        waiting[partnership_of[pk]] |= parties
    begun = {one.partnership_id for one in sprints if one.first_day}
    for pk, parties in waiting.items():
        if pk not in begun and not parties:
            parties.update(Party)
    return {pk: [party for party in partnerships[pk].parties_on_screen() if party in waiting[pk]] for pk in waiting}


def things_to_do(agreement: Agreement, sprint: Sprint | None, party: Party | None, now: datetime) -> list[Task]:
    """What waits for this party in the sprint, most urgent first; nothing for people of no party."""
    if party is None or agreement.state != AgreementState.IN_FORCE:
        return []
    slug = agreement.partnership.slug
    if sprint is None or (sprint.first_day is None and not sprint.proposals.filter(settled_at=None).exists()):
        says = _("The agreement is in force. Propose the first day of your sprint.")
        return [Task(says, reverse("sprint", args=[slug]), _("Propose a first day"))]
    return [
        *_proposals(slug, sprint, party),
        *_sign_offs(slug, sprint, party, now),
        *awaited(sprint, party, now),
        *voiced(sprint, party, now),
        *_plan(slug, sprint, party, now),
    ]


def _proposals(slug: str, sprint: Sprint, party: Party) -> list[Task]:
    waiting = Proposal.objects.filter(sprint=sprint, settled_at=None).exclude(party=party)
    says = _("A proposal for the plan waits for your answer.")
    return [Task(says, reverse("proposal", args=[slug, one.number]), _("Read the proposal")) for one in waiting]


def _sign_offs(slug: str, sprint: Sprint, party: Party, now: datetime) -> list[Task]:
    if sprint.first_day is None:
        return []
    waiting = standing_of(sprint, now=now).waiting_for(party)
    says = _("Your sign-off is asked for: %(title)s")
    return [
        Task(
            says % {"title": one.milestone.name},
            reverse("milestone", args=[slug, one.milestone.number]),
            _("Open the milestone"),
        )
        for one in waiting
    ]


def _plan(slug: str, sprint: Sprint, party: Party, now: datetime) -> list[Task]:
    """The sustainability plan: the other side signed it off, or the day of its review is near."""
    plan = plan_of(sprint)
    if plan.changed_at is None:
        return []
    says, voices = [], plan_standing(plan, product_of(sprint)).voices
    if voices.says_yes(party.other) and not voices.says_yes(party):
        says.append(_("Your sign-off is asked for: sustainability plan"))
    if voices.both and review_is_near(plan, today_of(sprint, now)):
        says.append(_("Look at the sustainability plan again, and set the day of the next review."))
    return [Task(text, reverse("sustainability", args=[slug]), _("Open the plan")) for text in says]
