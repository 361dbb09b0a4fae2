"""The sustainability plan as people see it: what both sides sign off, and whether its review is near. Reads only."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _

from ledger.canonical import digest
from partners.parties import Party
from sprints.domain.milestones import answers_to, voices_on
from sprints.domain.sign_offs import Answered
from sprints.models import Maintenance, Product, SignOff, Sprint, SustainabilityPlan

NEAR = timedelta(days=21)
TEXTS: tuple[str, ...] = (
    "maintenance",
    "code_support",
    "code_contact",
    "data_support",
    "governance",
    "hosting",
    "cost",
    "money",
)
TEXTS += ("licence", "when_it_ends")
DAYS = ("until", "review_on")


def plan_of(sprint: Sprint) -> SustainabilityPlan:
    """The one there is, or an empty one that is not kept."""
    return SustainabilityPlan.objects.filter(sprint=sprint).first() or SustainabilityPlan(sprint=sprint)


def plan_content(plan: SustainabilityPlan, product: Product) -> dict[str, Any]:
    """What both sides sign off: the plan, and the repository that it speaks of."""
    days = {name: _iso(getattr(plan, name)) for name in DAYS}
    texts = {name: getattr(plan, name) for name in TEXTS}
    return {"plan": str(plan.sprint_id), "repository": product.repository} | texts | days


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


def review_is_near(plan: SustainabilityPlan, today: date) -> bool:
    return plan.review_on is not None and today >= plan.review_on - NEAR


def plan_standing(plan: SustainabilityPlan, product: Product) -> Answered:
    return plan_answered(plan, product, answers_to([plan.pk]).get(plan.pk, {}))


def plan_answered(plan: SustainabilityPlan, product: Product, answers: Mapping[Party, SignOff]) -> Answered:
    content = plan_content(plan, product)
    return Answered(content, voices_on(digest(content), answers), answers)


def plan_labels() -> dict[str, str]:
    """What each part of the plan answers, in the order in which it is read."""
    return {
        "maintenance": _("Who keeps up the code"),
        "code_support": _("Who supports the code"),
        "code_contact": _("Technical contact"),
        "data_support": _("Who supports the data"),
        "governance": _("How changes are decided"),
        "hosting": _("Where it is hosted"),
        "cost": _("What it costs a year"),
        "money": _("Where the money comes from"),
        "licence": _("Licence of the code"),
        "repository": _("Repository"),
        "until": _("Certain until"),
        "when_it_ends": _("What happens if it ends"),
        "review_on": _("Next review"),
    }


def plan_rows(plan: SustainabilityPlan, product: Product) -> list[tuple[str, str, object]]:
    """(name, what it answers, the answer): a text, a date or nothing."""
    answers = plan_content(plan, product) | {name: getattr(plan, name) for name in DAYS}
    answers["maintenance"] = Maintenance(plan.maintenance).label if plan.maintenance else ""
    return [(name, label, answers[name]) for name, label in plan_labels().items()]
