"""A program itself: a new one, its settings, and a colleague who is invited."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from partners import actions
from partners.access import runs_program, staff_of_program, starts_programs
from partners.forms.attempt import attempt
from partners.forms.invitations import AddressForm
from partners.forms.programs import FirstProgramForm, ProgramForm
from partners.models import Program
from partners.only_sent import only_sent
from partners.requests import PersonRequest
from partners.rules import says_who_signs_in
from programs.domain.publications import public_count
from programs.domain.retention import terms_of
from programs.domain.seals import about_the_seal


@starts_programs
@require_http_methods(["GET", "HEAD", "POST"])
def program_new(request: PersonRequest) -> HttpResponse:
    form = _new_program_form(request)
    if made := attempt(form, actions.create_program, by=request.user, now=timezone.now()):
        return redirect("program_start", slug=made.slug)
    return render(request, "programs/program/program_form.html", {"form": form}, status=422 if form.errors else 200)


def _new_program_form(request: PersonRequest) -> ProgramForm:
    """Whoever makes their first program is asked for their name. Made of their address, it is none."""
    own, initial = request.user, {"contact_email": request.user.email}
    if own.programs.exists():
        return ProgramForm(request.POST or None, initial=initial)
    name = "" if own.name == own.email.partition("@")[0] else own.name
    return FirstProgramForm(request.POST or None, initial=initial | {"own_name": name})


@require_safe
@staff_of_program
def program_settings(request: PersonRequest, found: Program) -> HttpResponse:
    return settings_page(request, found, AddressForm())


def settings_page(request: PersonRequest, found: Program, form: AddressForm, *, status: int = 200) -> HttpResponse:
    """Its facts, who its staff are, and what is to know of the seal."""
    staff = found.staff.select_related("person").order_by("since")
    context: dict[str, Any] = {"program": found, "page": "settings", "staff": staff, "form": form}
    context["public"] = public_count(found)
    context |= about_the_seal(found, timezone.now())
    context |= {"terms": terms_of(found), "may_change_records": says_who_signs_in(request.user)}
    return render(request, "programs/program/settings.html", context, status=status)


@runs_program
@require_http_methods(["GET", "HEAD", "POST"])
def program_edit(request: PersonRequest, found: Program) -> HttpResponse:
    form = ProgramForm(request.POST or None, program=found)
    if attempt(form, actions.change_program, by=request.user, program=found, now=timezone.now()):
        messages.success(request, _("Saved."))
        return redirect("program_settings", slug=found.slug)
    context = {"form": form, "program": found, "page": "settings"}
    return render(request, "programs/program/program_form.html", context, status=422 if form.errors else 200)


@staff_of_program
@only_sent()
def program_invite(request: PersonRequest, found: Program) -> HttpResponse:
    """Staff invite a colleague."""
    form = AddressForm(request.POST)
    if attempt(form, actions.invite_staff, by=request.user, program=found, now=timezone.now()):
        messages.success(request, _("The invitation is on its way to %(name)s.") % form.cleaned_data)
        return redirect("program_settings", slug=found.slug)
    return settings_page(request, found, form, status=422)
