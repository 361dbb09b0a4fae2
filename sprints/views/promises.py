"""Promises kept: one page, and the same as a PDF to hand out."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from agreements import pdf
from agreements.views.reading import download
from partners import rules
from partners.access import partnership_page
from partners.models import Partnership
from sprints.promises import grouped, kept_promises
from sprints.report import report
from sprints.standing import SprintStanding, standing_of
from sprints.views.overview import names_of
from sprints.waiting import sprint_of, week_of


@require_safe
@partnership_page(rules.sees_partnership)
def promises(request: HttpRequest, partnership: Partnership) -> HttpResponse:
    """From the first week to after Demo Day. Before the sprint has begun, it says what was promised."""
    standing, now = _standing(partnership), timezone.now()
    rows = kept_promises(partnership, standing, now=now)
    context = {
        "page": "sprint",
        "place": "promises",
        "partnership": partnership,
        "standing": standing,
        "week": week_of(standing.sprint, now) if standing else "",
        "groups": grouped(rows),
        "without": [row for row in rows if row.has_no_milestone] if standing else [],
        "kept_count": sum(row.is_kept for row in rows),
        "names": names_of(partnership),
        "reads": rules.reads(request.user, partnership),
        "may_change": rules.leads(request.user, partnership),
    }
    return render(request, "sprints/promises.html", context)


@require_safe
@partnership_page(rules.sees_partnership)
def promises_pdf(request: HttpRequest, partnership: Partnership) -> HttpResponse:
    now = timezone.now()
    page = report(partnership, _standing(partnership), names=names_of(partnership), now=now)
    data = pdf.draw_apart(page, paper=settings.PAPER_SIZE)
    return download(data, "application/pdf", f"{partnership.slug}-promises-{now:%Y-%m-%d}.pdf")


def _standing(partnership: Partnership) -> SprintStanding | None:
    sprint = sprint_of(partnership)
    return standing_of(sprint, now=timezone.now()) if sprint and sprint.first_day else None
