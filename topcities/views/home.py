"""The first page: what this is, for a visitor; what waits for them, for a person who signed in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from agreements.domain.todo import Summary, summaries
from agreements.states import AgreementState
from ledger.record import last_changes
from partners.access import public
from partners.domain.todo import answers, leads_to_invite, open_handovers, waiting_for
from partners.models import Partnership, Person, Program, Seat
from partners.rules import may_start_program
from sprints.domain.todo import sprint_lines


@dataclass(frozen=True)
class HomeRow:
    """One partnership in a person's list. `yours` says that their own party has something to do."""

    partnership: Partnership
    summary: Summary | None
    since: datetime | None
    week: str
    waits_for: list[str]
    yours: bool


@public
def home(request: HttpRequest) -> HttpResponse:
    if not request.user.is_authenticated:
        return render(request, "topcities/home/welcome.html")
    found = _home_of(request.user)
    only = _only_one(found)
    if only and not may_start_program(request.user):
        return redirect("partnership", slug=only.slug)
    return render(request, "topcities/home/home.html", found)


def _only_one(found: dict[str, Any]) -> Partnership | None:
    """Who has one partnership, and nothing else here, need not choose it first."""
    rows = [*found["waiting"], *found["others"]]
    return rows[0].partnership if len(rows) == 1 and not (found["programs"] or found["invitations"]) else None


def _home_of(person: Person) -> dict[str, Any]:
    """Those that wait for the person come first; in a constant number of queries."""
    partnerships = list(
        Partnership.objects.for_user(person).select_related("program").prefetch_related("organizations", "seats")
    )
    rows = list(_rows(person, partnerships))
    return {
        "waiting": [row for row in rows if row.yours],
        "others": [row for row in rows if not row.yours],
        "programs": Program.objects.filter(staff__person=person).order_by("name"),
        "invitations": waiting_for(person, timezone.now()),
    }


def _rows(person: Person, partnerships: list[Partnership]) -> Iterable[HomeRow]:
    found, now = summaries(partnerships), timezone.now()
    since = last_changes(partnership.id for partnership in partnerships)
    in_force = {pk for pk, summary in found.items() if summary.state == AgreementState.IN_FORCE}
    seats = {partnership.id: _seat_of(person, partnership) for partnership in partnerships}
    ended = {pk for pk, summary in found.items() if summary.state == AgreementState.ENDED}
    to_invite = leads_to_invite([one for one in partnerships if seats[one.id] is None and one.id not in ended], now)
    handovers = open_handovers(partnerships)
    sprints = sprint_lines(partnerships, in_force=in_force, now=now)
    for partnership in partnerships:
        summary = found.get(partnership.id)
        waits = (summary.waits_for if summary else []) or sprints[partnership.id].waits_for
        names = {organization.party: organization.name for organization in partnership.organizations.all()}
        seat = seats[partnership.id]
        yield HomeRow(
            partnership=partnership,
            summary=summary,
            since=since.get(partnership.id),
            week=sprints[partnership.id].week,
            waits_for=[names[party] for party in waits if party in names],
            yours=(seat is not None and seat.party in waits)
            or bool(to_invite.get(partnership.id))
            or any(answers(one, person, seat) for one in handovers[partnership.id]),
        )


def _seat_of(person: Person, partnership: Partnership) -> Seat | None:
    """Their own, from what was looked up for all; none for staff."""
    seats = (seat for seat in partnership.seats.all() if seat.person_id == person.pk and seat.ended_at is None)
    return next(seats, None)
