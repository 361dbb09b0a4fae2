"""A mail that leaves a second time because somebody asks for it, and what may be shown of one."""

from __future__ import annotations

from datetime import datetime

from django.urls import Resolver404, resolve
from django.utils import translation

from mail.content import Message
from mail.models import MailState, OutboxMail
from mail.outbox import wake
from mail.render import drawn, new_message_id

SETTLED = (MailState.SENT, MailState.GIVEN_UP)
HIDDEN = "…"


def may_go_again(queued: OutboxMail, now: datetime) -> bool:
    """It has left or was given up, and is not over. What is still waiting leaves by itself."""
    return queued.state in SETTLED and (queued.expires_at is None or queued.expires_at > now)


def send_again(queued: OutboxMail, *, language: str, now: datetime) -> bool:
    """Queue it once more; False where it is not settled. A new id: mail programs hide what comes with a known one."""
    anew = {"message_id": new_message_id(), "provider_id": "", "returned_at": None, "settled_at": None}
    again = OutboxMail.objects.filter(pk=queued.pk, state__in=SETTLED).update(
        state=MailState.WAITING, attempts=0, due_at=now, problem="", language=language, **anew
    )
    wake("mail.send_waiting")
    return bool(again)


def shown_to_others(queued: OutboxMail, message: Message) -> str:
    """The text of a mail for somebody else than its reader: no code, and no link that is the reader's alone."""
    links = {link: hidden_link(link) for link in message.links()}
    with translation.override(queued.language):
        text, _page = drawn(message, queued.language, site="")
    for link, shown in links.items():
        text = text.replace(link, shown)
    return text.replace(message.code, HIDDEN) if message.code else text


def hidden_link(link: str) -> str:
    """The link without the token in it, where it holds one."""
    path = link.partition("://")[2].partition("/")[2].partition("#")[0].partition("?")[0]
    try:
        token = resolve(f"/{path}").kwargs.get("token", "")
    except Resolver404:
        return link
    return link.replace(token, HIDDEN) if token else link
