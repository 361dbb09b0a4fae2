"""Messages about a signature on paper."""

from __future__ import annotations

from django.utils.translation import gettext as _

from agreements.emails.agreements import page_button, person_name, register_until_the_end
from agreements.models import PaperCopy
from agreements.states import EditionState
from mail.models import OutboxMail
from mail.outbox import Message


@register_until_the_end("paper.uploaded")
def paper_uploaded(queued: OutboxMail) -> Message | None:
    paper = PaperCopy.objects.select_related("edition__agreement__partnership").get(pk=queued.about["paper"])
    if paper.confirmed_at or paper.refused_at or paper.edition.state != EditionState.SIGNING:
        return None
    return Message(
        subject=_("A signature on paper waits to be confirmed"),
        paragraphs=[
            _("%(name)s has signed on paper. The lead of the other side looks at the scan and confirms it.")
            % {"name": paper.name},
            _("It counts from the moment it is confirmed."),
        ],
        button=page_button(paper.edition.agreement, _("See the scan"), "paper"),
    )


@register_until_the_end("paper.refused")
def paper_refused(queued: OutboxMail) -> Message:
    paper = PaperCopy.objects.select_related("edition__agreement__partnership").get(pk=queued.about["paper"])
    return Message(
        subject=_("A scan of a signature does not count"),
        paragraphs=[
            _("%(who)s says that the scan of %(name)s's signature does not count.")
            % {"who": person_name(paper.refused_by), "name": paper.name},
            _("The reason: %(reason)s") % {"reason": paper.refuse_reason},
            _("You can hand in another scan, or sign here."),
        ],
        button=page_button(paper.edition.agreement, _("Hand in another scan"), "paper"),
    )
