"""What waits for a person in a partnership, over all rooms: the one list that Home and the weekly mail read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from agreements.domain.clause_status import AgreementStatus, agreement_statuses
from agreements.domain.todo import Task, agreement_todo, drafts_of, unsent
from agreements.models import Agreement, WordingDraft
from agreements.states import Draft
from partners.domain.todo import answers, leads_to_invite, open_handovers
from partners.models import Handover, Organization, Partnership, Person, Seat
from partners.parties import Party, Role
from partners.rules import came_by_link
from programs.domain.publications import publication_asked, publication_todo
from sprints.domain import todo as sprint_waiting
from sprints.domain.overview import SprintOverview, overviews
from sprints.domain.todo import SprintSummary, sprint_summary
from sprints.models import Sprint
from sprints.states import QUIET


@dataclass
class PartnershipOverview:
    """A partnership as all its people find it now. What is the same for many of them is looked up once."""

    agreement: Agreement
    standing: AgreementStatus
    outlook: SprintOverview | None
    drafts: Mapping[UUID, list[WordingDraft]]
    handovers: list[Handover]
    now: datetime
    publication_asked: list[Party] = field(default_factory=list)
    _sprint_todo: dict[tuple[Party | None, bool], list[Task]] = field(default_factory=dict)

    @cached_property
    def glance(self) -> SprintSummary | None:
        return sprint_summary(self.outlook)

    @property
    def is_quiet(self) -> bool:
        """Its sprint rests, is over or has ended: no week of it is worth a mail of its own."""
        return self.outlook is not None and self.outlook.state in QUIET

    def todo(self, person: Person, seat: Seat | None) -> list[Task]:
        """What waits for this person, most urgent first. Staff, who hold no seat, are asked for the leads alone."""
        if seat is None:
            return [*self._leads_to_answer(person, seat), *self._leads_to_invite()]
        party = Party(seat.party) if seat.party else None
        speaks = seat.role == Role.LEAD and not came_by_link(person)
        if (party, speaks) not in self._sprint_todo:
            found = sprint_waiting.sprint_todo(self.agreement, self.outlook, party, speaks=speaks)
            self._sprint_todo[party, speaks] = found
        return [
            *self._leads_to_answer(person, seat),
            *agreement_todo(self.agreement, self.standing, party, speaks=speaks),
            *self._sprint_todo[party, speaks],
            *(publication_todo(self.agreement.partnership, self.publication_asked, party) if speaks else []),
            *sprint_waiting.taken_on(self.outlook, person),
            # Nobody else waits for these.
            *(unsent(self.agreement, self.drafts[person.pk]) if party and self.agreement.draft == Draft.OPEN else []),
        ]

    def _leads_to_answer(self, person: Person, seat: Seat | None) -> Iterator[Task]:
        """Where this person is asked to take over a lead, or has a say on somebody who asks for it."""
        for handover in self.handovers:
            if answers(handover, person, seat):
                yield lead_to_answer(handover, self.agreement.partnership, self.standing.organizations)

    def _leads_to_invite(self) -> Iterator[Task]:
        partnership = self.agreement.partnership
        if self.agreement.ended_at:
            return
        for party in leads_to_invite([partnership], self.now)[partnership.id]:
            yield lead_to_invite(party, partnership, self.standing.organizations)


def lead_to_answer(handover: Handover, partnership: Partnership, organizations: Mapping[str, Organization]) -> Task:
    text = _("%(who)s asks you to take over the lead of your side.")
    if handover.is_claim:
        text = _("%(who)s asks for the lead for %(organization)s, and says that its lead is gone.")
    values = {"who": handover.asked_by.name, "organization": organizations[Party(handover.party)].name}
    page = "lead_claim" if handover.is_claim else "lead_offer"
    return Task(text % values, reverse(page, args=[partnership.slug, handover.pk]), _("Read and answer"))


def lead_to_invite(party: Party, partnership: Partnership, organizations: Mapping[str, Organization]) -> Task:
    text = _("%(organization)s has no lead, and no invitation to one is open.")
    name = organizations[party].name
    return Task(text % {"organization": name}, reverse("people", args=[partnership.slug]), _("Invite a lead"))


def partnership_overviews(
    partnerships: Iterable[Partnership], *, readers: Iterable[Person], now: datetime
) -> dict[UUID, PartnershipOverview]:
    """By the partnership's id, in a constant number of queries; one without an agreement is left out.

    `partnerships` with their programs; `readers` are those whose todo is asked for.
    """
    chosen = {partnership.pk: partnership for partnership in partnerships}
    agreements = list(Agreement.objects.with_editions().filter(partnership__in=chosen))
    sprints = {sprint.partnership_id: sprint for sprint in Sprint.objects.filter(partnership__in=chosen)}
    for agreement in agreements:
        agreement.partnership = chosen[agreement.partnership_id]
    for sprint in sprints.values():
        sprint.partnership = chosen[sprint.partnership_id]
    stands, ahead = agreement_statuses(agreements), overviews(list(sprints.values()), now)
    drafts, handovers = drafts_of(agreements, readers), open_handovers(chosen.values())
    asked = publication_asked(chosen)
    return {
        agreement.partnership_id: PartnershipOverview(
            agreement=agreement,
            standing=stands[agreement.pk],
            outlook=ahead[found.pk] if (found := sprints.get(agreement.partnership_id)) else None,
            drafts=drafts[agreement.pk],
            handovers=handovers[agreement.partnership_id],
            now=now,
            publication_asked=asked.get(agreement.partnership_id, []),
        )
        for agreement in agreements
    }
