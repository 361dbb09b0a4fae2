"""A program's own template and plan, for tests that begin after they were published."""

from __future__ import annotations

from collections.abc import Mapping

from agreements import actions as of_agreements
from agreements.models import TemplateDraft, TemplateEdition
from agreements.wording.template import DEFAULT
from ledger.canonical import digest
from partners.models import Program
from sprints import actions as of_sprints
from sprints.models import PlanDraft, PlanEdition
from tests.factories.people import NOW, staff_of

PROMISES = [f"city-{n}" for n in range(1, 8)] + [f"community-{n}" for n in range(1, 7)] + ["goal-1", "goal-2", "goal-3"]


def template_draft(program: Program, texts: Mapping[str, Mapping[str, str]] | None = None) -> TemplateDraft:
    """A copy of the built-in template, with these texts by place."""
    act = {"by": staff_of(program), "program": program, "now": NOW}
    draft = of_agreements.begin_template(source=DEFAULT, **act)
    return of_agreements.change_template(texts=texts, shown=digest(draft.content), **act) if texts else draft


def publish_template(program: Program, texts: Mapping[str, Mapping[str, str]] | None = None) -> TemplateEdition:
    draft = template_draft(program, texts)
    act = {"by": staff_of(program), "program": program, "now": NOW}
    return of_agreements.publish_template(shown=digest(draft.content), **act)


def copies_of(program: Program) -> None:
    """A copy of each, under way: what staff edit is drawn, too."""
    template_draft(program)
    plan_draft(program)


def plan_draft(program: Program, source: str = "built-in-22") -> PlanDraft:
    return of_sprints.begin_plan(by=staff_of(program), program=program, source=source, now=NOW)


def publish_plan(program: Program, source: str = "built-in-22", title: str = "") -> PlanEdition:
    """With another title for its first milestone, where one is given."""
    act = {"by": staff_of(program), "program": program, "keys": PROMISES, "now": NOW}
    draft = plan_draft(program, source)
    if title:
        first = draft.content["milestones"][0]
        draft = of_sprints.change_planned(number=1, milestone={**first, "title": title}, shown=digest(first), **act)
    return of_sprints.publish_plan(shown=digest(draft.content), **act)
