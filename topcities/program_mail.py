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

from mail.models import MailState, OutboxMail
from mail.outbox import message_of
from mail.resend import SETTLED, may_go_again, shown_to_others
from partners.models import Partnership, Program, Seat
from topcities.weekly import digest

CODE, TO_STAFF = "sign-in code", "weekly staff"
COUNTED = timedelta(days=30)
# What each kind of mail is about. Those that staff may read tell nothing but states, dates and names.
NAMES: dict[str, Promise] = {
    digest.KIND: _("Weekly mail"),
    TO_STAFF: _("Weekly mail to staff"),
    CODE: _("Code to sign in"),
    "invitation": _("Invitation"),
    "invitation accepted": _("An invitation was accepted"),
    "invitation declined": _("An invitation was declined"),
    "seat ended": _("A seat was ended"),
    "lead offered": _("Somebody is asked to take over the lead"),
    "lead declined": _("Taking over the lead was declined"),
    "lead offer taken back": _("Nobody is asked to take over the lead any more"),
    "lead changed": _("A side has a new lead"),
    "lead claimed": _("Somebody asks for the lead of a side"),
    "lead claim ended": _("Nobody asks for the lead of a side any more"),
    "changes wait": _("Changes of the agreement wait"),
    "opened for signing": _("The agreement is open for signing"),
    "signed by one": _("The other side has signed"),
    "reopened": _("The agreement was reopened"),
    "in force": _("The agreement is in force"),
    "sealed copy ready": _("The sealed copy is ready"),
    "ended": _("The agreement has ended"),
    "amendment started": _("An amendment was started"),
    "paper.uploaded": _("A signature on paper waits"),
    "paper.refused": _("A signature on paper does not count"),
    "nudge": _("A reminder from the other side, or from staff"),
    "sprint.changes": _("Changes of the sprint wait"),
}
OPEN = {"invitation", "invitation accepted", "seat ended", "opened for signing", "signed by one", "in force"}
OPEN |= {"sealed copy ready", "amendment started", "lead changed"}


@dataclass(frozen=True)
class MailRow:
    """One mail. `again`: it can be sent once more. `readable`: staff may read what it says."""

    notice: OutboxMail
    name: str
    again: bool
    readable: bool

    @property
    def state(self) -> str:
        """sent, waiting, trouble, over, given up or returned: what the list tells apart."""
        if self.notice.returned_at:
            return "returned"
        if self.notice.state in {MailState.WAITING, MailState.SENDING}:
            return "trouble" if self.notice.problem else "waiting"
        ended: dict[str, str] = {MailState.SENT: "sent", MailState.NOT_DUE: "over"}
        return ended.get(self.notice.state, "given up")


def mails_of(program: Program) -> QuerySet[OutboxMail]:
    """Of itself and its partnerships, and what goes to their people by themselves, until they left: weekly mails and
    codes."""
    seats = Seat.objects.filter(partnership__program=program, person=OuterRef("person"))
    held = seats.filter(Q(ended_at=None) | Q(ended_at__gte=OuterRef("created_at")))
    about = Q(chain__in=program.partnerships.values("pk")) | Q(chain=program.chain)
    about |= Q(Exists(held), kind__in=[digest.KIND, CODE])
    about |= Q(kind=TO_STAFF, person__in=program.staff.values("person"))
    return OutboxMail.objects.filter(about).select_related("person").order_by("-created_at", "-pk")


def row_of(notice: OutboxMail, now: datetime) -> MailRow:
    return MailRow(
        notice=notice,
        name=str(NAMES.get(notice.kind, _("Mail about the partnership"))),
        again=notice.kind != CODE and may_go_again(notice, now),
        readable=notice.kind in OPEN,
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


def preview(notice: OutboxMail) -> tuple[str, str] | None:
    """(subject, text) as its reader would get it now, without what is theirs alone; None when it is no longer due."""
    message = message_of(notice)
    return (message.subject, shown_to_others(notice, message)) if message else None


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
    by_person = given_up.filter(seats, ~Exists(own), chain=None, kind__in=[digest.KIND, CODE])
    found = about.values_list("chain", "to").union(by_person.values_list("person__seats__partnership", "to"))
    return Counter(partnership for partnership, _to in found if partnership)
