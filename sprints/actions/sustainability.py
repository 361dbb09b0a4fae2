"""The sustainability plan: write it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression

from agreements.refusals import Stale
from ledger.canonical import digest
from partners import rules
from partners.models import Person
from sprints.actions.sign_offs import ask_again
from sprints.actions.transactions import lock_for, record_event
from sprints.domain.product import product_of
from sprints.domain.sustainability import TEXTS, PlanSubject, ended_plans, plan_content, plan_of
from sprints.emails.sustainability import notify_of_ended_plans
from sprints.models import Maintenance, Sprint, SustainabilityPlan
from text.fields import clean_words, refuse


@transaction.atomic
def write_plan(*, by: Person, sprint: Sprint, shown: str, now: datetime, **said: object) -> SustainabilityPlan:
    """Write the plan. Whoever had signed it off is asked again. `shown` is the digest that the person saw."""
    sprint = lock_for(rules.proposes, by, sprint)
    plan, product = plan_of(sprint), product_of(sprint)
    if digest(plan_content(plan, product)) != shown:
        raise Stale
    before = plan_content(plan, product)
    for name, value in _checked(said).items():
        setattr(plan, name, value)
    after = plan_content(plan, product)
    if after == before:
        return plan
    plan.changed_at, plan.changed_by = now, by
    plan.save()
    changed = {name: value for name, value in after.items() if before[name] != value}
    record_event(sprint, "sustainability.written", by=by, now=now, payload={"changed": changed})
    ask_again([PlanSubject.find(sprint)], by=by, now=now)
    return plan


@transaction.atomic
def tell_of_ended_plans(*, now: datetime) -> int:
    """Once for each day that a plan named: both leads are told that it is over. How many mails."""
    return notify_of_ended_plans(ended_plans(now), now=now)


def _checked(said: dict[str, Any]) -> dict[str, Any]:
    """As it is kept. Raises ValidationError by field."""
    refuse(refused_plan(said))
    until, review_on = said["until"], said["review_on"]
    texts = clean_words(SustainabilityPlan, **{name: said[name] for name in TEXTS if name != "maintenance"})
    maintenance = Maintenance(said["maintenance"]).value if said["maintenance"] else ""
    licence = spdx(texts["licence"]) if texts["licence"] else ""
    return texts | {"maintenance": maintenance, "licence": licence, "until": until, "review_on": review_on}


def refused_plan(typed: Mapping[str, Any]) -> dict[str, str]:
    """What of it cannot be, by field."""
    until, review_on, licence = (typed.get(name) for name in ("until", "review_on", "licence"))
    late = isinstance(until, date) and isinstance(review_on, date) and review_on > until
    message = _("This is not on the SPDX list of licences. Write its short name, such as Apache-2.0 or MIT.")
    return {
        "review_on": _("Review the plan before it ends.") if late else "",
        "licence": message if licence and not spdx(licence) else "",
    }


def spdx(typed: str) -> str:
    """The licence as the SPDX list writes it; empty for one that is not on it, or a name of one's own."""
    try:
        licence = canonicalize_license_expression(typed)
    except InvalidLicenseExpression:
        return ""
    return "" if "LicenseRef-" in licence else licence
