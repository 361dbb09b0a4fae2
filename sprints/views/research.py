"""Research with residents: plan, activities, findings, and the check of each analysis."""

from __future__ import annotations

from uuid import UUID

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
from sprints.domain.research import (
    FindingSubject,
    changes_digest,
    checkers,
    finding_digest,
    finding_subjects,
    research_plan_content,
    research_plan_digest,
    research_plan_of,
    standing_activities,
    standing_findings,
    supported,
)
from sprints.forms.research import ActivityForm, FindingForm, ResearchPlanForm, WhatChangedForm
from sprints.models import Activity, Finding
from sprints.views.conflicts import answers_conflicts
from sprints.views.form_page import form_page
from sprints.views.overview import sprint_or_404
from sprints.views.sign_offs import sign_off_section

PLACE = "research"


@require_safe
@partnership_page(rules.reads)
def research(request: PersonRequest, partnership: Partnership) -> HttpResponse:
    sprint, names = sprint_or_404(partnership), partnership.names_on_screen()
    activities, plan, asked = standing_activities(sprint), research_plan_of(sprint), checkers(partnership)
    labels = {name: field.label for name, field in ResearchPlanForm.base_fields.items() if name != "shown"}
    context = {
        "page": "sprint",
        "place": PLACE,
        "partnership": partnership,
        "plan": plan,
        "plan_rows": [(label, getattr(plan, name)) for name, label in labels.items()],
        "activities": activities,
        "people": sum(activity.people for activity in activities),
        "rows": finding_subjects(standing_findings(sprint), {sprint.pk: asked}),
        "checkers": [names[party] for party in asked],
    }
    return render(request, "sprints/research/research.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@partnership_page(rules.reads)
@answers_conflicts
def research_plan_change(request: PersonRequest, partnership: Partnership) -> HttpResponse:
    sprint = sprint_or_404(partnership)
    plan = research_plan_of(sprint)
    form = ResearchPlanForm(
        request.POST or None, initial=research_plan_content(plan) | {"shown": research_plan_digest(plan)}
    )
    act = {"by": request.user, "sprint": sprint, "now": timezone.now()}
    if attempt(form, actions.write_research_plan, **act):
        messages.success(request, _("Saved. Both sides see it."))
        return redirect("research", partnership.slug)
    title = _("Write the research plan")
    return form_page(request, partnership, form, title=title, back="research", place=PLACE)


@require_http_methods(["GET", "HEAD", "POST"])
@partnership_page(rules.reads)
@answers_conflicts
def activity_add(request: PersonRequest, partnership: Partnership) -> HttpResponse:
    form = ActivityForm(request.POST or None)
    act = {"by": request.user, "sprint": sprint_or_404(partnership), "now": timezone.now()}
    if attempt(form, actions.add_activity, **act):
        messages.success(request, _("It is written down. Both sides see it."))
        return redirect("research", partnership.slug)
    title = _("Write down what was done with residents")
    lead = _("Counts and words, never who somebody is. There is no field for residents' names.")
    return form_page(request, partnership, form, title=title, lead=lead, back="research", place=PLACE)


@require_POST
@partnership_page(rules.reads)
@answers_conflicts
def activity_withdraw(request: PersonRequest, partnership: Partnership, pk: UUID) -> HttpResponse:
    found = get_object_or_404(Activity.objects.select_related("sprint"), pk=pk, sprint__partnership=partnership)
    actions.withdraw_activity(by=request.user, activity=found, now=timezone.now())
    messages.success(request, _("It is taken back. The history keeps it."))
    return redirect("research", partnership.slug)


@require_safe
@partnership_page(rules.reads)
def finding(request: PersonRequest, partnership: Partnership, number: int) -> HttpResponse:
    return finding_page(request, partnership, number)


def finding_page(
    request: PersonRequest, partnership: Partnership, number: int, *, status: int = 200, **forms: object
) -> HttpResponse:
    found = _found(partnership, number)
    context = sign_off_section(request, FindingSubject(found)) | {
        "page": "sprint",
        "place": PLACE,
        "partnership": partnership,
        "finding": found,
        "supports": [one.milestone for one in supported(found).values()],
        "led_to_form": WhatChangedForm(initial={"changes": found.changes, "shown": changes_digest(found)}),
    }
    return render(request, "sprints/research/finding.html", context | forms, status=status)


def _found(partnership: Partnership, number: int) -> Finding:
    sprint = sprint_or_404(partnership)
    findings = Finding.objects.select_related("added_by", "changed_by").prefetch_related("activities", "datasets")
    found = get_object_or_404(findings, sprint=sprint, number=number)
    found.sprint = sprint
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@partnership_page(rules.reads)
@answers_conflicts
def finding_add(request: PersonRequest, partnership: Partnership) -> HttpResponse:
    return _form(request, partnership, None)


@require_http_methods(["GET", "HEAD", "POST"])
@partnership_page(rules.reads)
@answers_conflicts
def finding_change(request: PersonRequest, partnership: Partnership, number: int) -> HttpResponse:
    return _form(request, partnership, _found(partnership, number))


def _form(request: PersonRequest, partnership: Partnership, found: Finding | None) -> HttpResponse:
    sprint, initial = sprint_or_404(partnership), {}
    if found:
        initial = {name: getattr(found, name) for name in ("title", "analysis")} | {"shown": finding_digest(found)}
        initial |= {"activities": found.activities.all(), "datasets": found.datasets.all()}
    form = FindingForm(request.POST or None, sprint=sprint, initial=initial)
    act = {"by": request.user, "sprint": sprint, "finding": found, "now": timezone.now()}
    if made := attempt(form, actions.set_finding, **act):
        messages.success(request, _("Saved. It waits to be confirmed as accurate and comprehensive."))
        return redirect("finding", partnership.slug, made.number)
    title = _("Change this finding") if found else _("Write down a finding")
    return form_page(request, partnership, form, title=title, back="research", place=PLACE)


@require_POST
@partnership_page(rules.reads)
@answers_conflicts
def finding_led_to(request: PersonRequest, partnership: Partnership, number: int) -> HttpResponse:
    form = WhatChangedForm(request.POST)
    if not form.is_valid():
        return finding_page(request, partnership, number, led_to_form=form, status=422)
    finding = _found(partnership, number)
    actions.say_what_changed(by=request.user, finding=finding, now=timezone.now(), **form.cleaned_data)
    messages.success(request, _("Saved. Both sides see it."))
    return redirect("finding", partnership.slug, number)


@require_POST
@partnership_page(rules.reads)
@answers_conflicts
def finding_withdraw(request: PersonRequest, partnership: Partnership, number: int) -> HttpResponse:
    shown, found = request.POST.get("shown", ""), _found(partnership, number)
    actions.withdraw_finding(by=request.user, finding=found, shown=shown, now=timezone.now())
    messages.success(request, _("It is taken back. The history keeps it."))
    return redirect("research", partnership.slug)
