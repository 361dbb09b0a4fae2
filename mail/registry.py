"""The kinds of mail: who writes each, for whom it still is, and how the mails of many people are written together."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.utils import translation

from mail.content import Message
from mail.models import OutboxMail
from mail.render import mail_of
from mail.transport import Delivery, is_address

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Unwritten:
    """Why a mail cannot be written, and what that means for it."""

    problem: str
    means: Delivery


Builder = Callable[[OutboxMail], Message | None]
# The messages of many mails, by a mail's id; one that is left out is no longer due.
ManyBuilder = Callable[[list[OutboxMail]], dict[int, Message]]
_builders: dict[str, Builder] = {}
_many_builders: dict[str, ManyBuilder] = {}
_kept: dict[str, timedelta] = {}
_after_leaving: set[str] = set()
_ways_to_ask: list[Callable[[AbstractBaseUser, UUID], bool]] = []


def register(kind: str, *, kept: timedelta | None = None, after_leaving: bool = False) -> Callable[[Builder], Builder]:
    """Name the function that builds the messages of a kind. It returns None for one that is no longer due.

    `kept`: how long the rows of this kind stay once they are settled. Without it they stay, and say who was told what.
    `after_leaving`: it is also for somebody who takes part no more, such as who is told that they were removed, and for
    whoever asked for it just now.
    """

    def remember(builder: Builder) -> Builder:
        _builders[kind] = builder
        if after_leaving:
            _after_leaving.add(kind)
        if kept is not None:
            _kept[kind] = kept
        return builder

    return remember


def register_many(kind: str, *, kept: timedelta | None = None) -> Callable[[ManyBuilder], ManyBuilder]:
    """As `register`, for a kind whose messages are built together, so that many cost as many queries as one.

    All the mails that it is given at once are in one language, which is the active one.
    """

    def remember(builder: ManyBuilder) -> ManyBuilder:
        _many_builders[kind] = builder
        register(kind, kept=kept)(lambda queued: builder([queued]).get(queued.pk))
        return builder

    return remember


def recipient_check(find: Callable[[AbstractBaseUser, UUID], bool]) -> Callable[[AbstractBaseUser, UUID], bool]:
    """Name the function that says whether a person is told of what happens in a chain."""
    _ways_to_ask.append(find)
    return find


def is_still_for(queued: OutboxMail) -> bool:
    """Not for somebody who may not sign in any more, or takes part no more, by the time that the mail leaves."""
    person, chain = queued.person, queued.chain
    if person is None or queued.kind in _after_leaving:
        return True
    return person.is_active and (chain is None or all(asks(person, chain) for asks in _ways_to_ask))


def is_built_together(kind: str) -> bool:
    return kind in _many_builders


def kept_for() -> dict[str, timedelta]:
    """The kinds of mail whose settled rows are cleared, and after how long."""
    return dict(_kept)


def write(queued: OutboxMail, together: Mapping[int, Message | None]) -> EmailMultiAlternatives | Unwritten | None:
    """A mail that is ready to leave; None when it is no longer due."""
    if not is_address(queued.to):
        return Unwritten("no mail can be sent to this address", Delivery.NEVER)
    for address, setting in ((settings.DEFAULT_FROM_EMAIL, "FROM_EMAIL"), (settings.RETURN_EMAIL, "RETURN_EMAIL")):
        if not is_address(address):
            return Unwritten(f"Invalid address of the sender: see {setting}", Delivery.LATER)
    try:
        return build(queued, together)
    except Exception as error:
        # Not its words: they may hold a link's token.
        log.error("the mail %s (%s) cannot be written: %s", queued.pk, queued.kind, type(error).__name__)
        return Unwritten(f"it cannot be written: {type(error).__name__}", Delivery.LATER)


def build_together(chunk: list[OutboxMail]) -> dict[int, Message | None]:
    """The messages of those kinds that are built together, by a mail's id; None for one that is no longer due.

    Where that fails, each is built by itself, so that one which cannot be written stops no other.
    """
    found: dict[int, Message | None] = {}
    kinds = defaultdict(list)
    for queued in chunk:
        if queued.kind in _many_builders:
            kinds[queued.kind, queued.language].append(queued)
    for (kind, language), rows in kinds.items():
        try:
            with translation.override(language):
                messages = _many_builders[kind](rows)
        except Exception as error:
            log.error("mails of the kind %s cannot be written together: %s", kind, type(error).__name__)
        else:
            found |= {queued.pk: messages.get(queued.pk) for queued in rows}
    return found


def build(
    queued: OutboxMail, together: Mapping[int, Message | None] = MappingProxyType({})
) -> EmailMultiAlternatives | None:
    """The mail of a row in its language, or None when it is no longer due."""
    with translation.override(queued.language):
        message = together[queued.pk] if queued.pk in together else message_of(queued)
        return mail_of(queued, message) if message else None


def message_of(queued: OutboxMail) -> Message | None:
    """What the mail of a row would say now, in its language; None when it is no longer due."""
    with translation.override(queued.language):
        return _builders[queued.kind](queued) if is_still_for(queued) else None
