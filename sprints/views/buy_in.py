"""Executive buy-in: read it, record it, and fetch a letter."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from partners import rules
from partners.access import partnership_page
from partners.forms.attempt import attempt
from partners.models import Partnership
from partners.requests import PersonRequest
from sprints import actions
from sprints.domain.buy_in import has_sponsor, occasion_rows, wins_executives
from sprints.forms.buy_in import BuyInForm
from sprints.models import BuyIn, Occasion
from sprints.rules import sponsors
from sprints.views.conflicts import answers_conflicts
from sprints.views.files import kept_file
from sprints.views.overview import sprint_or_404

PLACE = "buy_in"


@require_safe
@partnership_page(rules.reads)
def buy_in(request: PersonRequest, partnership: Partnership) -> HttpResponse:
    return _page(request, partnership)


def _page(
    request: PersonRequest, partnership: Partnership, *, typed: BuyInForm | None = None, status: int = 200
) -> HttpResponse:
    """`typed`: a form that was refused; it stands in place of the empty one of its occasion."""
    sprint, names = sprint_or_404(partnership), partnership.names_on_screen()
    refused = {typed["occasion"].value(): typed} if typed else {}
    owner = wins_executives(partnership)
    context = {
        "page": "sprint",
        "place": PLACE,
        "partnership": partnership,
        "rows": [
            (row, refused.get(row.occasion) or _form(row.occasion)) for row in occasion_rows(sprint, timezone.now())
        ],
        "is_sponsor": sponsors(request.user, partnership),
        "has_sponsor": has_sponsor(partnership),
        "owner": names.get(owner, "") if owner else "",
    }
    return render(request, "sprints/buy_in/buy_in.html", context, status=status)


def _form(occasion: Occasion) -> BuyInForm:
    return BuyInForm(initial={"occasion": occasion}, auto_id=f"{occasion}_%s")


@require_POST
@partnership_page(rules.reads)
@answers_conflicts
def buy_in_record(request: PersonRequest, partnership: Partnership) -> HttpResponse:
    form = BuyInForm(request.POST, request.FILES, auto_id=f"{request.POST.get('occasion', '')}_%s")
    if form.is_valid() and (file := form.cleaned_data.pop("file")):
        form.cleaned_data |= {"file": file.read(), "file_name": file.name}
    act = {"by": request.user, "sprint": sprint_or_404(partnership), "now": timezone.now()}
    if not attempt(form, actions.record_buy_in, **act):
        return _page(request, partnership, typed=form, status=422)
    messages.success(request, _("Your support is recorded. Both sides read it."))
    return redirect("buy_in", partnership.slug)


@require_safe
@partnership_page(rules.reads)
def buy_in_letter(request: PersonRequest, partnership: Partnership, pk: UUID) -> FileResponse:
    letters = BuyIn.objects.filter(sprint__partnership=partnership, replaced_at=None).exclude(file="")
    return kept_file(get_object_or_404(letters, pk=pk))
