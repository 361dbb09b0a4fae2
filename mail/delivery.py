"""What came of a mail, noted on its row while the lease is ours."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import F, QuerySet

from mail.models import MailState, OutboxMail
from mail.transport import Delivery

FIRST_WAIT = timedelta(seconds=20)
LONGEST_WAIT = timedelta(minutes=30)
# With these waits, more than four days.
MOST_ATTEMPTS = 200
ENDS = {Delivery.SENT: MailState.SENT, Delivery.NOT_DUE: MailState.NOT_DUE, Delivery.NEVER: MailState.GIVEN_UP}


def settle(queued: OutboxMail, outcome: Delivery, now: datetime, problem: str = "") -> Delivery:
    """The end of a queued mail: sent, no longer due, or given up. Its code is blanked.

    TAKEN_OVER: the lease is another worker's by now, such as after a clock that jumped ahead.
    """
    is_ours = _change(queued, state=ENDS[outcome], settled_at=now, secret=None, problem=problem[:500])
    return outcome if is_ours or outcome is not Delivery.SENT else Delivery.TAKEN_OVER


def try_later(queued: OutboxMail, problem: str, now: datetime) -> Delivery:
    """Wait longer after each try, for more than four days; then give up."""
    if queued.attempts >= MOST_ATTEMPTS:
        return settle(queued, Delivery.NEVER, now, problem)
    _change(queued, state=MailState.WAITING, due_at=now + wait_after(queued.attempts), problem=problem[:500])
    return Delivery.LATER


def wait_after(attempts: int) -> timedelta:
    return min(LONGEST_WAIT, FIRST_WAIT * 2.0 ** min(attempts - 1, 10))


def give_back(chunk: list[OutboxMail], problem: str = "") -> None:
    """They were not tried: no mail server was there, or no time. However long that lasts, it counts as no attempt."""
    why = {"problem": problem[:500]} if problem else {}
    _ours(chunk).update(state=MailState.WAITING, attempts=F("attempts") - 1, leased_until=None, **why)


def _change(queued: OutboxMail, **fields: object) -> bool:
    """Whether it was still ours to change."""
    return bool(_ours([queued]).update(leased_until=None, **fields))


def _ours(chunk: list[OutboxMail]) -> QuerySet[OutboxMail]:
    """Those of them, claimed at once, whose lease is ours: who was held up does not undo what another did since."""
    lease = chunk[0].leased_until
    return OutboxMail.objects.filter(pk__in=[one.pk for one in chunk], state=MailState.SENDING, leased_until=lease)
