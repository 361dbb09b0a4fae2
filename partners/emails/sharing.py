"""Messages about what staff may see; registered with the outbox."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from ledger.models import Event
from mail.models import OutboxMail
from mail.outbox import Message, absolute, queue_for_each, register
from partners.domain.sharing import sharing_rows, staff_may_see
from partners.models import Organization, Partnership, Person, Shared

KINDS = {"sharing.agreed": "sharing asked", "sharing.began": "sharing began", "sharing.taken_back": "sharing ended"}


def notify_of_sharing(event: Event, *, to: Iterable[Person], now: datetime) -> None:
    """Queue it for these people, each in their own language."""
    about = {"partnership": str(event.chain), "by": str(event.actor), **event.content.payload}
    queue_for_each(to, key=event.digest, kind=KINDS[event.kind], about=about, chain=event.chain, now=now)


@register("sharing asked")
def sharing_asked(queued: OutboxMail) -> Message | None:
    """None where both have said yes meanwhile, or the one yes was taken back."""
    partnership, values = _partnership(queued), _values(queued)
    row = next(one for one in sharing_rows(partnership, None) if one.shared == queued.about["shared"])
    if row.holds or not any(side.yes for side in row.sides if side.organization.party == queued.about["party"]):
        return None
    return Message(
        subject=_("May the program's staff see more? %(organization)s says yes") % values,
        paragraphs=[
            _("%(who)s says for %(organization)s: the staff of %(program)s may see %(shared)s of your partnership.")
            % values,
            _("They see nothing of it until you say yes, too. You need not answer, and either side can stop it alone."),
        ],
        button=_to_people(partnership),
    )


@register("sharing began")
def sharing_began(queued: OutboxMail) -> Message | None:
    """None where a side took its yes back before this left."""
    values = _values(queued)
    if not staff_may_see(Shared(queued.about["shared"]), _partnership(queued)):
        return None
    says = _(
        "%(who)s said yes for %(organization)s, as your side had done: the staff of %(program)s may see %(shared)s."
    )
    return Message(
        subject=_("From now on the program's staff may see %(shared)s") % values,
        paragraphs=[says % values, _("They still decide nothing. Either side can stop it alone, at any time.")],
        button=_to_people(_partnership(queued)),
    )


@register("sharing ended")
def sharing_ended(queued: OutboxMail) -> Message:
    return Message(
        subject=_("The program's staff do not see %(shared)s") % _values(queued),
        paragraphs=[
            _("%(who)s took back the yes of %(organization)s, so the staff of %(program)s may not see %(shared)s.")
            % _values(queued)
        ],
        button=_to_people(_partnership(queued)),
    )


def _partnership(queued: OutboxMail) -> Partnership:
    rows = Partnership.objects.select_related("program").prefetch_related("organizations")
    return rows.get(pk=queued.about["partnership"])


def _values(queued: OutboxMail) -> dict[str, str]:
    partnership = _partnership(queued)
    side = Organization.objects.get(partnership=partnership, party=queued.about["party"])
    return {
        "who": Person.objects.get(pk=queued.about["by"]).name,
        "organization": side.name,
        "program": partnership.program.name,
        "shared": str(Shared(queued.about["shared"]).label),
    }


def _to_people(partnership: Partnership) -> tuple[str, str]:
    return _("See what is shared"), absolute(f"{reverse('people', args=[partnership.slug])}#sharing")
