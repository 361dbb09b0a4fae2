"""Messages about people and their seats; registered with the outbox. Each says why it came; none has an attachment."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from mail.models import OutboxMail
from mail.outbox import Message, absolute, queue_for_each, queue_mail, register
from partners.dates import date_words
from partners.domain.names import invites_you, subject_of
from partners.models import Invitation
from partners.tokens import token_for


def send_invitation(invitation: Invitation, *, now: datetime) -> None:
    queue_mail(
        key=f"invitation:{invitation.pk}:{now.isoformat()}",
        kind="invitation",
        to=invitation.email,
        language=invitation.language,
        about={"invitation": str(invitation.pk)},
        chain=chain_of(invitation),
        expires_at=invitation.expires_at,
        now=now,
    )


def notify_sender(invitation: Invitation, kind: str, *, now: datetime) -> None:
    """Tell whoever invited what the answer is. An operator's invitation has no sender to tell."""
    senders = [invitation.invited_by] if invitation.invited_by else []
    about, chain = {"invitation": str(invitation.pk)}, chain_of(invitation)
    queue_for_each(senders, key=f"{kind}:{invitation.pk}", kind=kind, about=about, chain=chain, now=now)


@register("invitation")
def invitation_message(queued: OutboxMail) -> Message | None:
    invitation = _invitation(queued)
    if not invitation.is_open:
        return None
    link = absolute(reverse("invitation", args=[token_for(invitation)]))
    return Message(
        subject=_("You are invited: %(what)s") % {"what": subject_of(invitation)},
        paragraphs=[
            _("Dear %(name)s,") % {"name": invitation.name},
            invites_you(invitation),
            _("The page tells you what it means to accept. You can also decline there, and say why."),
            _("The invitation is for you alone. It can be answered until %(day)s.")
            % {"day": date_words(invitation.expires_at)},
        ],
        button=(_("Read the invitation"), link),
        reply_to=_reply_to(invitation),
    )


@register("invitation accepted")
def accepted_message(queued: OutboxMail) -> Message | None:
    invitation = _invitation(queued)
    return Message(
        subject=_("%(name)s accepted your invitation") % {"name": invitation.name},
        paragraphs=[
            _("%(name)s accepted your invitation to %(what)s.")
            % {"name": invitation.name, "what": subject_of(invitation)}
        ],
        button=_to_people(invitation),
        reply_to=_reply_to(invitation),
    )


@register("invitation declined")
def declined_message(queued: OutboxMail) -> Message | None:
    invitation = _invitation(queued)
    return Message(
        subject=_("%(name)s declined your invitation") % {"name": invitation.name},
        paragraphs=[
            _("%(name)s declined your invitation to %(what)s.")
            % {"name": invitation.name, "what": subject_of(invitation)},
            _("The reason given: “%(reason)s”") % {"reason": invitation.decline_reason or _("none")},
        ],
        button=_to_people(invitation),
        reply_to=_reply_to(invitation),
    )


def chain_of(invitation: Invitation) -> uuid.UUID | None:
    """What it is about: a partnership, or a program's own affairs."""
    return invitation.partnership_id or (invitation.program.chain if invitation.program else None)


def _reply_to(invitation: Invitation) -> str:
    """The program's address; empty where it is a partnership's, which is known by its chain."""
    return invitation.program.contact_email if invitation.program else ""


def _invitation(queued: OutboxMail) -> Invitation:
    rows = Invitation.objects.select_related("partnership__program", "program", "invited_by")
    return rows.get(pk=queued.about["invitation"])


def _to_people(invitation: Invitation) -> tuple[str, str] | None:
    if not invitation.partnership:
        return None
    return _("See who takes part"), absolute(reverse("people", args=[invitation.partnership.slug]))
