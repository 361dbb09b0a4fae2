"""The guided start of a program: what it needs, in five short parts that can be left and taken up again."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from partners.access import runs_program
from partners.forms.attempt import attempt
from partners.models import Program
from partners.only_sent import only_sent
from partners.requests import PersonRequest
from programs.actions import add_program_day, take_back_program_day
from programs.domain.start import days_of, start_steps
from programs.forms.days import ProgramDayForm
from programs.models import ProgramDay
from sprints.domain.plans import current_plan, plan_title


@runs_program
@require_http_methods(["GET", "HEAD", "POST"])
def program_start(request: PersonRequest, program: Program) -> HttpResponse:
    """The page; what is sent to it is a day."""
    form = ProgramDayForm(request.POST or None, zone=program.time_zone)
    by, now = request.user, timezone.now()

    def add(**_typed: Any) -> ProgramDay:
        return add_program_day(by=by, program=program, now=now, **form.as_facts(program.zone))

    if attempt(form, add):
        messages.success(request, _("The day stands for the whole cohort."))
        return redirect("program_start", program.slug)
    context = {
        "page": "settings",
        "program": program,
        "steps": start_steps(program),
        "days": days_of(program),
        "form": form,
        "plan": plan_title(current_plan(program)),
    }
    return render(request, "programs/start/start.html", context, status=422 if form.errors else 200)


@runs_program
@only_sent(on="program_start")
def program_day_take_back(request: PersonRequest, program: Program, pk: int) -> HttpResponse:
    day = get_object_or_404(ProgramDay, program=program, pk=pk)
    take_back_program_day(by=request.user, day=day, now=timezone.now())
    messages.success(request, _("The day was taken back."))
    return redirect("program_start", program.slug)
