"""Say what was done before the partnership came here: one list, which the other side's lead confirms."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from partners import rules
from partners.requests import PersonRequest
from sprints import actions
from sprints.domain.milestones import SprintStatus, sprint_status
from sprints.domain.prior_work import prior_work as prior_milestones
from sprints.domain.prior_work import refused_prior_work
from sprints.domain.proposals import declined_before
from sprints.forms.prior_work import PriorWorkForm
from sprints.models import ProposalKind, Sprint
from sprints.views.pages import carry_out, done, draw, sprint_form


@sprint_form(rules.assents)
def prior_work(request: PersonRequest, sprint: Sprint) -> HttpResponse:
    """Where an earlier list waits for the other side, what is sent now takes its place."""
    standing = sprint_status(sprint, now=timezone.now())
    found = prior_milestones(standing)
    if not found:
        return redirect("sprint", sprint.partnership.slug)
    form = PriorWorkForm(request.POST or None, milestones=found)
    check = partial(_refused, standing=standing)
    if carry_out(request, form, actions.propose_prior_work, check=check, sprint=sprint):
        says = _("Your list is sent. What the other side's lead confirms of it is done from then on.")
        return done(request, says, sprint, "sprint")
    context = {"form": form, "declined": declined_before(sprint, ProposalKind.PRIOR_WORK)}
    status = 422 if form.errors else 200
    return draw(request, sprint, "sprints/prior_work/prior_work.html", context, status=status)


def _refused(typed: Mapping[str, Any], *, standing: SprintStatus) -> dict[str, str]:
    return refused_prior_work(typed.get("days", {}), standing)
