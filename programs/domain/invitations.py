"""The leads that a program invited: who came, who has not yet, since when, and what came of the mail. Reads only."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from mail.models import OutboxMail
from partners.models import Invitation, Partnership, Program
from partners.parties import Party, Role
from programs.domain.mail import MailRow, row_of


@dataclass(frozen=True)
class InvitationRow:
    """One lead who was invited. `state`: accepted, open, too old or declined; `mail` is the last one that was sent."""

    invitation: Invitation
    names: list[tuple[Party, str]]
    state: str
    mail: MailRow | None

    @property
    def again(self) -> bool:
        """Whether the same invitation can be sent once more; who declined is asked by a corrected one."""
        return self.state in {"open", "too old"}


def lead_invitations(program: Program) -> QuerySet[Invitation]:
    """Of the leads, in partnerships whose agreement has not ended; of a corrected one, what took its place."""
    own = Invitation.objects.filter(partnership__program=program, role=Role.LEAD, cancelled_at=None, replaced_by=None)
    own = own.filter(partnership__agreement__ended_at=None)
    return own.select_related("partnership").prefetch_related("partnership__organizations")


def waiting_invitations(program: Program) -> QuerySet[Invitation]:
    """Not accepted yet, the oldest first."""
    return lead_invitations(program).filter(accepted_at=None).order_by("invited_at", "pk")


def accepted_invitations(program: Program) -> QuerySet[Invitation]:
    return lead_invitations(program).filter(accepted_at__isnull=False).order_by("-accepted_at", "pk")


def invitation_rows(invitations: Iterable[Invitation], now: datetime) -> list[InvitationRow]:
    """In this order, in one query for all of their mails."""
    rows = list(invitations)
    mails = OutboxMail.objects.filter(kind="invitation", chain__in={one.partnership_id for one in rows}).order_by("pk")
    last = {queued.about.get("invitation"): queued for queued in mails}
    return [_row(one, last.get(str(one.pk)), now) for one in rows]


def _row(invitation: Invitation, queued: OutboxMail | None, now: datetime) -> InvitationRow:
    mail = row_of(queued, now) if queued else None
    return InvitationRow(invitation, _names(invitation.partnership), _state(invitation, now), mail)


def _names(partnership: Partnership | None) -> list[tuple[Party, str]]:
    """The organizations in the order of their screens, from what was prefetched."""
    if partnership is None:
        return []
    named = {organization.party: organization.name for organization in partnership.organizations.all()}
    return [(party, named.get(party, "")) for party in partnership.parties_on_screen()]


def _state(invitation: Invitation, now: datetime) -> str:
    if invitation.accepted_at:
        return "accepted"
    if invitation.declined_at:
        return "declined"
    return "open" if invitation.expires_at > now else "too old"
