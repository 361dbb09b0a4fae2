"""Staff set a meeting of a partnership. From then on it is the two sides': they move it, or cancel it."""

from __future__ import annotations

from functools import partial

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from partners import rules
from partners.requests import PersonRequest
from sprints import actions
from sprints.actions.meetings import refused_meeting
from sprints.forms.meetings import MeetingForm
from sprints.models import Sprint
from sprints.views.pages import carry_out, done, draw, sprint_form


@sprint_form(rules.helps)
def meeting_propose(request: PersonRequest, sprint: Sprint) -> HttpResponse:
    form = MeetingForm(request.POST or None, zone=sprint.partnership.program.time_zone)
    check = partial(refused_meeting, sprint=sprint, now=timezone.now())
    if carry_out(request, form, actions.schedule_meeting, check=check, sprint=sprint):
        says = _("The meeting is set. Both sides are told, and can move or cancel it.")
        return done(request, says, sprint, "partnership")
    context = {"form": form, "back": reverse("partnership", args=[sprint.partnership.slug])}
    status = 422 if form.errors else 200
    return draw(request, sprint, "programs/meetings/meeting_propose.html", context | {"page": "home"}, status=status)
