"""The message that the sealed copy is ready."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from agreements.emails.agreements import edition_of, register_until_the_end
from mail.models import OutboxMail
from mail.outbox import Message, absolute
from partners.domain.names import both_names


@register_until_the_end("sealed copy ready")
def sealed_copy_ready(queued: OutboxMail) -> Message:
    edition = edition_of(queued)
    page = reverse("signed_pdf", args=[edition.agreement.partnership.slug, edition.number])
    return Message(
        subject=_("The sealed copy of your agreement is ready"),
        paragraphs=[
            _("The agreement of %(names)s is sealed. Each of you can keep the same file.")
            % {"names": both_names(edition.agreement.partnership)},
            _("Anyone can check it on the page “Verify a document”. Its code is %(code)s.") % {"code": edition.code},
        ],
        button=(_("Download signed PDF"), absolute(page)),
    )
