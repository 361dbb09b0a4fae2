"""The message that the sealed report is ready."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from mail.outbox import Message, absolute
from sprints.emails.hourly import mail_for
from sprints.models import SealedReport


@mail_for("report.sealed")
def report_sealed(about: dict[str, Any]) -> Message | None:
    """The report that both sides asked for can be downloaded."""
    report = SealedReport.objects.select_related("sprint__partnership").get(pk=about["report"])
    return Message(
        subject=_("Your sealed report on the promises is ready"),
        paragraphs=[_("Both sides asked for it. You can download it, and hand it on: anybody can verify it.")],
        button=(_("Read the promises"), absolute(reverse("promises", args=[report.sprint.partnership.slug]))),
    )
