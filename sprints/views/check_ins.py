"""Check in: say how the week goes, and read both voices of all weeks side by side."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from partners import rules
from partners.access import partnership_page
from partners.forms.attempt import attempt
from partners.models import Partnership
from partners.requests import PersonRequest
from sprints import actions
from sprints.domain.check_ins import check_in_digest, check_in_of, week_now, week_rows
from sprints.forms.check_ins import CheckInForm
from sprints.models import Sprint
from sprints.views.conflicts import answers_conflicts
from sprints.views.overview import sprint_or_404

PLACE = "check_ins"


@require_safe
@partnership_page(rules.reads)
def check_ins(request: PersonRequest, partnership: Partnership) -> HttpResponse:
    return _page(request, partnership)


def _page(request: PersonRequest, partnership: Partnership, *, status: int = 200, **forms: object) -> HttpResponse:
    sprint, now = sprint_or_404(partnership), timezone.now()
    names = partnership.names_on_screen()
    rows = week_rows(sprint, names, now)
    context = {
        "page": "sprint",
        "place": PLACE,
        "partnership": partnership,
        "names": names,
        "weeks": rows,
        "rows": [row for row in rows if not row.is_ahead][::-1],
        "ahead": [row for row in rows if row.is_ahead],
        "sprint": sprint,
        "week": week_now(sprint, now),
    }
    return render(request, "sprints/check_ins/check_ins.html", context | _own(request, sprint) | forms, status=status)


def _own(request: PersonRequest, sprint: Sprint) -> dict[str, object]:
    """The form for the person's own side, in a week that can be spoken of."""
    party, week = rules.party_of(request.user, sprint.partnership), week_now(sprint, timezone.now())
    if party is None or week is None:
        return {}
    said = check_in_of(sprint, week, party)
    initial = {name: getattr(said, name) for name in ("rating", "words", "together")} if said else {}
    return {"said": said, "form": CheckInForm(initial=initial | {"shown": check_in_digest(week, said)})}


@require_POST
@partnership_page(rules.proposes)
@answers_conflicts
def check_in(request: PersonRequest, partnership: Partnership) -> HttpResponse:
    form = CheckInForm(request.POST)
    act = {"by": request.user, "sprint": sprint_or_404(partnership), "now": timezone.now()}
    if not attempt(form, actions.check_in, **act):
        return _page(request, partnership, form=form, status=422)
    messages.success(request, _("Thank you. Both sides see it. You can correct it until the week is over."))
    return redirect("check_ins", partnership.slug)
