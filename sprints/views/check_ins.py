"""Check in: say how the week goes, and read both voices of all weeks side by side."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from partners import rules
from partners.requests import PersonRequest
from sprints import actions
from sprints.domain.check_ins import check_in_digest, check_in_of, week_now, week_rows
from sprints.domain.states import week_closed
from sprints.forms.check_ins import CheckInForm
from sprints.models import Sprint
from sprints.views.pages import carry_out, done, draw, sprint_act, sprint_page


@sprint_page(rules.reads)
def check_ins(request: PersonRequest, sprint: Sprint) -> HttpResponse:
    return _page(request, sprint)


def _page(request: PersonRequest, sprint: Sprint, *, status: int = 200, **forms: object) -> HttpResponse:
    now, names = timezone.now(), sprint.partnership.names_on_screen()
    rows = week_rows(sprint, names, now, rules.party_of(request.user, sprint.partnership))
    week = week_now(sprint, now)
    context = {
        "names": names,
        "weeks": rows,
        "rows": [row for row in rows if not row.is_ahead][::-1],
        "ahead": [row for row in rows if row.is_ahead],
        "sprint": sprint,
        "week": week,
        "notice": week_closed(sprint, now),
        **_own(request, sprint, week),
        **forms,
    }
    return draw(request, sprint, "sprints/check_ins/check_ins.html", context, place="check_ins", status=status)


def _own(request: PersonRequest, sprint: Sprint, week: int | None) -> dict[str, object]:
    """The form for the person's own side, in a week that can be spoken of."""
    party = rules.party_of(request.user, sprint.partnership)
    if party is None or week is None or not rules.proposes(request.user, sprint.partnership):
        return {}
    said = check_in_of(sprint, week, party)
    initial = {name: getattr(said, name) for name in ("rating", "words", "together")} if said else {}
    return {"said": said, "form": CheckInForm(initial=initial | {"shown": check_in_digest(week, said)})}


@sprint_act(rules.proposes)
def check_in(request: PersonRequest, sprint: Sprint) -> HttpResponse:
    form = CheckInForm(request.POST)
    if not carry_out(request, form, actions.check_in, sprint=sprint):
        return _page(request, sprint, form=form, status=422)
    says = _("Thank you. The other side reads it once it has spoken too, or when the week is over.")
    return done(request, says, sprint, "check_ins")
