"""The mail of the hour: what happens in a sprint within an hour is one mail."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from mail.models import MailState, OutboxMail
from mail.outbox import MailLine, Message, Section, absolute, queue_mail, register
from partners.models import Person, Seat
from partners.parties import Party, Role
from sprints.models import Sprint

# One mail a person, shortly after the first change and at most one an hour, tells of all that came together.
SOON = timedelta(minutes=10)
EVERY = timedelta(hours=1)
CHANGES = "sprint.changes"
Builder = Callable[[dict[str, Any]], Message | None]
_tells: dict[str, Builder] = {}


def mail_for(kind: str) -> Callable[[Builder], Builder]:
    """Register what is said of one thing: `about` holds its ids, and None means that it is no longer due."""

    def keep(builder: Builder) -> Builder:
        _tells[kind] = builder
        return builder

    return keep


def tell_lead(sprint: Sprint, party: Party, kind: str, *, about: dict[str, Any], now: datetime) -> None:
    """Tell the lead of a party, in the mail of the hour."""
    seats = Seat.objects.filter(partnership=sprint.partnership_id, role=Role.LEAD, party=party, ended_at=None)
    for seat in seats.select_related("person"):
        _gather(sprint, seat.person, {"kind": kind, **about}, now)


def tell_everybody(sprint: Sprint, kind: str, *, about: dict[str, Any], by: Person, now: datetime) -> None:
    """Tell all who have a seat, but not the person who did it."""
    people = Person.objects.filter(seats__partnership=sprint.partnership_id, seats__ended_at=None)
    for person in people.exclude(pk=by.pk).distinct():
        _gather(sprint, person, {"kind": kind, **about}, now)


def _gather(sprint: Sprint, person: Person, thing: dict[str, Any], now: datetime) -> None:
    """Runs under the sprint's lock. Nothing is told twice: each thing is told as it is when the mail leaves."""
    earlier = OutboxMail.objects.filter(kind=CHANGES, person=person, chain=sprint.partnership_id)
    # Locked: a worker that wants to write this mail waits for us, and then tells of this, too.
    if waiting := earlier.filter(state=MailState.WAITING).select_for_update().first():
        if not any({**one, "kind": ""} == {**thing, "kind": ""} for one in waiting.about["things"]):
            waiting.about["things"].append(thing)
            waiting.save(update_fields=["about"])
        return
    latest = earlier.order_by("created_at").last()
    queue_mail(
        key=f"sprint:{sprint.pk}:{person.pk}:{earlier.count()}",
        kind=CHANGES,
        to=person.email,
        person=person,
        language=person.language,
        about={"sprint": sprint.pk, "things": [thing]},
        chain=sprint.partnership_id,
        now=now,
        due_at=max(now + SOON, latest.due_at + EVERY) if latest else now + SOON,
    )


@register(CHANGES)
def changes(notice: OutboxMail) -> Message | None:
    """One thing is a mail of its own; several are its lines. None for who reads it in the weekly mail."""
    if notice.person is None or not notice.person.wants_news(notice.chain):
        return None
    told = [message for one in notice.about["things"] if (message := _tells[one["kind"]](one))]
    if not told:
        return None
    return replace(told[0] if len(told) == 1 else _together(notice, told), settings_url=absolute(reverse("mail")))


def _together(notice: OutboxMail, told: list[Message]) -> Message:
    slug = Sprint.objects.select_related("partnership").get(pk=notice.about["sprint"]).partnership.slug
    return Message(
        subject=_("Your sprint: %(count)s things to look at") % {"count": len(told)},
        paragraphs=[],
        sections=[Section(_("What is new"), [MailLine(message.subject, message.button) for message in told])],
        button=(_("Open the sprint"), absolute(reverse("sprint", args=[slug]))),
    )
