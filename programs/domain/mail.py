"""The mail of a program as its staff see it: to whom, of what, and what came of it. Reads only.

Staff see that a mail left and for what. Of what a mail says they read no more than they may read on the pages.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from agreements.domain import mail_kinds as agreements
from mail.models import MailState, OutboxMail
from mail.outbox import message_of
from mail.resend import SETTLED, may_go_again, shown_to_others
from partners.domain import mail_kinds as partners
from partners.models import Partnership, Program, Seat
from programs.domain import mail_kinds as own
from sprints.domain import mail_kinds as sprints

CODE, WEEKLY, WEEKLY_TO_STAFF = "sign-in code", "weekly", "weekly staff"
SPRINT_OVER = "sprint over"
COUNTED = timedelta(days=30)
# What each kind of mail is about: each room has its own table, and this is the one of the mails that are made here.
NAMES: dict[str, Promise] = {
    WEEKLY: _("Weekly mail"),
    WEEKLY_TO_STAFF: _("Weekly mail to staff"),
    SPRINT_OVER: _("All weeks of a sprint are over"),
    **partners.NAMES,
    **agreements.NAMES,
    **sprints.NAMES,
    **own.NAMES,
}
OPEN = partners.OPEN | agreements.OPEN


@dataclass(frozen=True)
class MailRow:
    """One mail. `again`: it can be sent once more. `readable`: staff may read what it says."""

    queued: OutboxMail
    name: str
    again: bool
    readable: bool

    @property
    def state(self) -> str:
        """sent, waiting, trouble, over, given up or returned: what the list tells apart."""
        if self.queued.returned_at:
            return "returned"
        if self.queued.state in {MailState.WAITING, MailState.SENDING}:
            return "trouble" if self.queued.problem else "waiting"
        ended: dict[str, str] = {MailState.SENT: "sent", MailState.NOT_DUE: "over"}
        return ended.get(self.queued.state, "given up")


def mails_of(program: Program) -> QuerySet[OutboxMail]:
    """Of itself and its partnerships, and what goes to their people by themselves, until they left: weekly mails and
    codes."""
    seats = Seat.objects.filter(partnership__program=program, person=OuterRef("person"))
    held = seats.filter(Q(ended_at=None) | Q(ended_at__gte=OuterRef("created_at")))
    about = Q(chain__in=program.partnerships.values("pk")) | Q(chain=program.chain)
    about |= Q(Exists(held), kind__in=[WEEKLY, CODE])
    about |= Q(kind=WEEKLY_TO_STAFF, person__in=program.staff.values("person"))
    return OutboxMail.objects.filter(about).select_related("person").order_by("-created_at", "-pk")


def row_of(queued: OutboxMail, now: datetime) -> MailRow:
    return MailRow(
        queued=queued,
        name=str(NAMES.get(queued.kind, _("Mail about the partnership"))),
        again=queued.kind != CODE and may_go_again(queued, now),
        readable=queued.kind in OPEN,
    )


def counts_of(program: Program, now: datetime) -> dict[str, int]:
    """How many wait, how many are in trouble, were sent, given up and came back in thirty days, in one query."""
    returned = Q(returned_at__isnull=False)
    waiting = Q(state__in=[MailState.WAITING, MailState.SENDING])
    return (
        mails_of(program)
        .filter(waiting | Q(created_at__gt=now - COUNTED))
        .order_by()
        .aggregate(
            waiting=Count("pk", filter=waiting),
            trouble=Count("pk", filter=waiting & ~Q(problem="")),
            sent=Count("pk", filter=Q(state=MailState.SENT)),
            given_up=Count("pk", filter=Q(state=MailState.GIVEN_UP) & ~returned),
            returned=Count("pk", filter=returned),
        )
    )


def preview(queued: OutboxMail) -> tuple[str, str] | None:
    """(subject, text) as its reader would get it now, without what is theirs alone; None when it is no longer due."""
    message = message_of(queued)
    return (message.subject, shown_to_others(queued, message)) if message else None


def refused_addresses(partnerships: Iterable[Partnership]) -> Counter[UUID]:
    """How many addresses of a partnership cannot be reached: the latest mail to them was given up, or came back.

    A weekly mail and a code are about no partnership: they count for those in which their reader has a seat.
    """
    ids = [partnership.id for partnership in partnerships]
    settled = OutboxMail.objects.filter(to=OuterRef("to"), state__in=SETTLED, pk__gt=OuterRef("pk"))
    given_up = OutboxMail.objects.filter(state=MailState.GIVEN_UP)
    about = given_up.filter(~Exists(settled.filter(chain=OuterRef("chain"))), chain__in=ids)
    seats = Q(person__seats__partnership__in=ids, person__seats__ended_at=None)
    own = settled.filter(chain=None, person=OuterRef("person"))
    by_person = given_up.filter(seats, ~Exists(own), chain=None, kind__in=[WEEKLY, CODE])
    found = about.values_list("chain", "to").union(by_person.values_list("person__seats__partnership", "to"))
    return Counter(partnership for partnership, _to in found if partnership)
