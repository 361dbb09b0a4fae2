"""The decision log: read it, write into it, sign off together, say that one sees it otherwise."""

from __future__ import annotations

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from partners import rules
from partners.access import partnership_page
from partners.forms.attempt import attempt
from partners.models import Partnership
from partners.requests import PersonRequest
from sprints import actions
from sprints.domain.decisions import TEXTS, DecisionSubject, decision_digest, decision_log
from sprints.forms.decisions import DecisionForm, DissentForm
from sprints.models import Decision
from sprints.states import DecisionState
from sprints.views.conflicts import answers_conflicts
from sprints.views.form_page import form_page
from sprints.views.overview import sprint_or_404
from sprints.views.sign_offs import sign_off_section

PLACE = "decisions"


@require_safe
@partnership_page(rules.reads)
def decisions(request: PersonRequest, partnership: Partnership) -> HttpResponse:
    names = partnership.names_on_screen()
    log = decision_log(sprint_or_404(partnership))
    context = {
        "page": "sprint",
        "place": PLACE,
        "partnership": partnership,
        "rows": [(one, [names[party] for party in names if party in one.waits_for]) for one in log],
        "may_write": rules.proposes(request.user, partnership),
    }
    return render(request, "sprints/decisions/decisions.html", context)


@require_safe
@partnership_page(rules.reads)
def decision(request: PersonRequest, partnership: Partnership, number: int) -> HttpResponse:
    return decision_page(request, partnership, number)


def decision_page(
    request: PersonRequest, partnership: Partnership, number: int, *, status: int = 200, **forms: object
) -> HttpResponse:
    subject = DecisionSubject(_found(partnership, number))
    context = sign_off_section(request, subject) | {
        "page": "sprint",
        "place": PLACE,
        "partnership": partnership,
        "decision": subject.row,
        "dissents": subject.row.dissents.select_related("person"),
        "may_write": rules.proposes(request.user, partnership),
        "may_reverse": subject.state == DecisionState.MADE and subject.reversal is None,
        "dissent_form": DissentForm(auto_id="dissent_%s"),
    }
    return render(request, "sprints/decisions/decision.html", context | forms, status=status)


def _found(partnership: Partnership, number: int) -> Decision:
    sprint = sprint_or_404(partnership)
    people = Decision.objects.select_related("reverses", "proposed_by", "changed_by")
    found = get_object_or_404(people, sprint=sprint, number=number)
    found.sprint = sprint
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@partnership_page(rules.proposes)
@answers_conflicts
def decision_add(request: PersonRequest, partnership: Partnership) -> HttpResponse:
    form, sprint = DecisionForm(request.POST or None), sprint_or_404(partnership)
    if request.method == "POST" and (made := _attempt(request, form, actions.propose_decision, sprint=sprint)):
        messages.success(request, _("It is in the log. It is decided when both sides have signed it off."))
        return redirect("decision", partnership.slug, made.number)
    lead = _("Write it down before it is decided. Both sides sign off the same words.")
    return _form(request, partnership, form, title=_("Write down a decision"), lead=lead)


@require_http_methods(["GET", "HEAD", "POST"])
@partnership_page(rules.proposes)
@answers_conflicts
def decision_change(request: PersonRequest, partnership: Partnership, number: int) -> HttpResponse:
    found = _found(partnership, number)
    initial = {name: getattr(found, name) for name in TEXTS} | {"options": "\n".join(found.options)}
    form = DecisionForm(request.POST or None, initial=initial | {"shown": decision_digest(found)})
    shown = request.POST.get("shown", "")
    if request.method == "POST" and _attempt(request, form, actions.change_decision, decision=found, shown=shown):
        messages.success(request, _("Saved. Both sides see it."))
        return redirect("decision", partnership.slug, number)
    lead = _("A change asks again whoever has signed it off.")
    return _form(request, partnership, form, title=_("Change this decision"), lead=lead)


@require_http_methods(["GET", "HEAD", "POST"])
@partnership_page(rules.proposes)
@answers_conflicts
def decision_reverse(request: PersonRequest, partnership: Partnership, number: int) -> HttpResponse:
    """A new decision that names the one that it takes back."""
    old = _found(partnership, number)
    form = DecisionForm(request.POST or None, initial={"question": old.question})
    act = {"sprint": old.sprint, "reverses": old}
    if request.method == "POST" and (made := _attempt(request, form, actions.propose_decision, **act)):
        messages.success(request, _("It is in the log. The earlier decision holds until both sides have signed this."))
        return redirect("decision", partnership.slug, made.number)
    title = _("Take back decision %(number)s") % {"number": number}
    lead = _("“%(question)s” was decided like this: %(choice)s. Write down what holds instead.")
    return _form(request, partnership, form, title=title, lead=lead % {"question": old.question, "choice": old.choice})


def _attempt(request: PersonRequest, form: forms.Form, act: Callable[..., Decision], **more: object) -> Decision | None:
    if form.is_valid():
        form.cleaned_data.pop("shown")
    return attempt(form, act, by=request.user, now=timezone.now(), **more)


def _form(request: PersonRequest, partnership: Partnership, form: forms.Form, *, title: str, lead: str) -> HttpResponse:
    return form_page(request, partnership, form, title=title, lead=lead, back="decisions", place=PLACE)


@require_POST
@partnership_page(rules.reads)
@answers_conflicts
def decision_dissent(request: PersonRequest, partnership: Partnership, number: int) -> HttpResponse:
    form = DissentForm(request.POST, auto_id="dissent_%s")
    act = {"by": request.user, "decision": _found(partnership, number), "now": timezone.now()}
    if not attempt(form, actions.dissent, **act):
        return decision_page(request, partnership, number, dissent_form=form, status=422)
    messages.success(request, _("Your words are kept with the decision."))
    return redirect("decision", partnership.slug, number)
