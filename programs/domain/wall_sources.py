"""All that is read to say how partnerships stand on the wall: as many queries for a hundred as for one. Reads only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Max, Min

from agreements.domain.clause_status import AgreementStatus, agreement_statuses
from agreements.models import Agreement
from ledger.models import Event
from ledger.record import REFUSED
from partners.domain.sharing import seen_by_staff
from partners.domain.todo import leads_to_invite, open_handovers
from partners.models import Handover, Invitation, Partnership, Seat, Shared
from partners.parties import Party, Role
from sprints.domain.overview import SprintOverview, overviews
from sprints.models import CheckIn, Meeting, Sprint

LONGEST_MEETING = timedelta(hours=12)


@dataclass(frozen=True)
class Sources:
    """All that is read of some partnerships, by the partnership's id."""

    agreements: Mapping[UUID, AgreementStatus]
    sprints: Mapping[UUID, SprintOverview]
    ratings: Mapping[UUID, Mapping[tuple[int, str], str]]
    acts: Mapping[UUID, Mapping[str, datetime]]
    meetings: Mapping[UUID, Meeting]
    no_lead: Mapping[UUID, list[Party]]
    claims: Mapping[UUID, list[Handover]]
    expires: Mapping[UUID, datetime]
    now: datetime


def sources_of(partnerships: Iterable[Partnership], now: datetime) -> Sources:
    """`partnerships` with their programs."""
    known = {one.pk: one for one in partnerships}
    agreements = list(Agreement.objects.with_editions().filter(partnership__in=known))
    for agreement in agreements:
        agreement.partnership = known[agreement.partnership_id]
    stands = agreement_statuses(agreements)
    sprints = list(Sprint.objects.filter(partnership__in=known).prefetch_related("pauses"))
    for sprint in sprints:
        sprint.partnership = known[sprint.partnership_id]
    handovers = open_handovers(known.values())
    invited = Invitation.objects.open_at(now).filter(partnership__in=known, role=Role.LEAD).order_by()
    return Sources(
        agreements={one.partnership_id: stands[one.pk] for one in agreements},
        sprints={one.sprint.partnership_id: one for one in overviews(sprints, now).values()},
        ratings=_ratings(known),
        acts=_last_acts(known),
        meetings=_next_meetings(known, now),
        no_lead=leads_to_invite(known.values(), now),
        claims={pk: [one for one in handovers[pk] if one.is_claim] for pk in known},
        expires=dict(invited.values_list("partnership").annotate(Min("expires_at"))),
        now=now,
    )


def _ratings(partnerships: Iterable[UUID]) -> dict[UUID, dict[tuple[int, str], str]]:
    """By week and party; no entry where they are not shared."""
    shared = seen_by_staff(partnerships)
    found: dict[UUID, dict[tuple[int, str], str]] = {pk: {} for pk in shared if Shared.CHECK_INS in shared[pk]}
    said = CheckIn.objects.filter(sprint__partnership__in=found, replaced_at=None).order_by()
    for pk, week, party, rating in said.values_list("sprint__partnership", "week", "party", "rating"):
        found[pk][week, party] = rating
    return found


def _last_acts(partnerships: Iterable[UUID]) -> dict[UUID, dict[str, datetime]]:
    """When somebody of each side last did something; whoever has left counts for the side on which they were."""
    ids = list(partnerships)
    seats = Seat.objects.filter(partnership__in=ids, party__isnull=False).order_by("started_at", "pk")
    sides = {(pk, person): party for pk, person, party in seats.values_list("partnership", "person", "party")}
    events = Event.objects.filter(chain__in=ids, actor__isnull=False).exclude(kind=REFUSED).order_by()
    found: dict[UUID, dict[str, datetime]] = defaultdict(dict)
    for chain, actor, at in events.values_list("chain", "actor").annotate(Max("at")):
        if party := sides.get((chain, actor)):
            found[chain][party] = max(at, found[chain].get(party, at))
    return found


def _next_meetings(partnerships: Iterable[UUID], now: datetime) -> dict[UUID, Meeting]:
    """The next one that is not over, whoever has called it."""
    ahead = Meeting.objects.filter(sprint__partnership__in=list(partnerships), cancelled_at=None)
    found: dict[UUID, Meeting] = {}
    for meeting in ahead.filter(starts_at__gt=now - LONGEST_MEETING).select_related("sprint").order_by("starts_at"):
        if meeting.ends_at > now:
            found.setdefault(meeting.sprint.partnership_id, meeting)
    return found
