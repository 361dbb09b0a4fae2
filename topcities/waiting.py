"""What waits for a person in a partnership, over all rooms: the one list that Home and the weekly mail read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from agreements.models import Agreement
from agreements.standing import Standing, standings
from agreements.states import Draft
from agreements.waiting import Task, things_to_do, unsent
from partners.models import Partnership, Person, Seat
from partners.parties import Party, Role
from partners.waiting import leads_to_invite
from sprints import waiting as sprint_waiting
from sprints.models import Sprint
from sprints.waiting import Glance, glance_at


@dataclass
class Scene:
    """A partnership as all its people find it now. What is the same for many of them is looked up once."""

    agreement: Agreement
    standing: Standing
    sprint: Sprint | None
    now: datetime
    _sprint_todo: dict[Party | None, list[Task]] = field(default_factory=dict)

    @cached_property
    def glance(self) -> Glance | None:
        return glance_at(self.sprint, self.now)

    def todo(self, person: Person, seat: Seat | None) -> list[Task]:
        """What waits for this person, most urgent first. Staff, who hold no seat, are asked for the leads alone."""
        if seat is None:
            return list(self._leads_to_invite())
        party = Party(seat.party) if seat.party else None
        speaks = seat.role == Role.LEAD and not person.signed_in_by_link
        if party not in self._sprint_todo:
            found = sprint_waiting.things_to_do(self.agreement, self.sprint, party, self.now)
            self._sprint_todo[party] = found
        return [
            *things_to_do(self.agreement, self.standing, party, speaks=speaks),
            *(unsent(self.agreement, person) if party and self.agreement.draft == Draft.OPEN else []),
            *self._sprint_todo[party],
        ]

    def _leads_to_invite(self) -> Iterator[Task]:
        partnership = self.agreement.partnership
        for party in leads_to_invite([partnership], self.now)[partnership.id]:
            text = _("%(organization)s has no lead, and no invitation to one is open.")
            name = self.standing.organizations[party].name
            yield Task(text % {"organization": name}, reverse("people", args=[partnership.slug]), _("Invite a lead"))


def scenes(partnerships: Iterable[Partnership], *, now: datetime) -> dict[UUID, Scene]:
    """By the partnership's id; one without an agreement is left out. `partnerships` with their programs."""
    chosen = {partnership.pk: partnership for partnership in partnerships}
    agreements = list(Agreement.objects.with_editions().filter(partnership__in=chosen))
    sprints = {sprint.partnership_id: sprint for sprint in Sprint.objects.filter(partnership__in=chosen)}
    stands = standings(agreements)
    for owned in (*agreements, *sprints.values()):
        owned.partnership = chosen[owned.partnership_id]
    return {
        agreement.partnership_id: Scene(agreement, stands[agreement.pk], sprints.get(agreement.partnership_id), now)
        for agreement in agreements
    }
