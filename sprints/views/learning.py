"""Grow: what each side's people can do, noted three times and drawn."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from partners import rules
from partners.access import partnership_page
from partners.forms.attempt import attempt
from partners.models import Partnership
from partners.requests import PersonRequest
from sprints import actions
from sprints.domain.learning import SKILLS, charts, learning_digest, learning_of, skill_rows, stage_now, stage_rows
from sprints.forms.learning import LearningForm
from sprints.models import Ability, Sprint
from sprints.views.conflicts import answers_conflicts
from sprints.views.form_page import form_page
from sprints.views.overview import sprint_or_404

PLACE = "learning"


@require_safe
@partnership_page(rules.reads)
def learning(request: PersonRequest, partnership: Partnership) -> HttpResponse:
    sprint, now, names = sprint_or_404(partnership), timezone.now(), partnership.names_on_screen()
    rows = stage_rows(sprint, names, now)
    skills, party = skill_rows(rows), rules.party_of(request.user, partnership)
    own = [note.noted for row in rows if row.is_now for note in row.notes if note.party == party]
    context = {
        "page": "sprint",
        "place": PLACE,
        "partnership": partnership,
        "names": names,
        "rows": rows,
        "skills": skills,
        "charts": charts(skills),
        "levels": Ability,
        "noted": any(note.noted for row in rows for note in row.notes),
        "own": own[0] if own else None,
        "may_note": bool(own),
    }
    return render(request, "sprints/learning/learning.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@partnership_page(rules.proposes)
@answers_conflicts
def learning_note(request: PersonRequest, partnership: Partnership) -> HttpResponse:
    sprint = sprint_or_404(partnership)
    form = LearningForm(request.POST or None, initial=_initial(request, sprint))
    act = {"by": request.user, "sprint": sprint, "now": timezone.now()}
    if attempt(form, actions.note_learning, **act):
        messages.success(request, _("Saved for your side. Both sides see it."))
        return redirect("learning", partnership.slug)
    lead = _("Think of your side's people as a whole. There is no right answer; low at the start is how growth shows.")
    title = _("What can your people do?")
    return form_page(request, partnership, form, title=title, lead=lead, back="learning", place=PLACE)


def _initial(request: PersonRequest, sprint: Sprint) -> dict[str, Any]:
    """What the person's own side noted at this stage, with the digest of it."""
    stage, party = stage_now(sprint, timezone.now()), rules.party_of(request.user, sprint.partnership)
    if stage is None or party is None:
        return {"shown": "none"}
    noted = learning_of(sprint, stage, party)
    said = {name: getattr(noted, name) for name in (*SKILLS, "voice")} if noted else {}
    return said | {"shown": learning_digest(stage, noted)}
