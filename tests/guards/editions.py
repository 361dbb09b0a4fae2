"""Each act on a program's own template and plan: its staff do it, and nobody else."""

from __future__ import annotations

from copy import deepcopy

import agreements.actions
import sprints.actions
from agreements.domain.templates import template_named
from agreements.models import TemplateDraft
from agreements.wording.template import DEFAULT
from agreements.wording.template_content import content_of as template_content
from ledger.canonical import digest
from sprints.models import PlanDraft
from sprints.plan import BUILT_IN, USUAL
from sprints.plan import content_of as plan_content
from tests.factories.editions import PROMISES
from tests.factories.people import NOW, staff_of
from tests.guards.partners import STAFF
from tests.guards.scenes import Scene, Table, World, table_of

TEMPLATES: Table = {}
PLANS: Table = {}
of_template, of_plan = table_of(agreements.actions, TEMPLATES), table_of(sprints.actions, PLANS)


def _scene(w: World, **said: object) -> Scene:
    return Scene(w.seated, {"program": w.seated.program, **said})


def _by(w: World) -> dict[str, object]:
    return {"by": staff_of(w.seated.program), "program": w.seated.program}


def _template_draft(w: World) -> TemplateDraft:
    return agreements.actions.begin_template(**_by(w), source=DEFAULT, now=NOW)


def _plan_draft(w: World) -> PlanDraft:
    return sprints.actions.begin_plan(**_by(w), source=USUAL, now=NOW)


@of_template(STAFF, doer="staff")
def begin_template(w: World) -> Scene:
    return _scene(w, source=DEFAULT)


@of_template(STAFF, doer="staff")
def import_template(w: World) -> Scene:
    return _scene(w, content=template_content(template_named(DEFAULT)), origin="A file of a friend")


@of_template(STAFF, doer="staff")
def change_template(w: World) -> Scene:
    return _scene(w, texts={"title": {"en": "Our agreement:"}}, shown=digest(_template_draft(w).content))


@of_template(STAFF, doer="staff")
def publish_template(w: World) -> Scene:
    return _scene(w, shown=digest(_template_draft(w).content))


@of_template(STAFF, doer="staff")
def discard_template(w: World) -> Scene:
    _template_draft(w)
    return _scene(w)


@of_plan(STAFF, doer="staff")
def begin_plan(w: World) -> Scene:
    return _scene(w, source="built-in-22")


@of_plan(STAFF, doer="staff")
def import_plan(w: World) -> Scene:
    return _scene(w, content=plan_content(BUILT_IN["built-in-22"]), origin="A file of a friend")


@of_plan(STAFF, doer="staff")
def change_plan_weeks(w: World) -> Scene:
    _plan_draft(w)
    return _scene(w, weeks=20)


@of_plan(STAFF, doer="staff")
def change_planned(w: World) -> Scene:
    first = _plan_draft(w).content["milestones"][0]
    milestone = {**deepcopy(first), "title": "Signed, and a champion found"}
    return _scene(w, number=1, milestone=milestone, shown=digest(first), keys=PROMISES)


@of_plan(STAFF, doer="staff")
def move_planned(w: World) -> Scene:
    draft = _plan_draft(w)
    together = deepcopy(draft.content)
    together["milestones"][1] |= {"week": 0, "last_week": 0}
    PlanDraft.objects.filter(pk=draft.pk).update(content=together)
    return _scene(w, number=2, up=True, shown=digest(together))


@of_plan(STAFF, doer="staff")
def publish_plan(w: World) -> Scene:
    return _scene(w, shown=digest(_plan_draft(w).content), keys=PROMISES)


@of_plan(STAFF, doer="staff")
def discard_plan(w: World) -> Scene:
    _plan_draft(w)
    return _scene(w)
