"""The lead of a side is handed over: asked on the people page, answered on a page of its own."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from partners import actions, rules
from partners.access import partnership_page
from partners.actions.handovers import closed_because
from partners.forms.attempt import attempt
from partners.forms.handovers import DeclineLeadForm, OfferLeadForm
from partners.models import Handover, Partnership
from partners.only_sent import only_sent
from partners.requests import PersonRequest
from partners.views.seats import back_to_people, members_beside, people_page


@partnership_page(rules.assents)
@only_sent()
def offer_lead(request: PersonRequest, partnership: Partnership) -> HttpResponse:
    form = OfferLeadForm(request.POST, members=members_beside(request, partnership))
    act = partial(actions.offer_lead, proof=request.proof)
    if attempt(form, act, by=request.user, partnership=partnership, now=timezone.now()):
        name = form.cleaned_data["to"].name
        asked = _("%(name)s is asked to take over the lead. Nothing changes until they accept.") % {"name": name}
        return back_to_people(request, partnership, asked)
    return people_page(request, partnership, offer_form=form)


@partnership_page(rules.reads)
@require_http_methods(["GET", "HEAD"])
def lead_offer(request: PersonRequest, partnership: Partnership, pk: int) -> HttpResponse:
    """What it means to take over, with two buttons. It is there for the person who is asked, and for nobody else."""
    return _answer_page(request, partnership, _asked(request, partnership, pk), DeclineLeadForm())


@partnership_page(rules.reads)
@only_sent()
def accept_lead(request: PersonRequest, partnership: Partnership, pk: int) -> HttpResponse:
    offer = _asked(request, partnership, pk)
    done = _("You are now the lead for %(organization)s.") % {"organization": offer.organization.name}
    return carry_out(request, offer, partial(actions.accept_lead, proof=request.proof), done)


@partnership_page(rules.reads)
@only_sent()
def decline_lead(request: PersonRequest, partnership: Partnership, pk: int) -> HttpResponse:
    offer, form = _asked(request, partnership, pk), DeclineLeadForm(request.POST)
    message = _("You have declined. %(name)s is told, and stays the lead.") % {"name": offer.asked_by.name}
    page = partial(_answer_page, request, partnership, offer, form)
    return carry_out(request, offer, actions.decline_lead, message, form, page)


@partnership_page(rules.assents)
@only_sent(on="people")
def take_back_lead(request: PersonRequest, partnership: Partnership, pk: int) -> HttpResponse:
    offers = partnership.handovers.offers().filter(party=rules.party_of(request.user, partnership))
    offer = get_object_or_404(offers.select_related("partnership", "to"), pk=pk)
    message = _("%(name)s is no longer asked to take over the lead.") % {"name": offer.to.name}
    return carry_out(request, offer, actions.take_back_lead, message)


def carry_out(
    request: PersonRequest,
    handover: Handover,
    act: Callable[..., None],
    done: str,
    form: Form | None = None,
    page: Callable[[], HttpResponse] | None = None,
) -> HttpResponse:
    """Do it with what the form holds, and go back to the people page. Where the form was refused, its page again."""
    try:
        attempt(form or Form({}), act, by=request.user, handover=handover, now=timezone.now())
    except actions.HandoverClosed as closed:
        return too_late(request, handover.partnership, str(closed))
    return page() if form and page and form.errors else back_to_people(request, handover.partnership, done)


def _asked(request: PersonRequest, partnership: Partnership, pk: int) -> Handover:
    """What this person is asked; what somebody else is asked does not exist."""
    offers = partnership.handovers.offers().filter(to=request.user)
    return get_object_or_404(offers.select_related("partnership", "to", "asked_by"), pk=pk)


def _answer_page(
    request: PersonRequest, partnership: Partnership, offer: Handover, form: DeclineLeadForm
) -> HttpResponse:
    if closed := closed_because(offer):
        return too_late(request, partnership, closed)
    context = {
        "partnership": partnership,
        "page": "people",
        "offer": offer,
        "form": form,
    }
    return render(request, "partners/handovers/lead_offer.html", context, status=422 if form.errors else 200)


def too_late(request: PersonRequest, partnership: Partnership, why: str) -> HttpResponse:
    messages.warning(request, why)
    return redirect("people", slug=partnership.slug)
