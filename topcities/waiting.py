"""What waits for a person in a partnership, over all rooms: the one list that Home and the weekly mail read."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from agreements.models import Agreement
from agreements.standing import Standing
from agreements.states import Draft
from agreements.waiting import Task, things_to_do, unsent
from partners import rules
from partners.models import Partnership, Person, Seat
from partners.parties import Party
from partners.waiting import leads_to_invite
from sprints import waiting as sprint_waiting
from sprints.models import Sprint


def what_waits(
    person: Person, seat: Seat | None, agreement: Agreement, standing: Standing, sprint: Sprint | None, *, now: datetime
) -> list[Task]:
    """Most urgent first. `agreement` with its editions. Staff, who hold no seat, are asked for the leads alone."""
    if seat is None:
        return list(_leads_to_invite(agreement.partnership, standing, now))
    party = Party(seat.party) if seat.party else None
    speaks = rules.assents(person, agreement.partnership)
    return [
        *things_to_do(agreement, standing, party, speaks=speaks),
        *(unsent(agreement, person) if agreement.draft == Draft.OPEN else []),
        *sprint_waiting.things_to_do(agreement, sprint, party, now),
    ]


def _leads_to_invite(partnership: Partnership, standing: Standing, now: datetime) -> Iterator[Task]:
    for party in leads_to_invite([partnership], now)[partnership.id]:
        text = _("%(organization)s has no lead, and no invitation to one is open.")
        name = standing.organizations[party].name
        yield Task(text % {"organization": name}, reverse("people", args=[partnership.slug]), _("Invite a lead"))
