"""Messages about signing: open for it, signed by one side, reopened."""

from __future__ import annotations

from django.utils.translation import gettext as _

from agreements.emails.agreements import edition_of, page_button, person_name, register_until_the_end
from agreements.states import EditionState
from mail.models import OutboxMail
from mail.outbox import Message
from partners.domain.names import both_names


@register_until_the_end("opened for signing")
def opened_for_signing(queued: OutboxMail) -> Message | None:
    edition = edition_of(queued)
    if edition.state != EditionState.SIGNING:
        return None
    return Message(
        subject=_("Your agreement is ready to sign"),
        paragraphs=[
            _("The agreement of %(names)s is open for signing.") % {"names": both_names(edition.agreement.partnership)},
            _("Its text is frozen now. You can read it, sign it here or on paper, or reopen it for changes."),
        ],
        button=page_button(edition.agreement, _("Read and sign"), "sign"),
    )


@register_until_the_end("signed by one")
def signed_by_one(queued: OutboxMail) -> Message | None:
    edition = edition_of(queued)
    if edition.state != EditionState.SIGNING:
        return None
    signature = edition.signatures.get(party=queued.about["party"])
    return Message(
        subject=_("%(organization)s has signed") % {"organization": signature.organization},
        paragraphs=[
            _("%(name)s has signed the agreement for %(organization)s.")
            % {"name": signature.name, "organization": signature.organization},
            _("It is in force as soon as the other partner signs too. Until then, either side can reopen it."),
        ],
        button=page_button(edition.agreement, _("Open the agreement")),
    )


@register_until_the_end("reopened")
def reopened(queued: OutboxMail) -> Message:
    edition = edition_of(queued)
    return Message(
        subject=_("Your agreement is open for changes again"),
        paragraphs=[
            _("%(name)s has reopened the agreement of %(names)s for changes.")
            % {"name": person_name(edition.voided_by), "names": both_names(edition.agreement.partnership)},
            _("The reason: %(reason)s") % {"reason": edition.void_reason},
            _("What was signed on this text is void. Everything you both agreed on is kept."),
        ],
        button=page_button(edition.agreement, _("Open the agreement")),
    )
