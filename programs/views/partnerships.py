"""The partnerships of a program: what each of them waits for, and a new one."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from agreements.actions import start_partnership
from partners.access import runs_program, staff_of_program
from partners.actions.programs import refused_leads
from partners.forms.attempt import attempt
from partners.forms.invitations import AddressForm
from partners.forms.programs import PartnershipForm
from partners.models import Partnership, Program
from partners.parties import Party
from partners.requests import PersonRequest
from programs.domain.mail import counts_of
from programs.domain.partnerships import partnership_rows

PER_PAGE = 50


@staff_of_program
@require_http_methods(["GET", "HEAD"])
def program(request: PersonRequest, found: Program) -> HttpResponse:
    return program_page(request, found, AddressForm())


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
    context = {"form": form, "program": found}
    return render(request, "programs/partnerships/partnership_new.html", context, status=422 if form.errors else 200)


def program_page(request: PersonRequest, found: Program, form: AddressForm, *, status: int = 200) -> HttpResponse:
    now = timezone.now()
    partnerships = found.partnerships.prefetch_related("organizations")
    shown = Paginator(partnerships, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": "wall",
        "program": found,
        "shown": shown,
        "rows": list(partnership_rows(list(shown.object_list), now)),
        "staff": found.staff.select_related("person").order_by("since"),
        "form": form,
        "counts": counts_of(found, now),
        "now": now,
    }
    context |= {} if found.is_demo else _about_the_seal(now)
    return render(request, "programs/program/program.html", context, status=status)


def _about_the_seal(now: datetime) -> dict[str, list[str]]:
    """What makes a seal impossible, and what else to know of the certificate."""
    from agreements.seal.certificates import blocks_sealing, certificate_problems  # 8 MB that few pages ask for

    return {"cannot_seal": blocks_sealing(now), "about_the_seal": certificate_problems(now)}
