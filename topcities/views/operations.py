"""How this installation runs, for those who run it."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from partners.access import runs_site
from partners.requests import PersonRequest
from topcities.check_results import Level, examine
from topcities.doctor import AT_ONCE
from topcities.figures import Figures
from topcities.operations import accounts, findings_by_level, works


@require_safe
@runs_site
def operations(request: PersonRequest) -> HttpResponse:
    """What the doctor says without asking other machines, and the figures that it read for that."""
    figures = Figures(timezone.now())
    found = findings_by_level(examine(AT_ONCE, figures))
    context = {
        "wrong": found[Level.WRONG],
        "look": found[Level.LOOK],
        "well": found[Level.OK],
        "works": works(figures),
        "accounts": accounts(figures.now),
        "zone": request.user.zone(ZoneInfo("UTC")),
    }
    return render(request, "topcities/operations/operations.html", context)
