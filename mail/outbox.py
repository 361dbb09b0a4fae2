"""The one sender of mail. A mail is a row that commits with the change it tells of; a worker sends it after.

A mail is claimed by a conditional update before it is sent, and its Message-ID never changes: a worker that dies in
between costs at most one duplicate with the same Message-ID, and never a mail.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol
from uuid import UUID

from celery import current_app
from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import F, Q

from mail.bounces import keep_provider_id
from mail.content import MailLine, Message, Section
from mail.delivery import give_back, settle, try_later
from mail.models import MailState, OutboxMail
from mail.registry import Unwritten, build_together, is_built_together, message_of, register, register_many, write
from mail.render import new_message_id
from mail.transport import Delivery, Transport, outcome_of

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser

__all__ = [
    "MailLine",
    "Message",
    "Section",
    "absolute",
    "change_address",
    "change_language",
    "message_of",
    "queue_for_each",
    "queue_mail",
    "register",
    "register_many",
    "send_waiting",
    "wake",
]

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=90)
# No mail is begun after this, and a mail server is waited for at most as long again: a sweep takes 20 seconds.
BEGIN_WITHIN = 10
SWEEP_EVERY = 10
# Claimed at once, with one look. What comes of each mail is still noted one by one.
CHUNK = 250


class Reader(Protocol):
    """A person to whom mail can go."""

    pk: Any
    email: str
    language: str


def absolute(path: str) -> str:
    """A link for a mail: always to the configured address, whatever host a request named."""
    return f"{settings.SITE_URL}{path}"


def queue_mail(
    *,
    key: str,
    kind: str,
    to: str,
    language: str,
    about: dict[str, Any],
    now: datetime,
    person: AbstractBaseUser | None = None,
    chain: UUID | None = None,
    secret: dict[str, Any] | None = None,
    urgent: bool = False,
    expires_at: datetime | None = None,
    due_at: datetime | None = None,
) -> OutboxMail:
    """Queue one mail. A key that is there already gives the row that has it: nobody is told twice."""
    fields = {
        "kind": kind,
        "to": to,
        "language": language,
        "about": about,
        "person": person,
        "chain": chain,
        "secret": secret,
        "urgent": urgent,
        "created_at": now,
        "due_at": due_at or now,
        "expires_at": expires_at,
        "message_id": new_message_id(),
    }
    queued, _made = OutboxMail.objects.get_or_create(key=key, defaults=fields)
    wake("mail.send_waiting")
    return queued


def queue_for_each(
    people: Iterable[Reader], *, key: str, kind: str, about: dict[str, Any], now: datetime, **more: Any
) -> None:
    """The same mail for each of these people, in their own language; `more` as `queue_mail` takes it."""
    for one in people:
        own: dict[str, Any] = {"to": one.email, "person": one, "language": one.language}
        queue_mail(key=f"{key}:{one.pk}", kind=kind, about=about, now=now, **own, **more)


def change_language(person: AbstractBaseUser, language: str) -> None:
    """What waits for a person leaves in the language chosen now; a code keeps that of the page which asked for it."""
    OutboxMail.objects.filter(person=person.pk, state=MailState.WAITING, secret__isnull=True).update(language=language)


def change_address(person: AbstractBaseUser, before: str, email: str) -> None:
    """What waits for a person leaves to their new address; a code stays with the old one, where it works no more."""
    waiting = OutboxMail.objects.filter(person=person.pk, state=MailState.WAITING, secret__isnull=True)
    waiting.filter(to__iexact=before).update(to=email)


def wake(task: str) -> None:
    """Call a worker's task by name when the transaction has committed. The sweep finds the rows if this is lost.

    However often it is asked for in one transaction, it is called once.
    """
    call = partial(_call, task)
    connection = transaction.get_connection()
    asked = {
        getattr(act, "args", None)
        for savepoints, act, _robust in connection.run_on_commit
        # What was asked for inside a savepoint is forgotten with it.
        if getattr(act, "func", None) is _call and savepoints <= set(connection.savepoint_ids)
    }
    if call.args not in asked:
        transaction.on_commit(call)


class _Queue:
    """A queue that is away is waited for once; until the next sweep is due, no act waits for it again."""

    away_until = 0.0


def _call(task: str) -> None:
    if time.monotonic() < _Queue.away_until:
        return
    try:
        current_app.send_task(task, expires=60, retry=False, ignore_result=True)
    except Exception as error:
        _Queue.away_until = time.monotonic() + SWEEP_EVERY
        log.warning("the queue cannot be reached; the next sweep does it: %s", type(error).__name__)


def send_waiting(now: datetime) -> int:
    """Send what is due, for at most 20 seconds, over one connection; how many were sent."""
    expire(now)
    began, post = time.monotonic(), Transport()
    # What goes into files does not wait for a mail server that is away.
    stays = Q(to__iendswith=f"@{settings.DEMO_DOMAIN}")
    try:
        return sum(_send_among(among, post, now=now, began=began) for among in (stays, ~stays))
    finally:
        post.close()


def _send_among(among: Q, post: Transport, *, now: datetime, began: float) -> int:
    sent, goes_on = 0, True
    while goes_on and (passed := time.monotonic() - began) < BEGIN_WITHIN:
        chunk = claim(now + timedelta(seconds=passed), among)
        more, goes_on = _send_chunk(chunk, post, now=now, began=began)
        sent += more
    return sent


def _send_chunk(chunk: list[OutboxMail], post: Transport, *, now: datetime, began: float) -> tuple[int, bool]:
    """Send claimed mails one after another: how many were sent, and whether to go on.

    Those that there is no time or no mail server for are given back.
    """
    sent, together = 0, build_together(chunk)
    for place, queued in enumerate(chunk):
        in_time = time.monotonic() - began < BEGIN_WITHIN
        outcome = deliver(queued, write(queued, together), post, now) if in_time else Delivery.CLOSED
        sent += outcome in (Delivery.SENT, Delivery.TAKEN_OVER)
        if outcome in (Delivery.CLOSED, Delivery.TAKEN_OVER):
            give_back(chunk[place:])
            return sent, outcome is Delivery.TAKEN_OVER
    return sent, bool(chunk)


def expire(now: datetime) -> None:
    """Mails whose time is over are no longer due, and their codes are blanked, sent or not."""
    free = Q(state=MailState.WAITING) | Q(state=MailState.SENDING, leased_until__lt=now)
    stale = OutboxMail.objects.filter(free, expires_at__lte=now)
    stale.update(state=MailState.NOT_DUE, secret=None, settled_at=now, leased_until=None)


def claim(now: datetime, among: Q) -> list[OutboxMail]:
    """The next mails to send, leased to this worker alone; codes first. More than one where they are built together."""
    waiting = Q(state=MailState.WAITING) | Q(state=MailState.SENDING, leased_until__lt=now)
    found = OutboxMail.objects.filter(waiting, among, due_at__lte=now).select_related("person")
    due = list(found.order_by("-urgent", "due_at", "pk")[:CHUNK])
    if due and is_built_together(due[0].kind):
        return _claim_chunk([queued for queued in due if queued.kind == due[0].kind], waiting, now + LEASE)
    return next(([queued] for queued in due if _claimed([queued], waiting, now + LEASE)), [])


@transaction.atomic
def _claim_chunk(rows: list[OutboxMail], waiting: Q, lease: datetime) -> list[OutboxMail]:
    """Those of them that are still free. What another worker is claiming at this moment is left to it."""
    held = OutboxMail.objects.filter(waiting, pk__in=[queued.pk for queued in rows]).select_for_update(skip_locked=True)
    free = set(held.values_list("pk", flat=True))
    chunk = [queued for queued in rows if queued.pk in free]
    return chunk if _claimed(chunk, waiting, lease) else []


def _claimed(rows: list[OutboxMail], waiting: Q, lease: datetime) -> int:
    for queued in rows:
        queued.leased_until, queued.attempts = lease, queued.attempts + 1
    return OutboxMail.objects.filter(waiting, pk__in=[queued.pk for queued in rows]).update(
        state=MailState.SENDING, leased_until=lease, attempts=F("attempts") + 1
    )


def deliver(queued: OutboxMail, mail: EmailMessage | Unwritten | None, post: Transport, now: datetime) -> Delivery:
    """Send one claimed mail and note what came of it. CLOSED: the mail server cannot be reached at all."""
    if mail is None:
        return settle(queued, Delivery.NOT_DUE, now)
    if isinstance(mail, Unwritten):
        outcome, problem = mail.means, mail.problem
    else:
        outcome, problem = outcome_of(post, mail)
        if outcome is Delivery.SENT:
            keep_provider_id(queued, mail)
    if outcome is Delivery.CLOSED:
        give_back([queued], problem)
        return outcome
    return try_later(queued, problem, now) if outcome is Delivery.LATER else settle(queued, outcome, now, problem)
