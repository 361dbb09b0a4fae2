"""Messages about the address with which a person signs in."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from datetime import datetime, timedelta

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from mail.models import OutboxMail
from mail.outbox import Message, absolute, queue_for_each, queue_mail, register
from partners.emails.sign_in import CODES_STAY
from partners.models import AddressChange, Partnership, Person, Program, Seat
from partners.parties import Role


def send_new_address_code(person: Person, *, email: str, code: str, now: datetime) -> None:
    """To an address that is not the person's yet."""
    queue_mail(
        key=f"new address:{uuid.uuid4()}",
        kind="new address code",
        to=email,
        language=person.language,
        about={"person": str(person.pk)},
        secret={"code": code},
        urgent=True,
        expires_at=now + timedelta(minutes=settings.FRESH_CODE_MINUTES),
        now=now,
    )


def notify_of_address_in_use(owner: Person, *, now: datetime) -> None:
    queue_for_each([owner], key=f"address in use:{uuid.uuid4()}", kind="address in use", about={}, urgent=True, now=now)


def notify_of_change(change: AddressChange, *, before: str, now: datetime) -> None:
    """To the old address, which no mail of the person's goes to any more."""
    queue_mail(
        key=f"address changed:{change.pk}",
        kind="address changed",
        to=before,
        language=change.person.language,
        about={"change": change.pk},
        urgent=True,
        now=now,
    )


def notify_other_leads(change: AddressChange, partnerships: Collection[Partnership], *, now: datetime) -> None:
    """The leads of both sides, where they take part: one mail each, however many partnerships they share."""
    leads = Seat.objects.filter(partnership__in=partnerships, role=Role.LEAD, ended_at=None)
    shared: dict[Person, uuid.UUID] = {}
    for seat in leads.exclude(person=change.person).select_related("person").order_by("started_at", "pk"):
        shared.setdefault(seat.person, seat.partnership_id)
    key = f"address of another:{change.pk}"
    for lead, chain in shared.items():
        about = {"change": change.pk, "partnership": str(chain)}
        queue_for_each([lead], key=key, kind="address of another", about=about, chain=chain, now=now)


@register("new address code", kept=CODES_STAY)
def new_address_message(queued: OutboxMail) -> Message | None:
    if not queued.secret:
        return None
    person = Person.objects.get(pk=queued.about["person"])
    return Message(
        subject=_("%(code)s is your code for a new address") % {"code": queued.secret["code"]},
        paragraphs=[
            _("%(name)s wants to sign in with this address from now on. If that is you, type this code on the page.")
            % {"name": person.name},
            _("It works for %(minutes)s minutes.") % {"minutes": settings.FRESH_CODE_MINUTES},
            _("If it is not you, you need not do anything: nothing changes without this code."),
        ],
        code=queued.secret["code"],
    )


@register("address in use", kept=CODES_STAY, after_leaving=True)
def in_use_message(queued: OutboxMail) -> Message | None:
    return Message(
        subject=_("Somebody wanted to sign in with this address"),
        paragraphs=[
            _(
                "Somebody asked to sign in with this address in the place of their own. You sign in with it already, "
                "and nothing changed."
            ),
            _("If it was you, sign in with this address, as you do."),
            _("If it was not you, you need not do anything. Nobody was told that the address is yours."),
        ],
    )


@register("address changed", after_leaving=True)
def changed_message(queued: OutboxMail) -> Message | None:
    change = AddressChange.objects.select_related("person").get(pk=queued.about["change"])
    words = {"name": change.person.name, "was": change.was, "became": change.became}
    mine = Partnership.objects.for_user(change.person).values("program")
    contacts = Program.objects.filter(pk__in=mine).order_by("contact_email").values_list("contact_email", flat=True)
    write = _("If it was not you, write at once to %(contacts)s.") % {"contacts": ", ".join(dict.fromkeys(contacts))}
    return Message(
        subject=_("Your address was changed"),
        paragraphs=[
            _("%(name)s signs in with %(became)s from now on, and no longer with %(was)s. Mail goes there, too.")
            % words,
            _("All other sessions were signed out."),
            write if contacts else _("If it was not you, write at once to the people who run this site."),
        ],
    )


@register("address of another")
def of_another_message(queued: OutboxMail) -> Message | None:
    """It says what *People* says, and no more of either address."""
    change = AddressChange.objects.select_related("person").get(pk=queued.about["change"])
    partnership = Partnership.objects.get(pk=queued.about["partnership"])
    words = {"name": change.person.name, "was": change.was, "became": change.became}
    return Message(
        subject=_("%(name)s writes from another address now") % words,
        paragraphs=[
            _("%(name)s signs in with %(became)s from now on, and no longer with %(was)s.") % words,
            _("They showed that they are the same person. Their place, and all that they agreed to, stays as it is."),
        ],
        button=(_("See who takes part"), absolute(reverse("people", args=[partnership.slug]))),
    )
