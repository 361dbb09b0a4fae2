"""Staff edit their program's own plan milestone by milestone, see its picture, and publish it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from agreements.domain.templates import current_template
from agreements.refusals import Stale
from ledger.canonical import digest
from partners.access import runs_program, staff_of_program
from partners.actions.program_editions import DraftChanged
from partners.forms.attempt import attempt
from partners.models import Program
from partners.only_sent import only_sent
from partners.parties import Party, Role
from partners.requests import PersonRequest
from programs.domain.templates import ToSeeTo, button_after, promises_of, ways_to_move
from programs.forms.plans import PlannedForm, WeeksForm
from programs.forms.templates import SourceForm
from programs.views.templates import templates_page
from sprints import actions
from sprints.domain.buy_in import week_of
from sprints.domain.learning import stage_weeks
from sprints.domain.picture import sketched
from sprints.domain.plans import plan_named, plan_title, plans_to_copy
from sprints.models import Occasion, PlanDraft, PlanEdition
from sprints.plan import BUILT_IN, Plan, plan_of
from sprints.plan_check import PlanProblem, due_together, plan_cautions, plan_problems


@runs_program
@only_sent(on="program_templates")
def plan_begin(request: PersonRequest, program: Program) -> HttpResponse:
    form = SourceForm(request.POST, sources=plans_to_copy(program), auto_id="plan_%s")
    if attempt(form, actions.begin_plan, by=request.user, program=program, now=timezone.now()):
        return redirect("plan_draft", program.slug)
    return templates_page(request, program, plan_form=form)


@staff_of_program
@require_safe
def plan_draft(request: PersonRequest, program: Program) -> HttpResponse:
    draft = PlanDraft.objects.filter(program=program).first()
    if draft is None:
        messages.info(request, _("There is no copy to edit now. It was published or discarded."))
        return redirect("program_templates", program.slug)
    return _draft_page(request, draft, WeeksForm(initial={"weeks": draft.content["weeks"]}))


def _draft_page(request: PersonRequest, draft: PlanDraft, form: WeeksForm, *, status: int = 200) -> HttpResponse:
    promises = promises_of(current_template(draft.program))
    problems = plan_problems(draft.content, promises)
    context = {
        "page": "templates",
        "program": draft.program,
        "draft": draft,
        "form": form,
        "problems": [_to_see_to(one) for one in problems],
        "cautions": [] if problems else [ToSeeTo(text) for text in plan_cautions(draft.content, promises)],
        "digest": digest(draft.content),
        "milestones": [
            _row(one) | {"moves": ways_to_move(number, due_together(draft.content["milestones"]))}
            for number, one in enumerate(draft.content["milestones"], start=1)
        ],
        **({} if problems else _picture(plan_of("draft", draft.content))),
    }
    return render(request, "programs/plans/draft.html", context, status=status)


def _to_see_to(problem: PlanProblem) -> ToSeeTo:
    if problem.number is None:
        return ToSeeTo(problem.text)
    name = _("Milestone %(number)s") % {"number": problem.number}
    return ToSeeTo(problem.text, name, f"milestone-{problem.number}")


def _row(one: dict[str, Any]) -> dict[str, Any]:
    """A milestone of a copy, in the reader's words."""
    names = {**dict(Party.choices), **{role.value: role.label for role in Role}}
    led_by = ", ".join(str(names.get(leader, leader)) for leader in one["leaders"])
    return {**one, "title": _(one["title"]), "led_by": led_by}


def _picture(plan: Plan) -> dict[str, Any]:
    """As it would be if a sprint began next Monday, and the weeks in which people are asked for their word."""
    today = timezone.localdate()
    first_day = today + timedelta(days=7 - today.weekday())
    return {
        "picture": sketched(plan, first_day),
        "first_day": first_day,
        "last_day": _last_day(plan, first_day),
        "support_weeks": [week_of(occasion, plan, plan.weeks) for occasion in Occasion],
        "learning_weeks": list(stage_weeks(plan.weeks).values()),
    }


def _last_day(plan: Plan, first_day: date) -> date:
    return first_day + timedelta(weeks=plan.weeks) - timedelta(days=1)


@runs_program
@only_sent(on="plan_draft")
def plan_weeks(request: PersonRequest, program: Program) -> HttpResponse:
    draft, form = _draft(program), WeeksForm(request.POST)
    if attempt(form, actions.change_plan_weeks, by=request.user, program=program, now=timezone.now()):
        messages.success(request, _("Saved. New sprints begin with it once you publish it."))
        return redirect("plan_draft", program.slug)
    return _draft_page(request, draft, form, status=422)


@runs_program
@require_http_methods(["GET", "HEAD", "POST"])
def planned(request: PersonRequest, program: Program, number: int) -> HttpResponse:
    draft = _draft(program)
    if not 1 <= number <= len(draft.content["milestones"]):
        raise Http404
    return _planned(request, program, draft, number)


