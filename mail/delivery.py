"""What came of a mail, noted on its row while the lease is ours."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, timedelta

from django.db import DatabaseError, connection
from django.db.models import F

from mail.models import MailState, OutboxMail
from mail.transport import Delivery

FIRST_WAIT = timedelta(seconds=20)
LONGEST_WAIT = timedelta(minutes=30)
# With these waits, more than four days.
MOST_ATTEMPTS = 200

NOTE_SENT = """UPDATE ledger_notice
    SET state = 'sent', settled_at = %s, secret = NULL, problem = '', leased_until = NULL
    WHERE id = %s AND state = 'sending' AND leased_until = %s"""


LIGHTLY = {
    "sqlite": ("PRAGMA synchronous = NORMAL", "PRAGMA synchronous = FULL"),
    "postgresql": ("SET synchronous_commit TO off", "SET synchronous_commit TO DEFAULT"),
}
# PostgreSQL plans it once for many mails: that takes as long as to do it.
PLANNED = f"PREPARE note_sent (timestamptz, bigint, timestamptz) AS {NOTE_SENT % ('$1', '$2', '$3')}"
AS_PLANNED, FORGET_PLAN = "EXECUTE note_sent (%s, %s, %s)", "DEALLOCATE note_sent"
_note_sent_by: ContextVar[str] = ContextVar("_note_sent_by", default=NOTE_SENT)


@contextmanager
def light_notes() -> Iterator[None]:
    """What is noted here outlives a worker that is killed, but does not wait for the disk: after a power cut, the mails
    of the last moment may be sent once more with the same Message-ID. Half of the time of sending would go into that.
    """
    if connection.in_atomic_block or connection.vendor not in LIGHTLY:
        yield
        return
    lightly, fully = LIGHTLY[connection.vendor]
    _tell_database(lightly)
    planned = connection.vendor == "postgresql" and _does(PLANNED)
    before = _note_sent_by.set(AS_PLANNED if planned else NOTE_SENT)
    try:
        yield
    finally:
        _note_sent_by.reset(before)
        if planned:
            _does(FORGET_PLAN)
        _tell_database(fully)


def _tell_database(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def _does(statement: str) -> bool:
    """False where a pool of connections gives each statement another one: there nothing can be planned ahead."""
    try:
        _tell_database(statement)
    except DatabaseError:
        return False
    return True


def settle(notice: OutboxMail, outcome: Delivery, now: datetime, problem: str = "") -> Delivery:
    """The end of a notice: sent, no longer due, or given up. Its code is blanked."""
    if outcome is Delivery.SENT:
        return _note_sent(notice, now)
    state = {
        Delivery.SENT: MailState.SENT,
        Delivery.NOT_DUE: MailState.NOT_DUE,
        Delivery.NEVER: MailState.GIVEN_UP,
    }[outcome]
    _change(notice, state=state, settled_at=now, secret=None, problem=problem[:500])
    return outcome


def _note_sent(notice: OutboxMail, now: datetime) -> Delivery:
    """As `_change`, in plain SQL: after each mail, and to build the statement anew would take as long as to send it.

    TAKEN_OVER: the lease is another worker's by now, such as after a clock that jumped ahead.
    """
    moment, by = connection.ops.adapt_datetimefield_value, _note_sent_by.get()
    values = [moment(now), notice.pk, moment(notice.leased_until)]
    with connection.cursor() as cursor:
        try:
            cursor.execute(by, values)
        except DatabaseError:
            # Planned on another connection of a pool. The mail has left: it must be noted all the same.
            if by == NOTE_SENT:
                raise
            cursor.execute(NOTE_SENT, values)
        return Delivery.SENT if cursor.rowcount else Delivery.TAKEN_OVER


def try_later(notice: OutboxMail, problem: str, now: datetime) -> Delivery:
    """Wait longer after each try, for more than four days; then give up."""
    if notice.attempts >= MOST_ATTEMPTS:
        return settle(notice, Delivery.NEVER, now, problem)
    _change(notice, state=MailState.WAITING, due_at=now + wait_after(notice.attempts), problem=problem[:500])
    return Delivery.LATER


def wait_after(attempts: int) -> timedelta:
    return min(LONGEST_WAIT, FIRST_WAIT * 2 ** min(attempts - 1, 10))


def give_back(chunk: list[OutboxMail], problem: str = "") -> None:
    """They were not tried: no mail server was there, or no time. However long that lasts, it counts as no attempt."""
    why = {"problem": problem[:500]} if problem else {}
    for lease in {notice.leased_until for notice in chunk}:
        ours = OutboxMail.objects.filter(
            pk__in=[notice.pk for notice in chunk], state=MailState.SENDING, leased_until=lease
        )
        ours.update(state=MailState.WAITING, attempts=F("attempts") - 1, leased_until=None, **why)


def _change(notice: OutboxMail, **fields: object) -> None:
    """Only while the lease is ours: a worker that was held up does not undo what another one did since."""
    ours = OutboxMail.objects.filter(pk=notice.pk, state=MailState.SENDING, leased_until=notice.leased_until)
    ours.update(leased_until=None, **fields)
