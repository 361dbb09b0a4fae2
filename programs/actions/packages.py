"""Begin a program's template and plan with what another partnership made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from agreements.actions.templates import import_template
from partners.actions.program_editions import hold_program
from partners.models import Person, Program
from programs.package.reading import Package
from sprints.actions.plans import import_plan


@dataclass(frozen=True)
class Imported:
    """What the program's copies begin with now, and what could not be used, in words."""

    origin: str
    used: list[str]
    unused: list[str]


@transaction.atomic
def import_package(*, by: Person, program: Program, package: Package, now: datetime) -> Imported:
    """Each of the two where the program has no copy under way: nobody's work is written over."""
    hold_program(by, program)
    used, unused = [], list(package.unused)

    def begin(name: str, act: Callable[[], object]) -> None:
        try:
            with transaction.atomic():
                act()
        except ValidationError as refusal:
            unused.append(f"{name}: {' '.join(refusal.messages)}")
        else:
            used.append(name)

    said: dict[str, Any] = {"by": by, "program": program, "origin": package.origin, "now": now}
    template, plan = package.template, package.plan
    if template:
        begin(_("the agreement"), lambda: import_template(content=template, **said))
    if plan and plan["milestones"]:
        begin(_("the plan"), lambda: import_plan(content=plan, **said))
    return Imported(package.origin, used, unused)