@runs_program
@require_http_methods(["GET", "HEAD", "POST"])
def planned_new(request: PersonRequest, program: Program) -> HttpResponse:
    return _planned(request, program, _draft(program), None)


def _planned(request: PersonRequest, program: Program, draft: PlanDraft, number: int | None) -> HttpResponse:
    promises = promises_of(current_template(program))
    before = draft.content["milestones"][number - 1] if number else None
    initial = {**before, "title": _(before["title"]), "shown": digest(before)} if before else {}
    form = PlannedForm(request.POST or None, weeks=draft.content["weeks"], promises=promises, initial=initial)
    act: dict[str, Any] = {"by": request.user, "program": program, "number": number, "keys": promises}
    act["now"] = timezone.now()
    try:
        if before and "remove" in request.POST:
            actions.change_planned(milestone=None, shown=request.POST.get("shown", ""), **act)
            return _saved(request, program)
        if form.is_bound and form.is_valid():
            milestone = form.milestone()
            if before and milestone["title"] == _(before["title"]):
                milestone["title"] = before["title"]  # a built-in one stays what each reads in their own language
            actions.change_planned(milestone=milestone, shown=form.cleaned_data["shown"], **act)
            return _saved(request, program)
    except Stale:
        return _planned_page(request, draft, form, number, status=409, stands=before)
    except ValidationError as refusal:
        form.add_error(None, refusal)
    return _planned_page(request, draft, form, number, status=422 if form.errors else 200)


@runs_program
@only_sent(on="plan_draft")
def planned_move(request: PersonRequest, program: Program, number: int) -> HttpResponse:
    """Among milestones of the same weeks the order is the plan's own. Back to the button that was pressed, or to what
    is left of the two."""
    pressed = "up" if request.POST.get("move", "").startswith("up") else "down"
    act: dict[str, Any] = {"by": request.user, "program": program, "number": number, "now": timezone.now()}
    try:
        draft = actions.move_planned(up=pressed == "up", shown=request.POST.get("shown", ""), **act)
    except PlanDraft.DoesNotExist:
        return redirect("plan_draft", program.slug)
    except DraftChanged:
        messages.warning(request, _("Nothing was moved: the copy is not what you saw any more. Look at it again."))
        return redirect("plan_draft", program.slug)
    messages.success(request, _("The milestone was moved."))
    here = number - 1 if pressed == "up" else number + 1
    ways = ways_to_move(here, due_together(draft.content["milestones"]))
    button = button_after(pressed, ways) or "milestone"
    return redirect(f"{reverse('plan_draft', args=[program.slug])}#{button}-{here}")


def _saved(request: PersonRequest, program: Program) -> HttpResponse:
    messages.success(request, _("Saved. New sprints begin with it once you publish it."))
    return redirect("plan_draft", program.slug)


def _planned_page(
    request: PersonRequest,
    draft: PlanDraft,
    form: PlannedForm,
    number: int | None,
    *,
    status: int,
    stands: dict[str, Any] | None = None,
) -> HttpResponse:
    """`stands`: what somebody else saved meanwhile. What was typed stays in the form; sending it again decides."""
    if stands:
        typed = request.POST.copy()
        typed["shown"] = digest(stands)
        form.data = typed
    context = {"page": "templates", "program": draft.program, "form": form, "number": number, "stands": stands}
    return render(request, "programs/plans/milestone.html", context, status=status)


@runs_program
@only_sent(on="plan_draft")
def plan_publish(request: PersonRequest, program: Program) -> HttpResponse:
    promises = promises_of(current_template(program))
    try:
        act: dict[str, Any] = {"by": request.user, "program": program, "keys": promises, "now": timezone.now()}
        edition = actions.publish_plan(shown=request.POST.get("shown", ""), **act)
    except PlanDraft.DoesNotExist:
        return redirect("plan_draft", program.slug)
    except (DraftChanged, ValidationError):
        messages.warning(request, _("Nothing was published: the copy is not what you saw any more. Look at it again."))
        return redirect("plan_draft", program.slug)
    says = _("Edition %(number)s is published. New sprints begin with it; those that run keep theirs.")
    messages.success(request, says % {"number": edition.number})
    return redirect("program_templates", program.slug)


@runs_program
@only_sent(on="plan_draft")
def plan_discard(request: PersonRequest, program: Program) -> HttpResponse:
    actions.discard_plan(by=request.user, program=program)
    messages.success(request, _("The copy is gone. What was published stays."))
    return redirect("program_templates", program.slug)


@staff_of_program
@require_safe
def plan_edition(request: PersonRequest, program: Program, name: str) -> HttpResponse:
    """A built-in plan, or an edition of this program, as a picture."""
    edition = None if name in BUILT_IN else get_object_or_404(PlanEdition, program=program, name=name)
    plan = plan_named(name)
    context = {"page": "templates", "program": program, "title": plan_title(plan), "edition": edition}
    return render(request, "programs/plans/edition.html", context | _picture(plan))


def _draft(program: Program) -> PlanDraft:
    return get_object_or_404(PlanDraft.objects.select_related("program"), program=program)
