"""Research with residents: plan, activities, findings, and the check of each analysis."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from django.forms import model_to_dict
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from agreements.refusals import NotNow
from partners import rules
from partners.requests import PersonRequest
from sprints import actions
from sprints.actions.research import refused_activity, refused_finding
from sprints.domain.milestones import finding_closed
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
    withdraw_closed,
)
from sprints.forms.research import ActivityForm, FindingForm, ResearchPlanForm, WhatChangedForm
from sprints.models import Activity, Finding, Sprint
from sprints.views.pages import carry_out, done, draw, form_page, one_of, sprint_act, sprint_form, sprint_page
from sprints.views.sign_offs import sign_off_section

PLACE = "research"


@sprint_page(rules.reads)
def research(request: PersonRequest, sprint: Sprint) -> HttpResponse:
    names = sprint.partnership.names_on_screen()
    activities, plan, asked = standing_activities(sprint), research_plan_of(sprint), checkers(sprint.partnership)
    labels = {name: field.label for name, field in ResearchPlanForm.base_fields.items() if name != "shown"}
    context = {
        "plan": plan,
        "plan_rows": [(label, getattr(plan, name)) for name, label in labels.items()],
        "activities": activities,
        "kept": {one.pk for one in activities if withdraw_closed(one)},
        "people": sum(activity.people for activity in activities),
        "rows": finding_subjects(standing_findings(sprint), {sprint.pk: asked}),
        "checkers": [names[party] for party in asked],
    }
    return draw(request, sprint, "sprints/research/research.html", context, place=PLACE)


@sprint_form(rules.takes_part)
def research_plan_change(request: PersonRequest, sprint: Sprint) -> HttpResponse:
    plan = research_plan_of(sprint)
    initial = research_plan_content(plan) | {"shown": research_plan_digest(plan)}
    form = ResearchPlanForm(request.POST or None, initial=initial)
    if carry_out(request, form, actions.write_research_plan, sprint=sprint):
        return done(request, _("Saved. Both sides see it."), sprint, "research")
    return form_page(request, sprint, form, place=PLACE, title=_("Write the research plan"))


@sprint_form(rules.takes_part)
def activity_add(request: PersonRequest, sprint: Sprint) -> HttpResponse:
    form = ActivityForm(request.POST or None)
    check = partial(refused_activity, sprint=sprint, now=timezone.now())
    if carry_out(request, form, actions.add_activity, check=check, sprint=sprint):
        return done(request, _("It is written down. Both sides see it."), sprint, "research")
    title = _("Write down what was done with residents")
    lead = _("Counts and words, never who somebody is. There is no field for residents' names.")
    return form_page(request, sprint, form, place=PLACE, title=title, lead=lead)


@sprint_act(rules.takes_part)
def activity_withdraw(request: PersonRequest, sprint: Sprint, pk: UUID) -> HttpResponse:
    actions.withdraw_activity(by=request.user, activity=one_of(Activity, sprint, pk=pk), now=timezone.now())
    return done(request, _("It is taken back. The history keeps it."), sprint, "research")


@sprint_page(rules.reads)
def finding(request: PersonRequest, sprint: Sprint, number: int) -> HttpResponse:
    return finding_page(request, sprint, number)


def finding_page(
    request: PersonRequest, sprint: Sprint, number: int, *, status: int = 200, **forms: object
) -> HttpResponse:
    findings = Finding.objects.select_related("added_by", "changed_by").prefetch_related("activities", "datasets")
    found = one_of(findings, sprint, number=number)
    context = {
        **sign_off_section(request, FindingSubject(found)),
        "finding": found,
        "finding_closed": finding_closed(found),
        "supports": [one.milestone for one in supported(found).values()],
        "led_to_form": WhatChangedForm(initial={"changes": found.changes, "shown": changes_digest(found)}),
        **forms,
    }
    return draw(request, sprint, "sprints/research/finding.html", context, place=PLACE, status=status)


@sprint_form(rules.takes_part)
def finding_form(request: PersonRequest, sprint: Sprint, number: int | None = None) -> HttpResponse:
    """Write one down, or change it."""
    found, initial = one_of(Finding, sprint, number=number) if number is not None else None, {}
    if found:
        if why := finding_closed(found):
            raise NotNow(why)
        typed = model_to_dict(found, ["title", "analysis", "activities", "datasets"])
        initial = typed | {"shown": finding_digest(found)}
    form = FindingForm(request.POST or None, sprint=sprint, initial=initial)
    if made := carry_out(request, form, actions.set_finding, check=refused_finding, sprint=sprint, finding=found):
        says = _("Saved. It waits to be confirmed as accurate and comprehensive.")
        return done(request, says, sprint, "finding", made.number)
    title = _("Change this finding") if found else _("Write down a finding")
    return form_page(request, sprint, form, place=PLACE, title=title)


@sprint_act(rules.takes_part)
def finding_led_to(request: PersonRequest, sprint: Sprint, number: int) -> HttpResponse:
    form = WhatChangedForm(request.POST)
    if not carry_out(request, form, actions.say_what_changed, finding=one_of(Finding, sprint, number=number)):
        return finding_page(request, sprint, number, led_to_form=form, status=422)
    return done(request, _("Saved. Both sides see it."), sprint, "finding", number)


@sprint_act(rules.takes_part)
def finding_withdraw(request: PersonRequest, sprint: Sprint, number: int) -> HttpResponse:
    shown, found = request.POST.get("shown", ""), one_of(Finding, sprint, number=number)
    actions.withdraw_finding(by=request.user, finding=found, shown=shown, now=timezone.now())
    return done(request, _("It is taken back. The history keeps it."), sprint, "research")
