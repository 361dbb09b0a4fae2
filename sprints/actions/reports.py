"""A sealed report on the promises: both sides ask for the same facts, then the worker draws and seals it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import translation

from agreements.actions.transactions import speaks_for
from mail.outbox import wake
from partners import rules
from partners.models import Person
from sprints.actions.sign_offs import record_answer
from sprints.actions.transactions import lock_running_sprint, record_event
from sprints.domain.milestones import answers_to, sprint_status, voices_on
from sprints.domain.report_requests import asked_for, report_id
from sprints.domain.reports import report
from sprints.emails.hourly import tell_lead
from sprints.models import SealedReport, SignOff, SignOffAnswer, Sprint


@transaction.atomic
def ask_for_sealed_report(*, by: Person, sprint: Sprint, shown: str, now: datetime) -> SealedReport | None:
    """Ask for the person's own side. With the second yes to the same facts the report is kept, and waits for its seal.
    Raises Stale where the facts have changed since they were shown."""
    sprint = lock_running_sprint(sprint)
    party = speaks_for(by, sprint.partnership, rules.assents)
    content, subject = asked_for(sprint, now).content, report_id(sprint)
    if record_answer(sprint, subject, content, SignOffAnswer.YES, party=party, by=by, shown=shown, now=now) is None:
        return None
    record_event(sprint, "report.asked", by=by, now=now, payload={"party": party, "digest": shown})
    answers = answers_to([subject])[subject]
    if voices_on(shown, answers).both:
        return _keep_asked(sprint, shown, sorted(answers.values(), key=lambda answer: answer.at), now)
    about = {"sprint": sprint.pk, "party": party.other}
    tell_lead(sprint, party.other, "report.waits", about=about, now=now)
    return None


def _keep_asked(sprint: Sprint, shown: str, asked: list[SignOff], now: datetime) -> SealedReport:
    """The page as it is now, in the agreement's language: what happens before it is drawn changes nothing in it."""
    with translation.override(sprint.partnership.agreement.language):
        page = report(sprint.partnership, sprint_status(sprint, now=now), asked=asked, now=now)
    facts = page.attachments[0][2].decode()
    kept = SealedReport.objects.create(
        sprint=sprint, digest=shown, html=page.html, facts=facts, asked_at=now, due_at=now
    )
    wake("sprints.seal_reports")
    return kept
