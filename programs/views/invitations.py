"""Who of the invited leads came, who has not yet, and the same invitation once more."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from partners import actions
from partners.access import staff_of_program
from partners.models import Program
from partners.only_sent import only_sent
from partners.requests import PersonRequest
from programs.domain.invitations import accepted_invitations, invitation_rows, waiting_invitations

PER_PAGE = 50
ACCEPTED_SHOWN = 25


@require_safe
@staff_of_program
def program_invitations(request: PersonRequest, program: Program) -> HttpResponse:
    now = timezone.now()
    shown = Paginator(waiting_invitations(program), PER_PAGE).get_page(request.GET.get("page"))
    accepted = accepted_invitations(program)
    context = {
        "page": "partnerships",
        "program": program,
        "shown": shown,
        "rows": invitation_rows(shown.object_list, now),
        "came": accepted.count(),
        "accepted": invitation_rows(accepted[:ACCEPTED_SHOWN], now),
    }
    return render(request, "programs/invitations/invitations.html", context)


@staff_of_program
@only_sent(on="program_invitations")
def program_invitation_again(request: PersonRequest, program: Program, pk: UUID) -> HttpResponse:
    """The same to the same address: its link is the same, and its time starts anew."""
    found = get_object_or_404(waiting_invitations(program), pk=pk)
    same = {"name": found.name, "email": found.email, "language": found.language}
    try:
        actions.send_again(by=request.user, invitation=found, now=timezone.now(), **same)
    except actions.InvitationClosed as closed:
        messages.warning(request, str(closed))
    except ValidationError as refused:
        messages.warning(request, " ".join(refused.messages))
    else:
        messages.success(request, _("The invitation is on its way to %(name)s.") % same)
    return redirect("program_invitations", program.slug)
