"""The buttons by which a side says what staff may see beyond facts, and takes that back. They stand on *People*."""

from __future__ import annotations

from collections.abc import Callable

from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from partners import actions, rules
from partners.access import partnership_page
from partners.domain.sharing import staff_may_see
from partners.models import Partnership, Shared
from partners.only_sent import only_sent
from partners.requests import PersonRequest
from partners.views.seats import back_to_people


@partnership_page(rules.assents)
@only_sent()
def sharing_agree(request: PersonRequest, partnership: Partnership, shared: str) -> HttpResponse:
    found = _act(actions.share_with_staff, request, partnership, shared)
    if staff_may_see(found, partnership):
        says = _("Both sides say yes. The program's staff may see %(shared)s.")
    else:
        says = _("Your side says yes. The program's staff may see %(shared)s once the other side says so, too.")
    return back_to_people(request, partnership, says % {"shared": found.label}, "sharing")


@partnership_page(rules.assents)
@only_sent()
def sharing_take_back(request: PersonRequest, partnership: Partnership, shared: str) -> HttpResponse:
    found = _act(actions.stop_sharing, request, partnership, shared)
    says = _("You took your side's yes back. The program's staff may not see %(shared)s.") % {"shared": found.label}
    return back_to_people(request, partnership, says, "sharing")


def _act(act: Callable[..., None], request: PersonRequest, partnership: Partnership, shared: str) -> Shared:
    """404 for what nobody can share."""
    try:
        found = Shared(shared)
    except ValueError as unknown:
        raise Http404 from unknown
    act(by=request.user, partnership=partnership, shared=found, now=timezone.now())
    return found
