"""Kinds of mail for tests: one says what the test put into it, one is built many at a time."""

from __future__ import annotations

from itertools import count

from django.db.models import Q

from mail.models import OutboxMail
from mail.outbox import Message, queue_mail, register, register_many
from tests.factories.people import NOW

KIND = "a test"
KIND_OF_MANY = "tests together"
# How often the messages of that one were asked for, by language and number.
CALLS: list[tuple[str, int]] = []
EVERYTHING = ~Q(pk=None)
FIELDS = ("secret", "urgent", "expires_at", "due_at", "chain", "language", "kind", "key")
_numbers = count(1)


@register(KIND)
def message(queued: OutboxMail) -> Message | None:
    about = queued.about
    if "breaks" in about:
        raise ValueError(about["breaks"])
    if "stale" in about:
        return None
    return Message(
        subject=about.get("subject", "Hello"),
        paragraphs=[about.get("words", "All is well.")],
        button=("Open", about["link"]) if "link" in about else None,
        code=(queued.secret or {}).get("code", ""),
    )


def queue(to: str = "ana@example.org", **more: object) -> OutboxMail:
    """Queue one mail. What is no field of a mail goes into what it is about."""
    fields = {"kind": KIND, "key": f"test {next(_numbers)}", "language": "en"}
    fields |= {name: more.pop(name) for name in FIELDS if name in more}
    return queue_mail(to=to, about=more, now=NOW, **fields)


@register_many(KIND_OF_MANY)
def messages(rows: list[OutboxMail]) -> dict[int, Message]:
    CALLS.append((rows[0].language, len(rows)))
    if any("breaks" in queued.about for queued in rows):
        raise ValueError("one of them cannot be written")
    return {
        queued.pk: Message(subject=f"Hello in {queued.language}", paragraphs=["All is well."])
        for queued in rows
        if "stale" not in queued.about
    }


def queue_people(number: int, **more: object) -> list[OutboxMail]:
    return [queue(f"person{one}@example.org", kind=KIND_OF_MANY, **more) for one in range(number)]
