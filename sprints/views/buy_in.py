"""Executive buy-in: read it, record it, and fetch a letter."""

from __future__ import annotations

from uuid import UUID

from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from partners import rules
from partners.requests import PersonRequest
from sprints import actions
from sprints.domain.buy_in import has_sponsor, occasion_rows, wins_executives
from sprints.files import PHONES
from sprints.forms.buy_in import BuyInForm
from sprints.models import BuyIn, Sprint
from sprints.rules import sponsors
from sprints.views.files import kept_file, kept_picture
from sprints.views.pages import carry_out, done, draw, sprint_act, sprint_page

PLACE = "buy_in"


@sprint_page(rules.reads)
def buy_in(request: PersonRequest, sprint: Sprint) -> HttpResponse:
    return _page(request, sprint)


def _page(request: PersonRequest, sprint: Sprint, *, typed: BuyInForm | None = None, status: int = 200) -> HttpResponse:
    """`typed`: a form that was refused; it stands in place of the empty one of its occasion."""
    partnership = sprint.partnership
    refused = {typed["occasion"].value(): typed} if typed else {}
    owner = wins_executives(partnership)
    rows = occasion_rows(sprint, timezone.now())
    context = {
        "rows": [(row, refused.get(row.occasion) or _form(request, sprint, row.occasion)) for row in rows],
        "phones": PHONES,
        "is_sponsor": sponsors(request.user, partnership),
        "may_record": request.takes_part,
        "has_sponsor": has_sponsor(partnership),
        "owner": partnership.names_on_screen().get(owner, "") if owner else "",
    }
    return draw(request, sprint, "sprints/buy_in/buy_in.html", context, place=PLACE, status=status)


def _form(request: PersonRequest, sprint: Sprint, occasion: str) -> BuyInForm:
    """One of two on the page; what is held for it is its own."""
    address = reverse("buy_in_record", args=[sprint.partnership.slug])
    named = {"initial": {"occasion": occasion}, "auto_id": f"{occasion[:20]}_%s"}
    held = {"person": request.user, "held_for": address, "now": timezone.now()}
    typed = (request.POST, request.FILES) if request.POST.get("occasion") == occasion else ()
    return BuyInForm(*typed, **named, **held)


@sprint_act(rules.takes_part)
def buy_in_record(request: PersonRequest, sprint: Sprint) -> HttpResponse:
    form = _form(request, sprint, request.POST.get("occasion", ""))
    if not carry_out(request, form, actions.record_buy_in, sprint=sprint):
        return _page(request, sprint, typed=form, status=422)
    return done(request, _("Your support is recorded. Both sides read it."), sprint, "buy_in")


@sprint_page(rules.reads)
def buy_in_letter(request: PersonRequest, sprint: Sprint, pk: UUID) -> FileResponse:
    return kept_file(_letter(sprint, pk))


@sprint_page(rules.reads)
def buy_in_picture(request: PersonRequest, sprint: Sprint, pk: UUID) -> FileResponse:
    return kept_picture(_letter(sprint, pk))


def _letter(sprint: Sprint, pk: UUID) -> BuyIn:
    return get_object_or_404(BuyIn.objects.filter(sprint=sprint, replaced_at=None).exclude(file=""), pk=pk)
