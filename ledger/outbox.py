"""The one sender of mail. A mail is a row that commits with the change it tells of; a worker sends it after.

A mail is claimed by a conditional update before it is sent, and its Message-ID never changes: a worker that dies in
between costs at most one duplicate with the same Message-ID, and never a mail.
"""

from __future__ import annotations

import logging
import secrets
import time
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING
from uuid import UUID

from celery import current_app
from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils import translation

from ledger.message import Line, Mail, Message, Section, mail_of
from ledger.models import Notice, NoticeState
from ledger.post import Outcome, Post, is_address, outcome_of
from ledger.returned import keep_provider_id
from ledger.settling import give_back, light_notes, settle, try_later

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser

__all__ = [
    "Builder",
    "Line",
    "Message",
    "Section",
    "absolute",
    "kept_for",
    "message_of",
    "queue_notice",
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
CHUNK = 100


@dataclass(frozen=True)
class Unwritten:
    """Why a mail cannot be written, and what that means for it."""

    problem: str
    means: Outcome


Builder = Callable[[Notice], Message | None]
# The messages of many notices, by a notice's id; one that is left out is no longer due.
ManyBuilder = Callable[[list[Notice]], dict[int, Message]]
_builders: dict[str, Builder] = {}
_many_builders: dict[str, ManyBuilder] = {}
_kept: dict[str, timedelta] = {}


def register(kind: str, *, kept: timedelta | None = None) -> Callable[[Builder], Builder]:
    """Name the function that builds the messages of a kind. It returns None for one that is no longer due.

    `kept`: how long the rows of this kind stay once they are settled. Without it they stay, and say who was told what.
    """

    def remember(builder: Builder) -> Builder:
        _builders[kind] = builder
        if kept is not None:
            _kept[kind] = kept
        return builder

    return remember


def register_many(kind: str, *, kept: timedelta | None = None) -> Callable[[ManyBuilder], ManyBuilder]:
    """As `register`, for a kind whose messages are built together, so that many cost as many queries as one.

    All the notices that it is given at once are in one language, which is the active one.
    """

    def remember(builder: ManyBuilder) -> ManyBuilder:
        _many_builders[kind] = builder
        register(kind, kept=kept)(lambda notice: builder([notice]).get(notice.pk))
        return builder

    return remember


def kept_for() -> dict[str, timedelta]:
    """The kinds of mail whose settled rows are cleared, and after how long."""
    return dict(_kept)


def absolute(path: str) -> str:
    """A link for a mail: always to the configured address, whatever host a request named."""
    return f"{settings.SITE_URL}{path}"


def queue_notice(
    *,
    key: str,
    kind: str,
    to: str,
    language: str,
    about: dict,
    now: datetime,
    person: AbstractBaseUser | None = None,
    chain: UUID | None = None,
    secret: dict | None = None,
    urgent: bool = False,
    expires_at: datetime | None = None,
    due_at: datetime | None = None,
) -> Notice:
    """Queue one mail. A key that is there already gives the notice that has it: nobody is told twice."""
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
        "message_id": f"<{secrets.token_hex(16)}@{settings.SITE_HOST or 'localhost'}>",
    }
    notice, _made = Notice.objects.get_or_create(key=key, defaults=fields)
    wake("ledger.send_notices")
    return notice


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
    began, post = time.monotonic(), Post()
    # What goes into files does not wait for a mail server that is away.
    stays = Q(to__iendswith=f"@{settings.DEMO_DOMAIN}")
    try:
        return sum(_send_among(among, post, now=now, began=began) for among in (stays, ~stays))
    finally:
        post.close()


def _send_among(among: Q, post: Post, *, now: datetime, began: float) -> int:
    sent, goes_on = 0, True
    while goes_on and (passed := time.monotonic() - began) < BEGIN_WITHIN:
        chunk = claim(now + timedelta(seconds=passed), among)
        more, goes_on = _send_chunk(chunk, post, now=now, began=began)
        sent += more
    return sent


def _send_chunk(chunk: list[Notice], post: Post, *, now: datetime, began: float) -> tuple[int, bool]:
    """Send claimed mails one after another: how many were sent, and whether to go on.

    Those that there is no time or no mail server for are given back.
    """
    sent, together = 0, build_together(chunk)
    # All are written before the first one leaves: a mail server that has let us in is not kept waiting.
    mails = [write(notice, together) for notice in chunk]
    with light_notes():
        for place, (notice, mail) in enumerate(zip(chunk, mails, strict=True)):
            in_time = time.monotonic() - began < BEGIN_WITHIN
            outcome = deliver(notice, mail, post, now) if in_time else Outcome.CLOSED
            if outcome is Outcome.CLOSED:
                give_back(chunk[place:])
                return sent, False
            sent += outcome is Outcome.SENT
    return sent, bool(chunk)


