"""Messages about meetings."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from mail.outbox import Message, absolute
from partners.dates import moment_words
from sprints.emails.hourly import mail_for
from sprints.models import Meeting


@mail_for("meeting.set")
def meeting_set(about: dict[str, Any]) -> Message | None:
    """A meeting is planned; as it stands when the mail leaves."""
    return _meeting(about, _("A meeting is planned: %(title)s"))


@mail_for("meeting.changed")
def meeting_changed(about: dict[str, Any]) -> Message | None:
    return _meeting(about, _("A meeting has changed: %(title)s"), cancelled=_("A meeting is cancelled: %(title)s"))


def _meeting(about: dict[str, Any], says: str, *, cancelled: str = "") -> Message | None:
    """Of one that was planned and cancelled within the same mail nobody needs to hear."""
    meeting = Meeting.objects.select_related("sprint__partnership__program").get(pk=about["meeting"])
    if meeting.cancelled_at and not cancelled:
        return None
    when = moment_words(meeting.starts_at, meeting.zone)
    page = reverse("meeting", args=[meeting.sprint.partnership.slug, meeting.number])
    return Message(
        subject=(cancelled if meeting.cancelled_at else says) % {"title": f"{meeting.title}, {when}"},
        paragraphs=[meeting.place] if meeting.place else [],
        button=(_("Open the meeting"), absolute(page)),
    )
