"""The partnerships of a program: what each of them waits for, and a new one."""

from __future__ import annotations

from functools import partial

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from agreements.actions import start_partnership
from partners.access import runs_program, staff_of_program
from partners.actions.programs import refused_leads
from partners.forms.attempt import attempt
from partners.forms.programs import PartnershipForm
from partners.models import Partnership, Program
from partners.parties import Party
from partners.requests import PersonRequest
from programs.domain.partnerships import partnership_rows
from programs.domain.publications import public_count

PER_PAGE = 50


@runs_program
@require_http_methods(["GET", "HEAD", "POST"])
def partnership_new(request: PersonRequest, found: Program) -> HttpResponse:
    """Two organizations, two leads, one issue. Which party stands first on the form alternates."""
    order = list(Party) if found.partnerships.count() % 2 else list(reversed(Party))
    form = PartnershipForm(request.POST or None, order=order)
    by, now = request.user, timezone.now()

    def start(**_typed: object) -> Partnership:
        return start_partnership(by=by, program=found, now=now, **form.as_facts())

    if made := attempt(form, start, check=partial(refused_leads, found)):
        messages.success(request, _("The partnership is there, and both leads are invited."))
        return redirect("people", slug=made.slug)
    context = {"form": form, "program": found, "page": "partnerships"}
    return render(request, "programs/partnerships/partnership_new.html", context, status=422 if form.errors else 200)


@require_safe
@staff_of_program
def program_partnerships(request: PersonRequest, found: Program) -> HttpResponse:
    """What each of them waits for, and what only staff can do for them."""
    now = timezone.now()
    partnerships = found.partnerships.prefetch_related("organizations")
    shown = Paginator(partnerships, PER_PAGE).get_page(request.GET.get("page"))
    rows = list(partnership_rows(list(shown.object_list), now))
    context = {"program": found, "page": "partnerships", "shown": shown, "rows": rows, "now": now}
    context["public"] = public_count(found)
    return render(request, "programs/partnerships/partnerships.html", context)