def expire(now: datetime) -> None:
    """Mails whose time is over are no longer due, and their codes are blanked, sent or not."""
    free = Q(state=NoticeState.WAITING) | Q(state=NoticeState.SENDING, leased_until__lt=now)
    stale = Notice.objects.filter(free, expires_at__lte=now)
    stale.update(state=NoticeState.NOT_DUE, secret=None, settled_at=now, leased_until=None)


def claim(now: datetime, among: Q) -> list[Notice]:
    """The next mails to send, leased to this worker alone; codes first. More than one where they are built together."""
    waiting = Q(state=NoticeState.WAITING) | Q(state=NoticeState.SENDING, leased_until__lt=now)
    found = Notice.objects.filter(waiting, among, due_at__lte=now).select_related("person")
    due = list(found.order_by("-urgent", "due_at", "pk")[:CHUNK])
    if due and due[0].kind in _many_builders:
        return _claim_chunk([notice for notice in due if notice.kind == due[0].kind], waiting, now + LEASE)
    return next(([notice] for notice in due if _claimed([notice], waiting, now + LEASE)), [])


@transaction.atomic
def _claim_chunk(notices: list[Notice], waiting: Q, lease: datetime) -> list[Notice]:
    """Those of them that are still free. What another worker is claiming at this moment is left to it."""
    held = Notice.objects.filter(waiting, pk__in=[notice.pk for notice in notices]).select_for_update(skip_locked=True)
    free = set(held.values_list("pk", flat=True))
    chunk = [notice for notice in notices if notice.pk in free]
    return chunk if _claimed(chunk, waiting, lease) else []


def _claimed(notices: list[Notice], waiting: Q, lease: datetime) -> int:
    for notice in notices:
        notice.leased_until, notice.attempts = lease, notice.attempts + 1
    return Notice.objects.filter(waiting, pk__in=[notice.pk for notice in notices]).update(
        state=NoticeState.SENDING, leased_until=lease, attempts=F("attempts") + 1
    )


def write(notice: Notice, together: Mapping[int, Message | None]) -> Mail | Unwritten | None:
    """A mail that is ready to leave; None when it is no longer due."""
    if not is_address(notice.to):
        return Unwritten("no mail can be sent to this address", Outcome.NEVER)
    if not is_address(settings.DEFAULT_FROM_EMAIL):
        return Unwritten("Invalid address of the sender: see FROM_EMAIL", Outcome.LATER)
    try:
        mail = build(notice, together)
        return mail.write() if mail else None
    except Exception as error:
        # Not its words: they may hold a link's token.
        log.error("the mail %s (%s) cannot be written: %s", notice.pk, notice.kind, type(error).__name__)
        return Unwritten(f"it cannot be written: {type(error).__name__}", Outcome.LATER)


def deliver(notice: Notice, mail: Mail | Unwritten | None, post: Post, now: datetime) -> Outcome:
    """Send one claimed mail and note what came of it. CLOSED: the mail server cannot be reached at all."""
    if mail is None:
        return settle(notice, Outcome.NOT_DUE, now)
    outcome, problem = (mail.means, mail.problem) if isinstance(mail, Unwritten) else outcome_of(post, mail)
    if outcome is Outcome.CLOSED:
        give_back([notice], problem)
        return outcome
    if outcome is Outcome.SENT and isinstance(mail, Mail):
        keep_provider_id(notice, mail)
    return try_later(notice, problem, now) if outcome is Outcome.LATER else settle(notice, outcome, now, problem)


def build_together(chunk: list[Notice]) -> dict[int, Message | None]:
    """The messages of those kinds that are built together, by a notice's id; None for one that is no longer due.

    Where that fails, each is built by itself, so that one which cannot be written stops no other.
    """
    found: dict[int, Message | None] = {}
    kinds = defaultdict(list)
    for notice in chunk:
        if notice.kind in _many_builders:
            kinds[notice.kind, notice.language].append(notice)
    for (kind, language), notices in kinds.items():
        try:
            with translation.override(language):
                messages = _many_builders[kind](notices)
        except Exception as error:
            log.error("mails of the kind %s cannot be written together: %s", kind, type(error).__name__)
        else:
            found |= {notice.pk: messages.get(notice.pk) for notice in notices}
    return found


def build(notice: Notice, together: Mapping[int, Message | None] = MappingProxyType({})) -> Mail | None:
    """The mail of a notice in its language, or None when it is no longer due."""
    with translation.override(notice.language):
        message = together[notice.pk] if notice.pk in together else message_of(notice)
        return mail_of(notice, message) if message else None


def message_of(notice: Notice) -> Message | None:
    """What the mail of a notice would say now, in its language; None when it is no longer due."""
    with translation.override(notice.language):
        return _builders[notice.kind](notice)
