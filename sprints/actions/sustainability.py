"""The sustainability plan: write it, and sign it off together."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression

from agreements.actions.transactions import speaks_for
from agreements.refusals import NotNow, NotReady, Stale
from ledger.canonical import digest
from partners import rules
from partners.models import Person
from sprints.actions.sign_offs import parties_to_ask_again, record_answer
from sprints.actions.transactions import lock_running_sprint, record_event
from sprints.domain import blockers
from sprints.domain.product import product_of
from sprints.domain.sustainability import plan_content, plan_of, plan_standing
from sprints.emails.hourly import tell_lead
from sprints.models import Maintenance, SignOffAnswer, Sprint, SustainabilityPlan
from text.clean import clean_line, clean_text

LINES = {"code_support": 160, "code_contact": 120, "data_support": 160}
TEXTS = {"governance": 3000, "hosting": 2000, "cost": 2000, "money": 2000, "when_it_ends": 3000}


@transaction.atomic
def write_plan(*, by: Person, sprint: Sprint, shown: str, now: datetime, **said: object) -> SustainabilityPlan:
    """Write the plan. Whoever had signed it off is asked again. `shown` is the digest that the person saw."""
    sprint = lock_running_sprint(sprint)
    rules.require(rules.proposes, by, sprint.partnership)
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
    ask_plan_again(sprint, by=by, now=now)
    return plan


def ask_plan_again(sprint: Sprint, *, by: Person, now: datetime) -> None:
    """The plan, or the repository that it speaks of, has changed: a mail to who had answered it."""
    for party in parties_to_ask_again(sprint, plan_standing(plan_of(sprint), product_of(sprint)).voices, by=by):
        tell_lead(sprint, party, "plan.waits", about={"sprint": sprint.pk, "party": party}, now=now)


def _checked(said: dict[str, Any]) -> dict[str, Any]:
    """As it is kept. Raises ValidationError by field."""
    until, review_on = said["until"], said["review_on"]
    if isinstance(until, date) and isinstance(review_on, date) and review_on > until:
        raise ValidationError({"review_on": _("Review the plan before it ends.")})
    lines = {name: clean_line(said[name], limit=limit) if said[name].strip() else "" for name, limit in LINES.items()}
    texts = {name: clean_text(said[name], limit=limit) if said[name].strip() else "" for name, limit in TEXTS.items()}
    maintenance = Maintenance(said["maintenance"]).value if said["maintenance"] else ""
    return (
        lines
        | texts
        | {
            "maintenance": maintenance,
            "licence": spdx(said["licence"]) if said["licence"].strip() else "",
            "until": until,
            "review_on": review_on,
        }
    )


def spdx(typed: str) -> str:
    """The licence as the SPDX list writes it. Raises ValidationError for one that is not on it."""
    message = _("This is not on the SPDX list of licences. Write its short name, such as Apache-2.0 or MIT.")
    try:
        licence = canonicalize_license_expression(clean_line(typed, limit=160))
    except InvalidLicenseExpression as unknown:
        raise ValidationError({"licence": message}) from unknown
    if "LicenseRef-" in licence:  # a name of one's own
        raise ValidationError({"licence": message})
    return licence


@transaction.atomic
def sign_off_plan(*, by: Person, sprint: Sprint, shown: str, now: datetime) -> None:
    """Say yes to the plan as shown, for the person's own party. Raises Stale, NotReady with the gaps."""
    _answer(sprint, SignOffAnswer.YES, by=by, shown=shown, now=now)


@transaction.atomic
def ask_for_plan_changes(*, by: Person, sprint: Sprint, shown: str, reason: str, now: datetime) -> None:
    """Say what is missing in the plan."""
    _answer(sprint, SignOffAnswer.CHANGES, by=by, shown=shown, reason=clean_text(reason, limit=2000), now=now)


def _answer(sprint: Sprint, answer: SignOffAnswer, *, by: Person, shown: str, now: datetime, reason: str = "") -> None:
    sprint = lock_running_sprint(sprint)
    party = speaks_for(by, sprint.partnership, rules.assents)
    plan, product = plan_of(sprint), product_of(sprint)
    if plan.changed_at is None:
        raise NotNow(_("Nobody has written the plan yet."))
    if answer == SignOffAnswer.YES and (gaps := blockers.plan_gaps(plan, product)):
        raise NotReady(gaps)
    content = plan_content(plan, product)
    said = record_answer(sprint, plan.pk, content, answer, party=party, by=by, shown=shown, reason=reason, now=now)
    if said is None:
        return
    kind = "sustainability.signed_off" if answer == SignOffAnswer.YES else "sustainability.changes_asked"
    payload = {"party": party, "digest": said.digest} | ({"reason": reason} if reason else {})
    record_event(sprint, kind, by=by, now=now, payload=payload)
    about = {"sprint": sprint.pk, "party": party.other}
    tell_lead(sprint, party.other, "plan.waits", about=about, now=now)
