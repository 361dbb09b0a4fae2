"""Messages with a code, and about a link that an operator made."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.utils.translation import gettext as _

from mail.models import OutboxMail
from mail.outbox import Message, queue_for_each, queue_mail, register
from partners.models import Person, SignInLink

# Where a code for an address that nobody has is "sent": its message is never built. RFC 2606 keeps the name free.
NOBODY = "nobody@unknown.invalid"
# Anyone can have one queued, signed in or not, so they are not kept for ever.
CODES_STAY = timedelta(days=90)


def send_code(*, to: Person | None, code: str, language: str, now: datetime, lasts: timedelta | None = None) -> None:
    """`lasts`: of a long code, which works longer than others."""
    queue_mail(
        key=f"code:{uuid.uuid4()}",
        kind="sign-in code",
        to=to.email if to else NOBODY,
        person=to,
        language=language,
        about={"hours": int(lasts.total_seconds()) // 3600} if lasts else {},
        secret={"code": code},
        urgent=True,
        expires_at=now + (lasts or timedelta(minutes=settings.FRESH_CODE_MINUTES)),
        now=now,
    )


def notify_of_link(link: SignInLink, *, now: datetime) -> None:
    key, about = f"sign-in link:{link.pk}", {"link": link.pk}
    queue_for_each([link.person], key=key, kind="sign-in link made", about=about, urgent=True, now=now)


@register("sign-in code", kept=CODES_STAY, after_leaving=True)
def code_message(queued: OutboxMail) -> Message | None:
    if queued.person_id is None or not queued.secret:
        return None
    if hours := queued.about.get("hours"):
        return _long_code_message(queued.secret["code"], hours)
    return Message(
        # There it can be read from a list of mails, or from the note on a phone, without opening it.
        subject=_("%(code)s is your code to sign in") % {"code": queued.secret["code"]},
        paragraphs=[
            _("Type this code on the page that asked for it. It works for %(minutes)s minutes.")
            % {"minutes": settings.FRESH_CODE_MINUTES},
            _("Nobody from the program will ever ask you for it."),
            _("If you did not ask for a code, you need not do anything."),
        ],
        code=queued.secret["code"],
    )


def _long_code_message(code: str, hours: int) -> Message:
    return Message(
        subject=_("%(code)s is your code to sign in") % {"code": code},
        paragraphs=[
            _(
                "Many codes were asked for your address, perhaps by somebody else. So this one is longer, and we send "
                "no other for an hour, or until it is used."
            ),
            _("Type it on the page that asks for a code, on any device. It works once, for %(hours)s hours.")
            % {"hours": hours},
            _("Nobody from the program will ever ask you for it."),
            _("If you did not ask for a code, you need not do anything: nobody gets in without this mail."),
        ],
        code=code,
    )


@register("sign-in link made")
def link_message(queued: OutboxMail) -> Message | None:
    return Message(
        subject=_("An operator made a link to sign you in"),
        paragraphs=[
            _(
                "Somebody who runs this site made a link with which one can sign in as you. It works once, and for "
                "15 minutes. With it one can read what you can read, and do nothing in your name."
            ),
            _("If you did not ask for help to sign in, please tell the staff of your program."),
        ],
    )
