"""A sealed report on the promises: both sides ask for the same facts, then the worker draws and seals it."""

from __future__ import annotations

from datetime import datetime

from django.utils import translation

from mail.outbox import wake
from sprints.domain.milestones import sprint_status
from sprints.domain.reports import ReportSubject, report
from sprints.models import SealedReport


def keep_report(subject: ReportSubject, *, now: datetime) -> None:
    """Both sides asked for the same facts. The page is kept as it is now, in the agreement's language: what happens
    before it is drawn changes nothing in it."""
    sprint, asked = subject.row, sorted(subject.given.values(), key=lambda answer: answer.at)
    with translation.override(sprint.partnership.agreement.language):
        page = report(sprint.partnership, sprint_status(sprint, now=now), asked=asked, now=now)
    facts = page.attachments[0][2].decode()
    SealedReport.objects.create(
        sprint=sprint, digest=subject.digest, html=page.html, facts=facts, asked_at=now, due_at=now
    )
    wake("sprints.seal_reports")
