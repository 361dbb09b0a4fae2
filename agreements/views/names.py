"""Names in the agreement: everyone reads both sides', each lead corrects their own side's."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agreements import actions
from agreements.forms.names import NamesForm
from agreements.states import Draft
from agreements.views.agreement import agreement_of
from agreements.views.conflicts import agreement_form
from partners import rules
from partners.models import Partnership
from partners.requests import PersonRequest


@agreement_form(rules.reads)
def names(request: PersonRequest, partnership: Partnership) -> HttpResponse:
    """Both sides' names as the text holds them, and how a lead corrects their own side's, and no others."""
    if request.method == "POST":
        rules.require(rules.assents, request.user, partnership)
    agreement = agreement_of(partnership)
    form = names_form(request, partnership)
    if request.method == "POST" and form and form.is_valid():
        touched = actions.correct_names(by=request.user, agreement=agreement, now=timezone.now(), **form.cleaned_data)
        messages.success(request, names_corrected(len(touched)))
        return redirect("agreement", partnership.slug)
    context = {"page": "agreement", "partnership": partnership, "form": form if agreement.draft == Draft.OPEN else None}
    return render(request, "agreements/names/names.html", context, status=422 if form and form.errors else 200)


def names_form(request: PersonRequest, partnership: Partnership) -> NamesForm | None:
    """For a lead, with their own side's names; nobody else has one."""
    if not rules.assents(request.user, partnership):
        return None
    own = partnership.organizations.get(party=rules.party_of(request.user, partnership))
    return NamesForm(request.POST or None, initial={"organization": own.name, "signatory": own.signatory})


def names_corrected(touched: int) -> str:
    if not touched:
        return _("The names are corrected.")
    done = ngettext(
        "The names are corrected. %(count)s clause waits for the other side again.",
        "The names are corrected. %(count)s clauses wait for the other side again.",
        touched,
    )
    return done % {"count": touched}
