"""What everybody may see of a partnership, as its leads decide it: look, say yes, hold a piece back, take it back."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from agreements.refusals import Stale
from agreements.views.conflicts import Refusal, answering, conflict_page
from mail.outbox import absolute
from partners import rules
from partners.access import partnership_page
from partners.models import Partnership
from partners.only_sent import only_sent
from partners.requests import PersonRequest
from programs import actions
from programs.domain.public_items import item_groups, items_digest
from programs.domain.publications import publication_closed, publication_sides
from programs.views.public import preview_page


def conflict(request: PersonRequest, partnership: Partnership, refusal: Refusal) -> HttpResponse:
    stale = _("The list has changed since you opened the page. Nothing was done. Look at how it stands now.")
    says = stale if isinstance(refusal, Stale) else ""
    template = "programs/publications/conflict.html"
    return conflict_page(request, partnership, refusal, template=template, says=says, typed=(), page="people")


@require_safe
@partnership_page(rules.reads)
def publication(request: PersonRequest, partnership: Partnership) -> HttpResponse:
    """Both sides' word, and each piece of the page with who holds it back."""
    own = rules.party_of(request.user, partnership)
    sides, groups = publication_sides(partnership, own), item_groups(partnership, now=timezone.now())
    context = {
        "page": "people",
        "partnership": partnership,
        "sides": sides,
        "own": next((side for side in sides if side.is_own), None),
        "is_public": bool(groups) and all(side.yes for side in sides),
        "groups": groups,
        "shown": items_digest(groups),
        "closed": publication_closed(partnership),
        "may_decide": rules.assents(request.user, partnership),
        "address": absolute(reverse("public", args=[partnership.slug])),
    }
    return render(request, "programs/publications/publication.html", context)


@require_safe
@partnership_page(rules.reads)
def publication_preview(request: PersonRequest, partnership: Partnership) -> HttpResponse:
    """The page as everybody would see it now, for the people of the partnership alone."""
    return preview_page(request, partnership)


@partnership_page(rules.assents)
@only_sent()
@answering(conflict)
def publication_agree(request: PersonRequest, partnership: Partnership) -> HttpResponse:
    shown = request.POST.get("shown", "")
    actions.publish(by=request.user, partnership=partnership, shown=shown, now=timezone.now())
    return _back(request, partnership, _("You said yes for your side."))


@partnership_page(rules.assents)
@only_sent()
@answering(conflict)
def publication_take_back(request: PersonRequest, partnership: Partnership) -> HttpResponse:
    actions.take_back_publication(by=request.user, partnership=partnership, now=timezone.now())
    return _back(request, partnership, _("You took back your side's yes. Nobody can open the page now."))


@partnership_page(rules.assents)
@only_sent()
@answering(conflict)
def publication_hold(request: PersonRequest, partnership: Partnership) -> HttpResponse:
    item = request.POST.get("item", "").replace("\0", "")
    actions.hold_back(by=request.user, partnership=partnership, item=item, now=timezone.now())
    return _back(request, partnership, _("It is off the page until your side shows it again."), item)


@partnership_page(rules.assents)
@only_sent()
@answering(conflict)
def publication_let_go(request: PersonRequest, partnership: Partnership) -> HttpResponse:
    item = request.POST.get("item", "").replace("\0", "")
    actions.let_go(by=request.user, partnership=partnership, item=item, now=timezone.now())
    says = _("Your side holds it back no more. It is shown where the other side does not hold it back either.")
    return _back(request, partnership, says, item)


def _back(request: PersonRequest, partnership: Partnership, says: str, item: str = "") -> HttpResponse:
    """To the place on the page where the button was."""
    messages.success(request, says)
    page = reverse("publication", args=[partnership.slug])
    return redirect(f"{page}#{item.replace('/', '-')}" if item else page)
