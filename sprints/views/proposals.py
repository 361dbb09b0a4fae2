"""Propose the first day or a pause; read and answer what the other side proposes."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from agreements.refusals import NotNow
from partners import rules
from partners.access import partnership_page
from partners.dates import day_words
from partners.forms.attempt import attempt
from partners.models import Partnership
from partners.only_sent import only_sent
from partners.parties import Party
from partners.requests import PersonRequest
from sprints import actions
from sprints.actions.proposals import refused_start
from sprints.domain.milestones import sprint_status
from sprints.domain.prior_work import still_open
from sprints.domain.proposals import (
    agree_closed,
    declined_before,
    late_at_once,
    meetings_cancelled,
    refused_pause,
    rows_of_proposal,
    timeline_of,
)
from sprints.domain.states import answer_closed, pause_closed, start_closed
from sprints.domain.todo import sprint_of
from sprints.forms.prior_work import PriorWorkAnswerForm
from sprints.forms.proposals import PauseForm, StartForm
from sprints.forms.sign_offs import ChangesForm
from sprints.models import Proposal, ProposalKind, Sprint
from sprints.views.conflicts import answers_conflicts
from sprints.views.pages import carry_out, done, draw, sprint_form


@partnership_page(rules.assents)
@only_sent()
@answers_conflicts
def start(request: PersonRequest, partnership: Partnership) -> HttpResponse:
    if why := start_closed(partnership, Sprint.objects.filter(partnership=partnership).first()):
        raise NotNow(why)
    form = StartForm(request.POST)
    now = timezone.now()
    where: dict[str, Any] = {"partnership": partnership, "now": now}
    if made := attempt(form, actions.propose_start, check=partial(refused_start, **where), by=request.user, **where):
        _say_days(request, made, late=len(late_at_once(made, now)))
        return redirect("sprint", partnership.slug)
    declined = declined_before(sprint_of(partnership), ProposalKind.START)
    context = {"page": "sprint", "partnership": partnership, "form": form, "is_lead": True, "declined": declined}
    return render(request, "sprints/overview/before.html", context, status=422)


def _say_days(request: PersonRequest, made: Proposal, *, late: int) -> None:
    """What was asked for, in days: a slip in the year shows here, before the other side agrees."""
    planned = timeline_of(made)
    says = _("Your proposal is sent: from %(first)s to %(last)s. The sprint starts when the other side agrees to it.")
    messages.success(request, says % {"first": day_words(planned.first_day), "last": day_words(planned.last_day)})
    if late:
        says = ngettext(
            "%(n)s milestone would be late at once. You can propose another first day; or, if it was done before you "
            "came here, say so once the sprint has begun.",
            "%(n)s milestones would be late at once. You can propose another first day; or, if they were done before "
            "you came here, say so once the sprint has begun.",
            late,
        )
        messages.warning(request, says % {"n": late})


@sprint_form(rules.assents)
def pause(request: PersonRequest, sprint: Sprint) -> HttpResponse:
    if why := pause_closed(sprint, timezone.now()):
        raise NotNow(why)
    form = PauseForm(request.POST or None)
    check = partial(refused_pause, sprint=sprint, now=timezone.now())
    if carry_out(request, form, actions.propose_pause, check=check, sprint=sprint):
        says = _("Your proposal is sent. The plan shifts when the other side agrees to it.")
        return done(request, says, sprint, "sprint")
    status = 422 if form.errors else 200
    context = {"form": form, "declined": declined_before(sprint, ProposalKind.PAUSE)}
    return draw(request, sprint, "sprints/proposals/pause.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@partnership_page(rules.reads)
@answers_conflicts
def proposal(request: PersonRequest, partnership: Partnership, number: int) -> HttpResponse:
    proposals = Proposal.objects.select_related("sprint__partnership__agreement")
    found = get_object_or_404(proposals, sprint__partnership=partnership, number=number)
    found.sprint.partnership.agreement.partnership = partnership
    if request.method == "POST":
        return _answer(request, partnership, found)
    return _page(request, partnership, found, ChangesForm(initial={"shown": found.digest}))


def _answer(request: PersonRequest, partnership: Partnership, found: Proposal) -> HttpResponse:
    if why := answer_closed(partnership, found.sprint):
        raise NotNow(why)
    by, now = request.user, timezone.now()
    chosen = _prior_form(found, now, request.POST)
    if "agree" in request.POST:
        if chosen and not chosen.is_valid():
            return _page(request, partnership, found, ChangesForm(initial={"shown": found.digest}), chosen, status=422)
        left_out = chosen.left_out if chosen else ()
        act: dict[str, Any] = {"by": by, "now": now, "left_out": left_out}
        actions.agree_to_proposal(proposal=found, shown=request.POST.get("shown", ""), **act)
        messages.success(request, _("You have agreed. It holds from now on."))
        return redirect("sprint", partnership.slug)
    form = ChangesForm(request.POST)
    if not form.is_valid():
        return _page(request, partnership, found, form, status=422)
    actions.decline_proposal(by=by, proposal=found, now=now, **form.cleaned_data)
    messages.success(request, _("The other side reads your answer. Nothing was changed."))
    return redirect("sprint", partnership.slug)


def _prior_form(found: Proposal, now: datetime, *typed: Any) -> PriorWorkAnswerForm | None:
    """What of a list the other side confirms; None for any other proposal."""
    if found.kind != ProposalKind.PRIOR_WORK or found.settled_at:
        return None
    return PriorWorkAnswerForm(
        *typed, proposal=found, open_ones=still_open(found, sprint_status(found.sprint, now=now))
    )


def _page(
    request: PersonRequest,
    partnership: Partnership,
    found: Proposal,
    form: ChangesForm,
    chosen: PriorWorkAnswerForm | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    names, found.sprint.partnership = partnership.names_on_screen(), partnership
    answers = rules.party_of(request.user, partnership) == Party(found.party).other
    context = {
        "page": "sprint",
        "partnership": partnership,
        "proposal": found,
        "proposer": names[found.party],
        "rows": rows_of_proposal(found, names),
        "late": [] if found.settled_at else late_at_once(found, timezone.now()),
        "cancels": meetings_cancelled(found, timezone.now()),
        "closed": answer_closed(partnership, found.sprint),
        "agree_closed": "" if found.settled_at else agree_closed(found, timezone.now()),
        "may_answer": found.settled_at is None and answers and rules.assents(request.user, partnership),
        "declined": declined_before(found.sprint, found.kind, found.milestone),
        "form": form,
        "chosen": chosen or _prior_form(found, timezone.now()),
    }
    return render(request, "sprints/proposals/proposal.html", context, status=status)
