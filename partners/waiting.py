"""What waits for a person from this room, for the pages that put the rooms together. Reads only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from partners.emails import subject_of
from partners.models import Invitation, Person
from partners.tokens import token_for


@dataclass(frozen=True)
class Waiting:
    """One thing to do: what, where, and since when."""

    text: str
    url: str
    since: datetime


def waiting_for(person: Person, now: datetime) -> list[Waiting]:
    """Invitations that the person has not answered. Their own address is proved, so the link is theirs to see."""
    rows = (
        Invitation.objects.filter(
            email=person.email, accepted_at=None, declined_at=None, cancelled_at=None, expires_at__gt=now
        )
        .select_related("partnership", "program")
        .prefetch_related("partnership__organizations")
    )
    return [
        Waiting(
            text=_("You are invited: %(what)s") % {"what": subject_of(invitation)},
            url=reverse("invitation", args=[token_for(invitation)]),
            since=invitation.invited_at,
        )
        for invitation in rows.order_by("invited_at", "pk")
    ]
