"""Grow: what each side's people can do, noted three times and drawn."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from partners import rules
from partners.requests import PersonRequest
from sprints import actions
from sprints.domain.learning import SKILLS, charts, learning_digest, learning_of, skill_rows, stage_now, stage_rows
from sprints.forms.learning import LearningForm
from sprints.models import Ability, Sprint
from sprints.views.pages import carry_out, done, draw, form_page, may, sprint_form, sprint_page

PLACE = "learning"


@sprint_page(rules.reads)
def learning(request: PersonRequest, sprint: Sprint) -> HttpResponse:
    names = sprint.partnership.names_on_screen()
    rows = stage_rows(sprint, names, timezone.now())
    skills, party = skill_rows(rows), rules.party_of(request.user, sprint.partnership)
    own = [note.noted for row in rows if row.is_now for note in row.notes if note.party == party]
    context = {
        "names": names,
        "rows": rows,
        "skills": skills,
        "charts": charts(skills),
        "levels": Ability,
        "noted": any(note.noted for row in rows for note in row.notes),
        "own": own[0] if own else None,
        "may_note": bool(own) and may(rules.proposes, request, sprint),
    }
    return draw(request, sprint, "sprints/learning/learning.html", context, place=PLACE)


@sprint_form(rules.proposes)
def learning_note(request: PersonRequest, sprint: Sprint) -> HttpResponse:
    form = LearningForm(request.POST or None, initial=_initial(request, sprint))
    if carry_out(request, form, actions.note_learning, sprint=sprint):
        return done(request, _("Saved for your side. Both sides see it."), sprint, "learning")
    lead = _("Think of your side's people as a whole. There is no right answer; low at the start is how growth shows.")
    return form_page(request, sprint, form, place=PLACE, title=_("What can your people do?"), lead=lead)


def _initial(request: PersonRequest, sprint: Sprint) -> dict[str, Any]:
    """What the person's own side noted at this stage, with the digest of it."""
    stage, party = stage_now(sprint, timezone.now()), rules.party_of(request.user, sprint.partnership)
    if stage is None or party is None:
        return {"shown": "none"}
    noted = learning_of(sprint, stage, party)
    said = {name: getattr(noted, name) for name in (*SKILLS, "voice")} if noted else {}
    return said | {"shown": learning_digest(stage, noted)}
