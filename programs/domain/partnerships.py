"""The partnerships of a program as its staff look after them: whose turn, and what only staff can do. Reads only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from agreements.domain.todo import Summary, summaries
from agreements.states import AgreementState
from ledger.record import last_changes
from partners.domain.todo import leads_to_invite, open_handovers
from partners.models import Handover, Invitation, Partnership
from partners.parties import Party
from programs.domain.mail import refused_addresses
from sprints.domain.delays import Delay
from sprints.domain.todo import sprint_lines


@dataclass(frozen=True)
class PartnershipRow:
    """One partnership, in a line of the list. `to_invite`: the organizations for which staff must find a lead;
    `to_check`: whoever asks for a lead that is said to be gone."""

    partnership: Partnership
    names: list[tuple[Party, str]]
    summary: Summary | None
    since: datetime | None
    week: str
    late: list[Delay]
    waits_for: list[str]
    to_invite: list[str]
    to_check: list[Handover]
    open_invitations: list[Invitation]
    mail_refused: int


def partnership_rows(partnerships: list[Partnership], now: datetime) -> Iterator[PartnershipRow]:
    """The partnerships in this order, in a constant number of queries."""
    by_partnership = summaries(partnerships)
    in_force = {pk for pk, summary in by_partnership.items() if summary.state == AgreementState.IN_FORCE}
    sprints = sprint_lines(partnerships, in_force=in_force, now=now)
    invitations = _open_invitations(partnerships)
    ended = {pk for pk, summary in by_partnership.items() if summary.state == AgreementState.ENDED}
    to_invite = leads_to_invite([one for one in partnerships if one.id not in ended], now)
    handovers = open_handovers(partnerships)
    refused, since = refused_addresses(partnerships), last_changes(partnership.id for partnership in partnerships)
    for partnership in partnerships:
        names = {organization.party: organization.name for organization in partnership.organizations.all()}
        summary = by_partnership.get(partnership.id)
        waits_for = (summary.waits_for if summary else []) or sprints[partnership.id].waits_for
        yield PartnershipRow(
            partnership=partnership,
            names=[(party, names.get(party, "")) for party in partnership.parties_on_screen()],
            summary=summary,
            since=since.get(partnership.id),
            week=sprints[partnership.id].week,
            late=sprints[partnership.id].late,
            waits_for=[names.get(party, "") for party in waits_for if party not in to_invite.get(partnership.id, [])],
            to_invite=[names.get(party, "") for party in to_invite.get(partnership.id, [])],
            to_check=[one for one in handovers[partnership.id] if one.is_claim],
            open_invitations=invitations[partnership.id],
            mail_refused=refused[partnership.id],
        )


def _open_invitations(partnerships: Iterable[Partnership]) -> dict[UUID | None, list[Invitation]]:
    """What staff may have to look after, by partnership."""
    found: dict[UUID | None, list[Invitation]] = defaultdict(list)
    for invitation in Invitation.objects.to_look_after().filter(partnership__in=list(partnerships)):
        found[invitation.partnership_id].append(invitation)
    return found
