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
from sprints.domain.states import mails_from
from sprints.models import Sprint

# One mail a person, shortly after the first change and at most one an hour, tells of all that came together.
SOON = timedelta(minutes=10)
EVERY = timedelta(hours=1)
CHANGES = "sprint.changes"
Builder = Callable[[dict[str, Any]], Message | None]
_builders: dict[str, Builder] = {}


def mail_for(kind: str) -> Callable[[Builder], Builder]:
    """Register what is said of one thing: `about` holds its ids, and None means that it is no longer due."""

    def keep(builder: Builder) -> Builder:
        _builders[kind] = builder
        return builder

    return keep


def notify_lead(sprint: Sprint, party: Party, kind: str, *, about: dict[str, Any], now: datetime) -> None:
    """Tell the lead of a party, in the mail of the hour."""
    seats = Seat.objects.filter(partnership=sprint.partnership_id, role=Role.LEAD, party=party, ended_at=None)
    for seat in seats.select_related("person"):
        _gather(sprint, seat.person, {"kind": kind, **about}, now)


def notify_person(sprint: Sprint, person: Person, kind: str, *, about: dict[str, Any], now: datetime) -> None:
    """Tell one person who has a seat; nobody who has left meanwhile."""
    if Seat.objects.filter(partnership=sprint.partnership_id, person=person, ended_at=None).exists():
        _gather(sprint, person, {"kind": kind, **about}, now)


def notify_everybody(sprint: Sprint, kind: str, *, about: dict[str, Any], by: Person, now: datetime) -> None:
    """Tell all who have a seat, but not the person who did it."""
    people = Person.objects.filter(seats__partnership=sprint.partnership_id, seats__ended_at=None)
    for person in people.exclude(pk=by.pk).distinct():
        _gather(sprint, person, {"kind": kind, **about}, now)


def _gather(sprint: Sprint, person: Person, thing: dict[str, Any], now: datetime) -> None:
    """Runs under the sprint's lock. Nothing is told twice: each thing is told as it is when the mail leaves. In a pause
    it waits until the sprint goes on."""
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
        due_at=max(mails_from(sprint, now) + SOON, latest.due_at + EVERY if latest else now),
    )


@register(CHANGES)
def changes(queued: OutboxMail) -> Message | None:
    """One thing is a mail of its own; several are its lines. None for who reads it in the weekly mail, and once the
    agreement has ended: the mail that says so is the last one."""
    if queued.person is None or not queued.person.wants_news(queued.chain):
        return None
    sprint = Sprint.objects.select_related("partnership__agreement").get(pk=queued.about["sprint"])
    if sprint.partnership.agreement.ended_at:
        return None
    messages = [message for one in queued.about["things"] if (message := _builders[one["kind"]](one))]
    if not messages:
        return None
    message = messages[0] if len(messages) == 1 else _one_mail(sprint, messages)
    return replace(message, settings_url=absolute(reverse("mail")))


def _one_mail(sprint: Sprint, messages: list[Message]) -> Message:
    return Message(
        subject=_("Your sprint: %(count)s things to look at") % {"count": len(messages)},
        paragraphs=[],
        sections=[Section(_("What is new"), [MailLine(message.subject, message.button) for message in messages])],
        button=(_("Open the sprint"), absolute(reverse("sprint", args=[sprint.partnership.slug]))),
    )
