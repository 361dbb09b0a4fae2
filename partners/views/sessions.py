"""Where a person is signed in, with a button to sign out there."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from partners import actions
from partners.access import signed_in
from partners.domain.zones import own_zone
from partners.models import PersonSession
from partners.only_sent import only_sent
from partners.requests import PersonRequest


@signed_in
@require_safe
def sessions(request: PersonRequest) -> HttpResponse:
    own = PersonSession.objects.filter(person_id=request.user.pk).open_at(timezone.now())
    here = [one for one in own if one.key == request.session.session_key]
    others = [one for one in own if one not in here]
    context = {"here": here, "others": others, "zone": own_zone(request.user)}
    return render(request, "partners/sessions/sessions.html", context)


@signed_in
@only_sent()
def end(request: PersonRequest, pk: int) -> HttpResponse:
    """Where it is gone already, all is as the person wants it."""
    actions.end_session(by=request.user, pk=pk)
    messages.success(request, _("You are signed out there."))
    return redirect("sessions")


@signed_in
@only_sent()
def end_others(request: PersonRequest) -> HttpResponse:
    count = actions.end_other_sessions(by=request.user, key=request.session.session_key or "")
    said = ngettext(
        "You are signed out in %(count)s other place.", "You are signed out in %(count)s other places.", count
    )
    messages.success(request, said % {"count": count})
    return redirect("sessions")
