"""Messages about what somebody took on."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from mail.outbox import Message, absolute
from partners.dates import date_words
from sprints.emails.hourly import mail_for
from sprints.models import ActionItem


@mail_for("action_item.changed")
def action_item_changed(about: dict[str, Any]) -> Message | None:
    """To whose it is, or was; as it stands when the mail leaves. Of what is done by then nobody needs to hear."""
    found = ActionItem.objects.select_related("owner", "withdrawn_by", "meeting__sprint__partnership")
    item = found.get(pk=about["item"])
    if item.done_at:
        return None
    page = reverse("meeting", args=[item.meeting.sprint.partnership.slug, item.meeting.number])
    return Message(
        subject=_says(item, about["person"]),
        paragraphs=[_("It was written down in the meeting “%(meeting)s”.") % {"meeting": item.meeting.title}],
        button=(_("Open the meeting"), absolute(page)),
    )


def _says(item: ActionItem, reader: str) -> str:
    if item.withdrawn_by:
        return _("Taken back by %(who)s: %(what)s") % {"who": item.withdrawn_by.name, "what": item.what}
    if str(item.owner_id) != reader:
        return _("%(who)s does this from now on: %(what)s") % {"who": item.owner.name, "what": item.what}
    return _("Yours to do until %(day)s: %(what)s") % {"day": date_words(item.due), "what": item.what}
