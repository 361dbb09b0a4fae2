"""A kind of mail for tests, which says what the test put into it."""

from __future__ import annotations

from itertools import count

from mail.models import OutboxMail
from mail.outbox import Message, queue_mail, register
from tests.factories.people import NOW

KIND = "a test"
FIELDS = ("secret", "urgent", "expires_at", "due_at", "chain", "language", "kind", "key")
_numbers = count(1)


@register(KIND)
def message(notice: OutboxMail) -> Message | None:
    about = notice.about
    if "breaks" in about:
        raise ValueError(about["breaks"])
    if "stale" in about:
        return None
    return Message(
        subject=about.get("subject", "Hello"),
        paragraphs=[about.get("words", "All is well.")],
        button=("Open", about["link"]) if "link" in about else None,
        code=(notice.secret or {}).get("code", ""),
    )


def queue(to: str = "ana@example.org", **more: object) -> OutboxMail:
    """Queue one mail. What is no field of a notice goes into what it is about."""
    fields = {"kind": KIND, "key": f"test {next(_numbers)}", "language": "en"}
    fields |= {name: more.pop(name) for name in FIELDS if name in more}
    return queue_mail(to=to, about=more, now=NOW, **fields)
