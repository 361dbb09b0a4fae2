"""A partnership's home: what waits for you, then where we are; and its history."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from agreements.domain.todo import whose_turn
from agreements.states import Draft
from ledger.models import Event
from ledger.record import last_changes
from partners import rules
from partners.access import partnership_page
from partners.domain.sharing import may_open_drafts
from partners.models import Partnership
from partners.requests import PersonRequest
from programs.domain.notes import latest_notes
from sprints.domain.states import closed
from topcities.history import entries_of
from topcities.todo import partnership_overviews

PER_PAGE = 50


@require_safe
@partnership_page(rules.sees_partnership)
def partnership(request: PersonRequest, partnership: Partnership) -> HttpResponse:
    """One thing to do first, then the state in a few lines. Staff see the state, and no draft."""
    overviews = partnership_overviews([partnership], readers=[request.user], now=timezone.now())
    scene, seat = overviews[partnership.pk], request.seat
    agreement, standing = scene.agreement, scene.standing
    context = {
        "page": "home",
        "partnership": partnership,
        "agreement": agreement,
        "seat": seat,
        "reads": seat is not None,
        "may_look": may_open_drafts(request.user, partnership),
        "may_remind": agreement.ended_at is None and rules.reminds(request.user, partnership),
        "todo": scene.todo(request.user, seat),
        "glance": scene.glance,
        "turn": [standing.organizations[party].name for party in whose_turn(agreement, standing)],
        "agreed_count": sum(on_clause.settled for on_clause in standing.clauses),
        "clause_count": len(standing.clauses),
        "drafting": agreement.draft == Draft.OPEN,
        "changed_at": last_changes([partnership.id]).get(partnership.id),
        "notes": latest_notes(partnership, timezone.now()),
        "may_help": rules.helps(request.user, partnership),
        "may_meet": scene.outlook is not None and not closed(partnership, scene.outlook.sprint),
        "open_invitations": partnership.invitations.unanswered(),
    }
    return render(request, "topcities/partnership/partnership.html", context)


@require_safe
@partnership_page(rules.reads)
def history(request: PersonRequest, partnership: Partnership) -> HttpResponse:
    """What happened, newest first: the ledger in words."""
    events = Event.objects.filter(chain=partnership.id).select_related("content").order_by("-sequence")
    shown = Paginator(events, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": "history",
        "partnership": partnership,
        "shown": shown,
        "entries": entries_of(partnership, list(shown.object_list)),
    }
    return render(request, "topcities/history/history.html", context)
