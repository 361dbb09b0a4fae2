"""The mail by which one side, or staff, reminds the other of what waits for it."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from agreements.domain.todo import Task
from ledger.models import Event
from mail.models import OutboxMail
from mail.outbox import Message, absolute, register
from partners.models import Partnership, Person
from partners.parties import Party
from partners.tokens import stop_token_for
from sprints.domain.reminders import KIND, _tasks, lead_of


@register(KIND)
def reminder(queued: OutboxMail) -> Message | None:
    """None where it waits no more, or its reader leads no more, or has stopped reminders or rests from them."""
    party, reader = Party(queued.about["party"]), queued.person
    if reader is None or queued.chain is None:
        return None
    partnership = Partnership.objects.select_related("program").get(pk=queued.chain)
    if lead_of(partnership, party) != reader:
        return None
    today = queued.due_at.astimezone(reader.zone(partnership.program.zone)).date()
    if not reader.wants_reminders(today):
        return None
    tasks = list(_texts(partnership, party, queued))
    event = Event.objects.select_related("content").get(pk=queued.about["event"])
    if not tasks or event.actor is None:
        return None
    who = Person.objects.get(pk=event.actor).name
    return Message(
        subject=_("%(who)s reminds you: %(what)s") % {"who": who, "what": tasks[0].text},
        paragraphs=[
            _("%(who)s asks you to look at this: %(what)s") % {"who": who, "what": tasks[0].text},
            f"“{event.content.payload['word']}”",
            _("Both sides see this reminder in the history. You get at most one in three days about the same thing."),
        ],
        button=(tasks[0].label, absolute(tasks[0].url)),
        stop=absolute(reverse("mail_stop", args=[stop_token_for(reader)])),
        settings_url=absolute(reverse("mail")),
    )


def _texts(partnership: Partnership, party: Party, queued: OutboxMail) -> Iterator[Task]:
    """The task in the reader's own language, where it still waits."""
    for in_one in (False, True):
        for task in _tasks(partnership, party, queued.due_at, in_one=in_one):
            if f"{party}:{task.url}" == queued.about["matter"]:
                yield task
