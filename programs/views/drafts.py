"""Staff look at drafts, comments and evidence: where both sides share them, for an hour of that session, after an act
that both sides read of. They read, and comment; nothing here agrees, proposes or signs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Concatenate, ParamSpec
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from agreements import actions as agreement_actions
from agreements.domain import agreement_page
from agreements.domain.clause_status import agreement_status
from agreements.forms.comments import CommentForm
from agreements.models import Comment
from agreements.refusals import NotNow
from agreements.states import Draft
from agreements.views.agreement import agreement_of, comment_counts
from agreements.views.clauses import clause_of
from partners import actions, rules
from partners.access import View, partnership_page
from partners.domain.sharing import LOOK_LASTS, look_holds, may_open_drafts
from partners.forms.attempt import attempt
from partners.models import Partnership
from partners.only_sent import only_sent
from partners.requests import PersonRequest
from programs.domain.drafts import evidence_rows
from sprints.files import PHONES
from sprints.models import Sprint
from sprints.views.files import kept_file, kept_picture
from sprints.views.milestones import file_of

P = ParamSpec("P")
PageView = Callable[Concatenate[PersonRequest, Partnership, P], HttpResponseBase]
OPENED = "opened_drafts"  # in the session: when, by the partnership's id


def opened_at(request: PersonRequest, partnership: Partnership) -> datetime | None:
    """When this session opened them, if that still holds."""
    kept = request.session.get(OPENED, {}).get(str(partnership.pk))
    opened = datetime.fromisoformat(kept) if kept else None
    return opened if opened and look_holds(partnership, opened, timezone.now()) else None


def shared_page(view: PageView[P]) -> View:
    """For staff of the program; where the two sides do not share their drafts with them, it does not exist."""

    @wraps(view)
    def page(
        request: PersonRequest, partnership: Partnership, /, *args: P.args, **kwargs: P.kwargs
    ) -> HttpResponseBase:
        if not may_open_drafts(request.user, partnership):
            raise Http404
        return view(request, partnership, *args, **kwargs)

    return partnership_page(rules.helps)(page)


def opened_page(view: PageView[P]) -> View:
    """As `shared_page`, once opened; else it leads to where that is done."""

    @wraps(view)
    def page(
        request: PersonRequest, partnership: Partnership, /, *args: P.args, **kwargs: P.kwargs
    ) -> HttpResponseBase:
        if opened_at(request, partnership) is None:
            return redirect("drafts", partnership.slug)
        return view(request, partnership, *args, **kwargs)

    return shared_page(page)


@require_http_methods(["GET", "HEAD"])
@shared_page
def drafts(request: PersonRequest, partnership: Partnership) -> HttpResponse:
    """What is being written and what shows that things were done; before it is opened, the button that does."""
    opened, context = opened_at(request, partnership), {"page": "home", "partnership": partnership}
    if opened is None:
        return render(request, "programs/drafts/closed.html", context)
    agreement = agreement_of(partnership)
    rows = agreement_page.rows(agreement_status(agreement), agreement_page.Viewer(), comment_counts(agreement))
    context |= {"until": opened + LOOK_LASTS, "agreement": agreement, "rows": rows, "phones": PHONES}
    context |= {"evidence": evidence_rows(partnership), "names": partnership.names_on_screen()}
    return render(request, "programs/drafts/drafts.html", context)


@shared_page
@only_sent(on="drafts")
def drafts_open(request: PersonRequest, partnership: Partnership) -> HttpResponse:
    """Once a session and hour: the same again is the same look."""
    if opened_at(request, partnership) is None:
        now = timezone.now()
        actions.open_drafts(by=request.user, partnership=partnership, now=now)
        kept = request.session.get(OPENED, {})
        request.session[OPENED] = kept | {str(partnership.pk): now.isoformat()}
    return redirect("drafts", partnership.slug)


@require_http_methods(["GET", "HEAD"])
@opened_page
def drafts_clause(request: PersonRequest, partnership: Partnership, key: str) -> HttpResponse:
    return _clause_page(request, partnership, key)


@opened_page
@only_sent()
def drafts_comment(request: PersonRequest, partnership: Partnership, key: str) -> HttpResponse:
    """It stands beside the clause, marked as the staff's; it moves nothing."""
    found, form = clause_of(partnership, key), CommentForm(request.POST)

    def say(comment: str) -> Comment:
        return agreement_actions.comment(by=request.user, clause=found, text=comment, now=timezone.now())

    try:
        said = attempt(form, say)
    except NotNow as closed:
        messages.warning(request, str(closed))
        return redirect("drafts_clause", partnership.slug, key)
    if not said:
        return _clause_page(request, partnership, key, form)
    messages.success(request, _("Your comment is sent. Everyone in the partnership can read it."))
    return redirect(f"{reverse('drafts_clause', args=[partnership.slug, key])}#comments")


def _clause_page(
    request: PersonRequest, partnership: Partnership, key: str, form: CommentForm | None = None
) -> HttpResponse:
    found, agreement = clause_of(partnership, key), agreement_of(partnership)
    standing = agreement_status(agreement)
    context = {
        "page": "home",
        "partnership": partnership,
        "agreement": agreement,
        "row": agreement_page.ClauseRow(standing.of(found.key), standing, agreement_page.Viewer()),
        "comments": found.comments.select_related("written_by").order_by("pk"),
        "comment_form": form or (CommentForm() if agreement.draft != Draft.CLOSED else None),
        "comment_url": reverse("drafts_comment", args=[partnership.slug, key]),
    }
    return render(request, "programs/drafts/clause.html", context, status=422 if form else 200)


@require_http_methods(["GET", "HEAD"])
@opened_page
def drafts_file(request: PersonRequest, partnership: Partnership, pk: UUID) -> FileResponse:
    return kept_file(file_of(get_object_or_404(Sprint, partnership=partnership), pk))


@require_http_methods(["GET", "HEAD"])
@opened_page
def drafts_picture(request: PersonRequest, partnership: Partnership, pk: UUID) -> FileResponse:
    return kept_picture(file_of(get_object_or_404(Sprint, partnership=partnership), pk))
