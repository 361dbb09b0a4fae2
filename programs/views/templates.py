"""Staff edit their program's own template, look at it as a partnership would, and publish it."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from agreements import actions
from agreements.domain.templates import (
    current_template,
    problems_of,
    sample_content,
    template_named,
    template_title,
    templates_to_copy,
)
from agreements.models import TemplateDraft, TemplateEdition
from agreements.wording.template import DEFAULT, Template
from agreements.wording.template_check import TemplateProblem, template_cautions
from agreements.wording.template_content import template_of
from agreements.wording.template_edits import Move, neighbours
from ledger.canonical import digest
from partners.access import runs_program, staff_of_program
from partners.actions.program_editions import DraftChanged
from partners.forms.attempt import attempt
from partners.models import Program
from partners.only_sent import only_sent
from partners.parties import Party
from partners.requests import PersonRequest
from programs.domain.templates import (
    ToSeeTo,
    button_after,
    other_weeks,
    shelf_of_plans,
    shelf_of_templates,
    ways_to_move,
)
from programs.forms.templates import SourceForm, TemplateForm
from programs.translation import translation_title
from sprints.domain.plans import current_plan, plans_to_copy


@staff_of_program
@require_safe
def program_templates(request: PersonRequest, program: Program) -> HttpResponse:
    """What new partnerships begin with, what is being edited, and what was published."""
    return templates_page(request, program)


def templates_page(
    request: PersonRequest,
    program: Program,
    *,
    template_form: SourceForm | None = None,
    plan_form: SourceForm | None = None,
) -> HttpResponse:
    weeks = current_plan(program).weeks
    context = {
        "page": "templates",
        "program": program,
        "templates": shelf_of_templates(program),
        "plans": shelf_of_plans(program),
        "template_form": template_form or SourceForm(sources=templates_to_copy(program), auto_id="template_%s"),
        "plan_form": plan_form or SourceForm(sources=plans_to_copy(program), auto_id="plan_%s"),
        "weeks": weeks,
        "other_weeks": other_weeks(current_template(program), weeks),
    }
    status = 422 if any(form and form.errors for form in (template_form, plan_form)) else 200
    return render(request, "programs/templates/templates.html", context, status=status)


@runs_program
@only_sent(on="program_templates")
def template_begin(request: PersonRequest, program: Program) -> HttpResponse:
    form = SourceForm(request.POST, sources=templates_to_copy(program), auto_id="template_%s")
    if attempt(form, actions.begin_template, by=request.user, program=program, now=timezone.now()):
        return redirect("template_draft", program.slug)
    return templates_page(request, program, template_form=form)


@runs_program
@require_http_methods(["GET", "HEAD", "POST"])
def template_draft(request: PersonRequest, program: Program) -> HttpResponse:
    """The copy, with each fault beside its line. Saving keeps faults: only publishing asks for none."""
    draft = TemplateDraft.objects.filter(program=program).first()
    if draft is None:
        messages.info(request, _("There is no copy to edit now. It was published or discarded."))
        return redirect("program_templates", program.slug)
    form = TemplateForm(request.POST or None, content=draft.content, initial={"shown": digest(draft.content)})
    if not form.is_bound or not form.is_valid():
        return _draft_page(request, draft, form, status=422 if form.errors else 200)
    try:
        act = {"by": request.user, "program": program, "shown": form.cleaned_data.pop("shown"), "now": timezone.now()}
        draft = actions.change_template(texts=form.texts(), move=form.move(), **act)
    except DraftChanged as refusal:
        return _both_texts(request, draft, refusal.stands)
    if move := form.move():
        return _moved(request, draft, move)
    messages.success(request, _("Saved. New partnerships begin with it once you publish it."))
    return redirect("template_draft", program.slug)


def _moved(request: PersonRequest, draft: TemplateDraft, move: Move) -> HttpResponse:
    """Back to the button that was pressed, or to what is left of the two."""
    messages.success(request, _("Saved, and the line was moved."))
    ways = ways_to_move(move.place, neighbours(draft.content))
    button = button_after("up" if move.up else "down", ways) or "line"
    page = reverse("template_draft", args=[draft.program.slug])
    return redirect(f"{page}?moved={quote(move.place)}#{button}-{quote(move.place)}")


def _both_texts(request: PersonRequest, draft: TemplateDraft, stands: dict[str, Any]) -> HttpResponse:
    """Somebody else saved meanwhile: what they saved stands beside what was typed, and sending it again decides."""
    typed, draft.content = request.POST.copy(), stands
    saved = {name: str(text) for name, text in TemplateForm(content=stands).initial.items()}
    differing = {
        name: text for name, text in saved.items() if name in typed and str(typed[name]).strip() != text.strip()
    }
    for name, text in saved.items():
        typed.setdefault(name, text)  # a line that they added
    typed["shown"] = digest(stands)
    form = TemplateForm(typed, content=stands)
    return _draft_page(request, draft, form, status=409, stands=differing)


def _draft_page(
    request: PersonRequest,
    draft: TemplateDraft,
    form: TemplateForm,
    *,
    status: int,
    stands: dict[str, str] | None = None,
) -> HttpResponse:
    problems = problems_of(draft.content)
    context = {
        "page": "templates",
        "program": draft.program,
        "draft": draft,
        "form": form,
        "groups": form.groups(problems, stands, request.GET.get("moved", "")),
        "stale": stands is not None,
        "import_title": translation_title(draft.content),
        "problems": [_to_see_to(one, form) for one in problems],
        "cautions": [] if problems else [_to_see_to(one, form) for one in template_cautions(draft.content)],
        "digest": digest(draft.content),
    }
    return render(request, "programs/templates/draft.html", context, status=status)


def _to_see_to(problem: TemplateProblem, form: TemplateForm) -> ToSeeTo:
    """With a link to its line, where it is about the words of one."""
    if not problem.language:
        return ToSeeTo(problem.text)
    return ToSeeTo(problem.text, form.row_name(problem.place), f"line-{problem.place}")


@runs_program
@only_sent(on="template_draft")
def template_publish(request: PersonRequest, program: Program) -> HttpResponse:
    try:
        shown = request.POST.get("shown", "")
        edition = actions.publish_template(by=request.user, program=program, shown=shown, now=timezone.now())
    except TemplateDraft.DoesNotExist:
        return redirect("template_draft", program.slug)
    except (DraftChanged, ValidationError):
        messages.warning(request, _("Nothing was published: the copy is not what you saw any more. Look at it again."))
        return redirect("template_draft", program.slug)
    says = _("Edition %(number)s is published. New partnerships begin with it; those under way keep theirs.")
    messages.success(request, says % {"number": edition.number})
    return redirect("program_templates", program.slug)


@runs_program
@only_sent(on="template_draft")
def template_discard(request: PersonRequest, program: Program) -> HttpResponse:
    actions.discard_template(by=request.user, program=program)
    messages.success(request, _("The copy is gone. What was published stays."))
    return redirect("program_templates", program.slug)


@staff_of_program
@require_safe
def template_preview(request: PersonRequest, program: Program) -> HttpResponse:
    """The copy as a partnership would read it."""
    draft = TemplateDraft.objects.filter(program=program).first()
    if draft is None:
        return redirect("program_templates", program.slug)
    written = template_of("draft", draft.content)
    if not written.written:
        messages.info(request, _("The copy says nothing yet."))
        return redirect("program_templates", program.slug)
    return _text_page(request, program, written, _("Preview of the copy"), draft=draft)


@staff_of_program
@require_safe
def template_edition(request: PersonRequest, program: Program, name: str) -> HttpResponse:
    """The built-in template, or an edition of this program, as a partnership reads it."""
    edition = None if name == DEFAULT else get_object_or_404(TemplateEdition, program=program, name=name)
    return _text_page(request, program, template_named(name), template_title(name), edition=edition)


def _text_page(request: PersonRequest, program: Program, written: Template, title: str, **more: object) -> HttpResponse:
    if not written.written:
        raise Http404
    wanted = request.GET.get("in", get_language() or "en")
    language = wanted if written.is_written_in(wanted) else next(iter(written.written))
    names = {Party.CITY: _("Sample City Team"), Party.COMMUNITY: _("Sample Community Partner")}
    context = {
        "page": "templates",
        "program": program,
        "title": title,
        "content": sample_content(written, language, names, _("a sample issue")),
        "language": language,
        "languages": list(written.written),
        "offered": [one.in_language(language) for one in written.offered.values()],
        **more,
    }
    return render(request, "programs/templates/edition.html", context)
