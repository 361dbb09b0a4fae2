"""Messages about an agreement: one function a message, registered with the outbox. No message has an attachment."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from agreements.models import Agreement, Edition
from mail.models import OutboxMail
from mail.outbox import Message, absolute, queue_for_each, register
from mail.registry import Builder
from partners.domain.names import both_names
from partners.models import Person, Seat
from partners.parties import Role


def leads(agreement: Agreement) -> list[Seat]:
    """The seats of the leads, in no party's favour: in the order in which they were taken."""
    seats = Seat.objects.filter(partnership=agreement.partnership_id, role=Role.LEAD, ended_at=None)
    return list(seats.select_related("person").order_by("started_at", "pk"))


def notify_both(agreement: Agreement, kind: str, *, about: dict[str, Any], key: str, now: datetime) -> None:
    """Queue the same message for both leads, each in their own language."""
    people, about = [seat.person for seat in leads(agreement)], {"agreement": agreement.pk, **about}
    queue_for_each(people, key=f"{key}:{kind}", kind=kind, about=about, chain=agreement.partnership_id, now=now)


def agreement_of(queued: OutboxMail) -> Agreement:
    return Agreement.objects.select_related("partnership__program").get(pk=queued.about["agreement"])


def edition_of(queued: OutboxMail) -> Edition:
    return Edition.objects.select_related("agreement__partnership__program").get(pk=queued.about["edition"])


def page_button(agreement: Agreement, label: str, page: str = "agreement") -> tuple[str, str]:
    return label, absolute(reverse(page, args=[agreement.partnership.slug]))


def person_name(person: Person | None) -> str:
    return person.name if person else ""


def register_until_the_end(kind: str) -> Callable[[Builder], Builder]:
    """As `register`, for what nobody is told any more once the agreement has ended: the mail that says so is the last
    one."""

    def keep(builder: Builder) -> Builder:
        @wraps(builder)
        def build(queued: OutboxMail) -> Message | None:
            ended = Agreement.objects.filter(partnership=queued.chain, ended_at__isnull=False)
            return None if ended.exists() else builder(queued)

        return register(kind)(build)

    return keep


@register_until_the_end("in force")
def in_force(queued: OutboxMail) -> Message:
    """The ledger's head stands in this mail, so that both sides hold it outside of the product."""
    edition = edition_of(queued)
    return Message(
        subject=_("Your agreement is in force"),
        paragraphs=[
            _("Both partners have signed: the agreement of %(names)s is in force.")
            % {"names": both_names(edition.agreement.partnership)},
            _("We are making the sealed PDF now. You will get a link to it in a moment."),
            _("For your records. Fingerprint of the text: %(digest)s") % {"digest": edition.digest},
            _("Record of what happened, %(chain)s, as it stood then: %(head)s")
            % {"chain": edition.agreement.partnership_id, "head": edition.head},
        ],
        button=page_button(edition.agreement, _("Open the agreement")),
    )


@register("ended")
def ended(queued: OutboxMail) -> Message:
    agreement = agreement_of(queued)
    return Message(
        subject=_("Your agreement has ended"),
        paragraphs=[
            _("%(name)s has ended the agreement of %(names)s.")
            % {"name": person_name(agreement.ended_by), "names": both_names(agreement.partnership)},
            _("The reason: %(reason)s") % {"reason": agreement.end_reason},
            _("Nothing is erased. You can still read and download everything."),
        ],
        button=page_button(agreement, _("Open the agreement")),
    )


@register_until_the_end("amendment started")
def amendment_started(queued: OutboxMail) -> Message:
    agreement = agreement_of(queued)
    return Message(
        subject=_("An amendment to your agreement has been started"),
        paragraphs=[
            _("%(names)s can now propose changes to their agreement.") % {"names": both_names(agreement.partnership)},
            _("What you signed stays in force until both of you sign the next edition."),
        ],
        button=page_button(agreement, _("Open the agreement")),
    )
