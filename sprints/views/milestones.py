"""A milestone: read it, say what came of it, add evidence, sign it off, change its place in the plan."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from partners import rules
from partners.access import partnership_page
from partners.forms.attempt import attempt
from partners.models import Partnership
from partners.parties import Role
from partners.requests import PersonRequest
from sprints import actions
from sprints.actions.milestones import needs_both
from sprints.domain.commitments import signed_promises
from sprints.domain.milestones import MilestoneStatus, plan_content, plan_digest, sprint_status
from sprints.forms.milestones import EvidenceForm, MilestoneForm, OutcomeForm
from sprints.models import Evidence, Milestone, Sprint
from sprints.rules import leads_milestone
from sprints.views.conflicts import answers_conflicts
from sprints.views.files import kept_file
from sprints.views.overview import sprint_or_404
from sprints.views.sign_offs import sign_off_section


@require_safe
@partnership_page(rules.reads)
def milestone(request: PersonRequest, partnership: Partnership, number: int) -> HttpResponse:
    return milestone_page(request, partnership, number)


def milestone_page(
    request: PersonRequest, partnership: Partnership, number: int, *, status: int = 200, **forms: object
) -> HttpResponse:
    standing = _standing(partnership, number)
    found, names = standing.milestone, partnership.names_on_screen()
    context = sign_off_section(request, standing.subject) | {
        "page": "sprint",
        "partnership": partnership,
        "standing": standing,
        "milestone": found,
        "names": names,
        "leaders": leader_names(found, names),
        "fulfils": [promise for promise in signed_promises(partnership) if promise.clause in found.fulfils.all()],
        "may_change": rules.leads(request.user, partnership),
        "may_write": standing.is_open,
        "leads_it": leads_milestone(request.user, found),
        "proposal": found.proposals.filter(settled_at=None).first(),
        "outcome_form": OutcomeForm(initial={"shown": standing.subject.digest, "outcome": found.outcome}),
        "evidence_form": EvidenceForm(sprint=found.sprint, auto_id="evidence_%s"),
    }
    return render(request, "sprints/milestones/milestone.html", context | forms, status=status)


def _standing(partnership: Partnership, number: int) -> MilestoneStatus:
    sprint = sprint_or_404(partnership)
    found = get_object_or_404(Milestone, sprint=sprint, number=number)
    rows = sprint_status(sprint, now=timezone.now()).milestones
    return next(row for row in rows if row.milestone == found)


def leader_names(found: Milestone, names: dict[str, str]) -> list[str]:
    """Who leads it: the organizations in the order of the screens, then the roles beside them."""
    known = names | {role.value: str(role.label) for role in Role}
    return [name for key, name in known.items() if key in found.leaders]


def _found(partnership: Partnership, number: int) -> Milestone:
    return get_object_or_404(Milestone.objects.select_related("sprint"), sprint__partnership=partnership, number=number)


@require_POST
@partnership_page(rules.reads)
@answers_conflicts
def outcome(request: PersonRequest, partnership: Partnership, number: int) -> HttpResponse:
    form = OutcomeForm(request.POST)
    if not form.is_valid():
        return milestone_page(request, partnership, number, outcome_form=form, status=422)
    found = _found(partnership, number)
    actions.say_outcome(by=request.user, milestone=found, now=timezone.now(), **form.cleaned_data)
    messages.success(request, _("Saved. Both sides see it."))
    return redirect("milestone", partnership.slug, number)


@require_POST
@partnership_page(rules.reads)
@answers_conflicts
def evidence(request: PersonRequest, partnership: Partnership, number: int) -> HttpResponse:
    sprint = sprint_or_404(partnership)
    form = EvidenceForm(request.POST, request.FILES, sprint=sprint, auto_id="evidence_%s")
    if form.is_valid() and (file := form.cleaned_data.pop("file")):
        form.cleaned_data |= {"file": file.read(), "file_name": file.name}
    act = {"by": request.user, "milestone": _found(partnership, number), "now": timezone.now()}
    if not attempt(form, actions.add_evidence, **act):
        return milestone_page(request, partnership, number, evidence_form=form, status=422)
    messages.success(request, _("The evidence is added. Both sides see it."))
    return redirect("milestone", partnership.slug, number)


@require_POST
@partnership_page(rules.reads)
@answers_conflicts
def evidence_withdraw(request: PersonRequest, partnership: Partnership, pk: UUID) -> HttpResponse:
    found = get_object_or_404(Evidence, pk=pk, milestone__sprint__partnership=partnership)
    actions.withdraw_evidence(by=request.user, evidence=found, now=timezone.now())
    messages.success(request, _("It is taken back. The history keeps it."))
    return redirect("milestone", partnership.slug, found.milestone.number)


@require_safe
@partnership_page(rules.reads)
def evidence_file(request: PersonRequest, partnership: Partnership, pk: UUID) -> FileResponse:
    found = get_object_or_404(
        Evidence, pk=pk, kind="file", milestone__sprint__partnership=partnership, withdrawn_at=None
    )
    return kept_file(found)


@require_POST
@partnership_page(rules.reads)
@answers_conflicts
def finish(request: PersonRequest, partnership: Partnership, number: int) -> HttpResponse:
    actions.finish(by=request.user, milestone=_found(partnership, number), now=timezone.now())
    messages.success(request, _("It is done."))
    return redirect("milestone", partnership.slug, number)


@require_POST
@partnership_page(rules.reads)
@answers_conflicts
def take_up_again(request: PersonRequest, partnership: Partnership, number: int) -> HttpResponse:
    actions.take_up_again(by=request.user, milestone=_found(partnership, number), now=timezone.now())
    messages.success(request, _("It is open again."))
    return redirect("milestone", partnership.slug, number)


@require_http_methods(["GET", "HEAD", "POST"])
@partnership_page(rules.leads)
@answers_conflicts
def add(request: PersonRequest, partnership: Partnership) -> HttpResponse:
    return _change(request, partnership, None)


@require_http_methods(["GET", "HEAD", "POST"])
@partnership_page(rules.leads)
@answers_conflicts
def change(request: PersonRequest, partnership: Partnership, number: int) -> HttpResponse:
    sprint_or_404(partnership)
    return _change(request, partnership, _found(partnership, number))


def _change(request: PersonRequest, partnership: Partnership, found: Milestone | None) -> HttpResponse:
    """One form to add, move, reassign and drop. Where both sides sign off, it becomes a proposal."""
    sprint, names = sprint_or_404(partnership), partnership.names_on_screen()
    initial = plan_content(found) | {"shown": plan_digest(found)} if found else {}
    form = MilestoneForm(request.POST or None, sprint=sprint, names=names, initial=initial)
    if request.method == "POST" and (done := attempt(form, _act, request=request, sprint=sprint, found=found)):
        return done
    context = {"page": "sprint", "partnership": partnership, "milestone": found, "form": form}
    return render(request, "sprints/milestones/milestone_change.html", context, status=422 if form.errors else 200)


def _act(*, request: PersonRequest, sprint: Sprint, found: Milestone | None, **typed: Any) -> HttpResponse:
    reason, shown = typed.pop("reason"), typed.pop("shown")
    content = typed | {"dropped": "drop" in request.POST}
    act: dict[str, Any] = {"by": request.user, "sprint": sprint, "milestone": found, "reason": reason}
    if needs_both(found, content):
        proposal = actions.propose_milestone(**act, content=content, now=timezone.now())
        messages.success(request, _("Your proposal is sent. It holds when the other side agrees to it."))
        return redirect("proposal", sprint.partnership.slug, proposal.number)
    changed = actions.change_freely(**act, content=content, shown=shown, now=timezone.now())
    messages.success(request, _("The plan is changed. Both sides see it."))
    return redirect("milestone", sprint.partnership.slug, changed.number)
