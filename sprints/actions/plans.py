"""A program's own plan: staff copy one, change it milestone by milestone, and publish it. What runs keeps its own."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from agreements.refusals import Stale
from ledger.canonical import digest
from partners.actions.program_editions import (
    Content,
    DraftChanged,
    begin_draft,
    discard_draft,
    hold_program,
    publish_draft,
    save_draft,
)
from partners.models import Person, Program
from partners.weeks import FEWEST_WEEKS, MOST_WEEKS
from sprints.domain.plans import plan_named, plans_to_copy
from sprints.models import Milestone, PlanDraft, PlanEdition
from sprints.plan import content_of
from sprints.plan_check import MOST_MILESTONES, due_together, in_order, milestone_problems, plan_problems
from text.fields import refuse


@transaction.atomic
def begin_plan(*, by: Person, program: Program, source: str, now: datetime) -> PlanDraft:
    """Copy a plan by its name: a built-in one, or an edition of this program."""
    refuse({"source": "" if source in plans_to_copy(program) else _("Choose a plan to begin with.")})
    content = content_of(plan_named(source))
    return begin_draft(PlanDraft, by=by, program=program, content=content, based_on=source, origin="", now=now)


@transaction.atomic
def import_plan(*, by: Person, program: Program, content: Content, origin: str, now: datetime) -> PlanDraft:
    """Begin with a plan from elsewhere, which `plan_problems` has looked at. `origin`: where it came from, in words."""
    refuse({"content": "" if isinstance(content.get("milestones"), list) else _("This is no plan that we can read.")})
    return begin_draft(PlanDraft, by=by, program=program, content=content, based_on="", origin=origin, now=now)


@transaction.atomic
def change_plan_weeks(*, by: Person, program: Program, weeks: int, now: datetime) -> PlanDraft:
    """How long the sprint of this plan is. Its milestones stay where they are."""
    says = _("A sprint has 4 to 52 weeks.")
    refuse({"weeks": "" if FEWEST_WEEKS <= weeks <= MOST_WEEKS else says})
    return save_draft(PlanDraft, by=by, program=program, change=lambda content: {**content, "weeks": weeks}, now=now)


@transaction.atomic
def change_planned(
    *,
    by: Person,
    program: Program,
    number: int | None,
    milestone: dict[str, Any] | None,
    shown: str,
    keys: Collection[str],
    now: datetime,
) -> PlanDraft:
    """Put this in the place of milestone `number` (from 1), add it where there is no number, or take that one out where
    there is no milestone. `shown`: the digest of that milestone as the person saw it. Raises Stale, ValidationError."""

    def changed(content: Content) -> Content:
        before = list(content["milestones"])
        if number is not None and (number > len(before) or digest(before[number - 1]) != shown):
            raise Stale
        if milestone is not None:
            kept = {**milestone, "title": Milestone.title.field.clean_words(milestone["title"], blank=False)}
            refuse(dict(milestone_problems(kept, content["weeks"], keys)))
        place = len(before) if number is None else number - 1
        milestones = [*before[:place], *([kept] if milestone is not None else []), *before[place + 1 :]]
        if len(milestones) > MOST_MILESTONES:
            refuse({"title": _("A plan has at most %(most)s milestones.") % {"most": MOST_MILESTONES}})
        return {**content, "milestones": sorted(milestones, key=in_order)}

    return save_draft(PlanDraft, by=by, program=program, change=changed, now=now)


@transaction.atomic
def move_planned(*, by: Person, program: Program, number: int, up: bool, shown: str, now: datetime) -> PlanDraft:
    """Let milestone `number` (from 1) change places with the one before it, or after it, if their weeks are the same.
    `shown`: the digest of the copy as the person saw it. Raises DraftChanged."""
    there = number - 1 if up else number + 1

    def changed(content: Content) -> Content:
        if digest(content) != shown:
            raise DraftChanged(content)
        milestones = list(content["milestones"])
        if any({number, there} <= set(numbers) for numbers in due_together(milestones)):
            one, other = number - 1, there - 1
            milestones[one], milestones[other] = milestones[other], milestones[one]
        return {**content, "milestones": milestones}

    return save_draft(PlanDraft, by=by, program=program, change=changed, now=now)


@transaction.atomic
def publish_plan(*, by: Person, program: Program, shown: str, keys: Collection[str], now: datetime) -> PlanEdition:
    """New sprints of the program begin with it, at its length. Raises DraftChanged, and ValidationError where
    `plan_problems` finds any."""
    hold_program(by, program)
    draft = PlanDraft.objects.get(program=program)
    refuse({"": " ".join(one.text for one in plan_problems(draft.content, keys))})
    edition = publish_draft(PlanDraft, PlanEdition, by=by, program=program, shown=shown, kind="plan.published", now=now)
    Program.objects.filter(pk=program.pk).update(sprint_weeks=edition.content["weeks"])
    return edition


@transaction.atomic
def discard_plan(*, by: Person, program: Program) -> None:
    """Let the copy go. What was published stays."""
    discard_draft(PlanDraft, by=by, program=program)
