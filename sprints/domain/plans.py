"""The plans that sprints begin with. Reads only."""

from __future__ import annotations

from django.utils.translation import gettext as _

from partners.models import Program
from sprints.plan import BUILT_IN, Plan, built_in_for


def plan_for(program: Program, weeks: int) -> Plan:
    """What a sprint of so many weeks in this program begins with."""
    return built_in_for(weeks)


def plan_named(name: str) -> Plan:
    """The plan that a sprint or a proposal names. Raises KeyError for one that nobody made."""
    return BUILT_IN[name]


def plan_title(plan: Plan) -> str:
    """What it is called where people read of it."""
    return _("Built-in plan of %(weeks)s weeks") % {"weeks": plan.weeks}
