"""Promises kept: one page, and the same as a PDF to hand out, sealed when both sides ask for it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from agreements.pdf import draw
from agreements.views.editions import download
from partners import rules
from partners.access import partnership_page
from partners.models import Partnership
from partners.requests import PersonRequest
from sprints.domain.milestones import SprintStatus
from sprints.domain.plan import week_of
from sprints.domain.promises import grouped, kept_promises
from sprints.domain.reports import ReportSubject, report
from sprints.domain.states import closed
from sprints.domain.todo import standing_of
from sprints.models import SealedReport
from sprints.views.sign_offs import sign_off_section


@require_safe
@partnership_page(rules.sees_partnership)
def promises(request: PersonRequest, partnership: Partnership) -> HttpResponse:
    """From the first week to after Demo Day. Before the sprint has begun, it says what was promised."""
    now = timezone.now()
    standing = standing_of(partnership, now)
    rows = kept_promises(partnership, standing, now=now)
    why = closed(partnership, standing.sprint if standing else None)
    context = {
        "page": "sprint",
        "place": "promises",
        "partnership": partnership,
        "standing": standing,
        "week": week_of(standing.sprint, now) if standing else "",
        "groups": grouped(rows),
        "without": [row for row in rows if row.has_no_milestone] if standing else [],
        "kept_count": sum(row.is_kept for row in rows),
        "names": partnership.names_on_screen(),
        "reads": rules.reads(request.user, partnership),
        "may_change": rules.assents(request.user, partnership) and not why,
        "closed": why if standing else "",
    } | _sealing(request, standing, now)
    return render(request, "sprints/promises/promises.html", context)


def _sealing(request: PersonRequest, standing: SprintStatus | None, now: datetime) -> dict[str, object]:
    """Who asked for a sealed report of what is shown, and those that were sealed before."""
    if standing is None:
        return {}
    reports = SealedReport.objects.filter(sprint=standing.sprint).defer("pdf", "html", "facts")
    return sign_off_section(request, ReportSubject(standing.sprint, now=now)) | {"reports": reports}


@require_safe
@partnership_page(rules.sees_partnership)
def report_file(request: PersonRequest, partnership: Partnership, pk: UUID) -> HttpResponse:
    sealed = SealedReport.objects.filter(sprint__partnership=partnership, sealed_at__isnull=False)
    report = get_object_or_404(sealed, pk=pk)
    name = f"{partnership.slug}-promises-{report.asked_at:%Y-%m-%d}-sealed.pdf"
    return download(bytes(report.pdf or b""), "application/pdf", name)


@require_safe
@partnership_page(rules.sees_partnership)
def promises_pdf(request: PersonRequest, partnership: Partnership) -> HttpResponse:
    now = timezone.now()
    page = report(partnership, standing_of(partnership, now), now=now)
    data = draw.draw_apart(page, paper=settings.PAPER_SIZE)
    return download(data, "application/pdf", f"{partnership.slug}-promises-{now:%Y-%m-%d}.pdf")
