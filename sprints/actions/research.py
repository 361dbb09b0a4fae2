"""Research with residents: its plan, what was done, what was found, and whether the analysis holds.

An analysis is confirmed as accurate and comprehensive by the party that promised to check it, and by no other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from agreements.refusals import NotNow, Stale
from partners import rules
from partners.models import Person
from sprints.actions.sign_offs import ask, ask_again
from sprints.actions.transactions import lock_for, record_event, require_open
from sprints.domain.milestones import MilestoneSubject, finding_closed, lies_ahead
from sprints.domain.research import (
    PLAN,
    FindingSubject,
    changes_digest,
    checkers,
    finding_digest,
    research_plan_digest,
    research_plan_of,
    resting_on,
    withdraw_closed,
)
from sprints.models import Activity, Dataset, Finding, Method, ResearchPlan, SignOffAnswer, Sprint
from text.fields import clean_words, refuse, set_words


@transaction.atomic
def write_research_plan(*, by: Person, sprint: Sprint, shown: str, now: datetime, **said: str) -> ResearchPlan:
    """`shown` is `research_plan_digest` as the person saw it."""
    sprint = lock_for(rules.takes_part, by, sprint)
    plan = research_plan_of(sprint)
    if research_plan_digest(plan) != shown:
        raise Stale
    typed: dict[str, Any] = {name: said[name] for name in PLAN}
    set_words(plan, **typed)
    if research_plan_digest(plan) != shown:
        plan.changed_at, plan.changed_by = now, by
        plan.save()
        record_event(sprint, "research.planned", by=by, now=now, payload={name: getattr(plan, name) for name in PLAN})
    return plan


@transaction.atomic
def add_activity(
    *,
    by: Person,
    sprint: Sprint,
    title: str,
    method: str,
    held_on: date,
    people: int,
    languages: str,
    compensation: str,
    consent: str,
    now: datetime,
) -> Activity:
    """Write down what was done with residents: counts and words."""
    sprint = lock_for(rules.takes_part, by, sprint)
    refuse(refused_activity({"held_on": held_on}, sprint=sprint, now=now))
    activity = Activity.objects.create(
        sprint=sprint,
        number=sprint.activities.count() + 1,
        method=Method(method),
        held_on=held_on,
        people=people,
        **clean_words(Activity, title=title, languages=languages, compensation=compensation, consent=consent),
        added_at=now,
        added_by=by,
    )
    record_event(sprint, "activity.added", by=by, now=now, payload=_activity(activity))
    return activity


def refused_activity(typed: Mapping[str, Any], *, sprint: Sprint, now: datetime) -> dict[str, str]:
    late = _("It is written down after it was held.")
    return {"held_on": late if lies_ahead(typed.get("held_on"), sprint, now) else ""}


@transaction.atomic
def withdraw_activity(*, by: Person, activity: Activity, now: datetime) -> None:
    """Take back what one wrote down oneself, while no finding rests on it. The history keeps it."""
    sprint = lock_for(rules.takes_part, by, activity.sprint)
    if activity.added_by_id != by.pk:
        raise rules.Refused(_("An activity is taken back by the person who wrote it down."))
    require_open(withdraw_closed(activity))
    if Activity.objects.filter(pk=activity.pk, withdrawn_at=None).update(withdrawn_at=now, withdrawn_by=by):
        record_event(sprint, "activity.withdrawn", by=by, now=now, payload=_activity(activity))


def _activity(activity: Activity) -> dict[str, Any]:
    said = {"activity": activity.title, "method": str(activity.method), "held_on": activity.held_on.isoformat()}
    ways = {"languages": activity.languages, "compensation": activity.compensation, "consent": activity.consent}
    return said | ways | {"people": activity.people}


@transaction.atomic
def set_finding(
    *,
    by: Person,
    sprint: Sprint,
    finding: Finding | None,
    title: str,
    analysis: str,
    activities: Iterable[Activity],
    datasets: Iterable[Dataset],
    shown: str = "",
    now: datetime,
) -> Finding:
    """Write down what was found (None), or change it: `shown` is `finding_digest` as the person saw it. A change asks
    whoever confirmed it again."""
    sprint = lock_for(rules.takes_part, by, sprint)
    rests_on = _rests_on(sprint, activities, datasets)
    if finding is None:
        finding = Finding(sprint=sprint, number=sprint.findings.count() + 1, added_at=now, added_by=by)
    else:
        finding = _changeable(sprint, finding, shown)
        finding.changed_at, finding.changed_by = now, by
    set_words(finding, title=title, analysis=analysis)
    finding.save()
    finding.activities.set(rests_on[0])
    finding.datasets.set(rests_on[1])
    current = finding_digest(finding)
    if current != shown:
        kind = "finding.changed" if shown else "finding.added"
        record_event(sprint, kind, by=by, now=now, payload=FindingSubject(finding).named | {"digest": current})
        ask(FindingSubject(finding), checkers(sprint.partnership), now=now, wrote=by)
        ask_again(MilestoneSubject.of_all(resting_on(finding)), by=by, now=now)
    return finding


def _rests_on(
    sprint: Sprint, activities: Iterable[Activity], datasets: Iterable[Dataset]
) -> tuple[list[Activity], list[Dataset]]:
    """What the finding rests on, of this very sprint."""
    done = Activity.objects.filter(sprint=sprint, withdrawn_at=None, pk__in=[one.pk for one in activities])
    data = Dataset.objects.filter(sprint=sprint, dropped_at=None, pk__in=[one.pk for one in datasets])
    found = list(done), list(data)
    refuse(refused_finding({"activities": found[0], "datasets": found[1]}))
    return found


def refused_finding(typed: Mapping[str, Any]) -> dict[str, str]:
    nothing = {"activities", "datasets"} <= typed.keys() and not (typed["activities"] or typed["datasets"])
    says = _("Choose what it rests on: an activity with residents, or a dataset.")
    return {"activities": says if nothing else ""}


def _changeable(sprint: Sprint, finding: Finding, shown: str) -> Finding:
    finding = _held(sprint, finding)
    if finding_digest(finding) != shown:
        raise Stale
    require_open(finding_closed(finding))
    return finding


def _held(sprint: Sprint, finding: Finding) -> Finding:
    found = FindingSubject(finding).again(sprint)
    if why := found.closed_to(SignOffAnswer.CHANGES, found.digest):
        raise NotNow(why)
    return found.row


@transaction.atomic
def say_what_changed(*, by: Person, finding: Finding, changes: str, shown: str, now: datetime) -> Finding:
    """Write down what the finding changed in the product or the plan. It asks nobody again. `shown` is
    `changes_digest` as the person saw it."""
    sprint = lock_for(rules.takes_part, by, finding.sprint)
    finding = _held(sprint, finding)
    if changes_digest(finding) != shown:
        raise Stale
    set_words(finding, changes=changes)
    finding.save(update_fields=["changes"])
    payload = FindingSubject(finding).named | {"changes": finding.changes}
    record_event(sprint, "finding.led_to", by=by, now=now, payload=payload)
    return finding


@transaction.atomic
def withdraw_finding(*, by: Person, finding: Finding, shown: str, now: datetime) -> None:
    """Take back a finding that one wrote down oneself. The history keeps it."""
    sprint = lock_for(rules.takes_part, by, finding.sprint)
    if finding.added_by_id != by.pk:
        raise rules.Refused(_("A finding is taken back by the person who wrote it down."))
    finding = _changeable(sprint, finding, shown)
    finding.withdrawn_at, finding.withdrawn_by = now, by
    finding.save(update_fields=["withdrawn_at", "withdrawn_by"])
    record_event(sprint, "finding.withdrawn", by=by, now=now, payload=FindingSubject(finding).named)
