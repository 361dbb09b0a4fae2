"""The plans that sprints begin with: the built-in ones, and a program's own editions. Reads only."""

from __future__ import annotations

from functools import lru_cache

from django.utils.translation import gettext as _

from partners.models import Program
from sprints.models import PlanEdition
from sprints.plan import BUILT_IN, Plan, built_in_for, plan_of


def current_plan(program: Program) -> Plan:
    """What the program's next sprints begin with, at the length that it suggests."""
    edition = PlanEdition.objects.filter(program=program).last()
    return plan_of(edition.name, edition.content) if edition else built_in_for(program.sprint_weeks)


def plan_for(program: Program, weeks: int) -> Plan:
    """What a sprint of so many weeks in this program begins with."""
    plan = current_plan(program)
    return built_in_for(weeks) if plan.name in BUILT_IN else plan


def plans_to_copy(program: Program) -> dict[str, str]:
    """What a new edition may begin with: titles by name, the current one first."""
    published = PlanEdition.objects.filter(program=program).order_by("-number")
    own = {edition.name: _titled(edition.content["weeks"], edition.number) for edition in published}
    return own | {plan.name: plan_title(plan) for plan in BUILT_IN.values()}


def plan_named(name: str) -> Plan:
    """The plan that a sprint or a proposal names. Raises PlanEdition.DoesNotExist for one that nobody made."""
    return BUILT_IN.get(name) or _published(name)


@lru_cache(maxsize=64)  # it never changes, and its name holds a part of its digest
def _published(name: str) -> Plan:
    return plan_of(name, PlanEdition.objects.get(name=name).content)


def plan_title(plan: Plan) -> str:
    """What it is called where people read of it."""
    if plan.name in BUILT_IN:
        return _("Built-in plan of %(weeks)s weeks") % {"weeks": plan.weeks}
    return _titled(plan.weeks, PlanEdition.objects.values_list("number", flat=True).get(name=plan.name))


def _titled(weeks: int, number: int) -> str:
    return _("The program's plan of %(weeks)s weeks, edition %(number)s") % {"weeks": weeks, "number": number}
