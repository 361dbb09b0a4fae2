"""What waits for a person in a partnership, over all rooms: the one list that Home and the weekly mail read."""

from __future__ import annotations

from datetime import datetime

from agreements.models import Agreement
from agreements.standing import Standing
from agreements.states import Draft
from agreements.waiting import Task, things_to_do, unsent
from partners import rules
from partners.models import Person, Seat
from partners.parties import Party
from sprints import waiting as sprint_waiting
from sprints.models import Sprint


def what_waits(
    person: Person, seat: Seat | None, agreement: Agreement, standing: Standing, sprint: Sprint | None, *, now: datetime
) -> list[Task]:
    """Most urgent first. `agreement` with its editions; nothing for those who hold no seat on a side."""
    party = Party(seat.party) if seat and seat.party else None
    speaks = rules.assents(person, agreement.partnership)
    return [
        *things_to_do(agreement, standing, party, speaks=speaks),
        *(unsent(agreement, person) if agreement.draft == Draft.OPEN else []),
        *sprint_waiting.things_to_do(agreement, sprint, party, now),
    ]
