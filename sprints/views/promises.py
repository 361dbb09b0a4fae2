"""Promises kept: one page, and the same as a PDF to hand out, sealed when both sides ask for it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from agreements.pdf import draw
from agreements.views.editions import download
from partners import rules
from partners.access import partnership_page
from partners.models import Partnership
from partners.requests import PersonRequest
from sprints import actions
from sprints.domain.milestones import SprintStatus, sprint_status
from sprints.domain.names import names_of
from sprints.domain.promises import grouped, kept_promises
from sprints.domain.report_requests import asked_for
from sprints.domain.reports import report
from sprints.domain.sign_offs import voice_rows
from sprints.domain.todo import sprint_of, week_of
from sprints.models import SealedReport
from sprints.views.conflicts import answers_conflicts
from sprints.views.overview import sprint_or_404


@require_safe
@partnership_page(rules.sees_partnership)
def promises(request: PersonRequest, partnership: Partnership) -> HttpResponse:
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
    } | _sealing(request, partnership, standing, now)
    return render(request, "sprints/promises/promises.html", context)


def _sealing(
    request: PersonRequest, partnership: Partnership, standing: SprintStatus | None, now: datetime
) -> dict[str, object]:
    """Who asked for a sealed report of what is shown, and those that were sealed before."""
    if standing is None:
        return {}
    answered, party = asked_for(standing.sprint, now), rules.party_of(request.user, partnership)
    return {
        "voices": voice_rows(answered, names_of(partnership), {}),
        "reports": SealedReport.objects.filter(sprint=standing.sprint).defer("pdf", "html", "facts"),
        "shown": answered.voices.digest,
        "may_ask": party is not None
        and rules.assents(request.user, partnership)
        and not answered.voices.says_yes(party),
    }


@require_POST
@partnership_page(rules.assents)
@answers_conflicts
def report_ask(request: PersonRequest, partnership: Partnership) -> HttpResponse:
    shown, sprint = request.POST.get("shown", ""), sprint_or_404(partnership)
    both = actions.ask_for_sealed_report(by=request.user, sprint=sprint, shown=shown, now=timezone.now())
    done = _("Both sides asked for it. It is being sealed, and both leads get a mail when it is ready.")
    messages.success(request, done if both else _("You have asked for it. It is sealed when the other side asks too."))
    return redirect(f"{reverse('promises', args=[partnership.slug])}#sealed")


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
    page = report(partnership, _standing(partnership), now=now)
    data = draw.draw_apart(page, paper=settings.PAPER_SIZE)
    return download(data, "application/pdf", f"{partnership.slug}-promises-{now:%Y-%m-%d}.pdf")


def _standing(partnership: Partnership) -> SprintStatus | None:
    sprint = sprint_of(partnership)
    return sprint_status(sprint, now=timezone.now()) if sprint and sprint.first_day else None
