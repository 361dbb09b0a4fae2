"""Research with residents: its plan, what was done, what was found, and whether the analysis holds.

An analysis is confirmed as accurate and comprehensive by the party that promised to check it, and by no other.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from agreements.actions.transactions import speaks_for
from agreements.refusals import NotNow, Stale
from partners import rules
from partners.models import Person
from sprints.actions.sign_offs import ask_again, record_answer
from sprints.actions.transactions import lock_running_sprint, record_event
from sprints.domain.findings import changes_digest, finding_content, finding_digest
from sprints.domain.milestones import today_of, voices_of
from sprints.domain.research import PLAN, checkers, research_plan_digest, research_plan_of
from sprints.emails.hourly import tell_lead
from sprints.models import Activity, Dataset, Finding, Method, Milestone, ResearchPlan, SignOffAnswer, Sprint
from text.clean import clean_line, clean_text


@transaction.atomic
def write_research_plan(*, by: Person, sprint: Sprint, shown: str, now: datetime, **said: str) -> ResearchPlan:
    """`shown` is `research_plan_digest` as the person saw it."""
    sprint = lock_running_sprint(sprint)
    rules.require(rules.reads, by, sprint.partnership)
    plan = research_plan_of(sprint)
    if research_plan_digest(plan) != shown:
        raise Stale
    for name in PLAN:
        gate, limit = (clean_line, 200) if name == "languages" else (clean_text, 5000)
        setattr(plan, name, gate(said[name], limit=limit) if said[name].strip() else "")
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
    sprint = lock_running_sprint(sprint)
    rules.require(rules.reads, by, sprint.partnership)
    if held_on > today_of(sprint, now):
        raise ValidationError({"held_on": _("It is written down after it was held.")})
    activity = Activity.objects.create(
        sprint=sprint,
        number=sprint.activities.count() + 1,
        title=clean_line(title, limit=160),
        method=Method(method),
        held_on=held_on,
        people=people,
        languages=clean_line(languages, limit=200),
        compensation=clean_line(compensation, limit=300),
        consent=clean_line(consent, limit=300),
        added_at=now,
        added_by=by,
    )
    record_event(sprint, "activity.added", by=by, now=now, payload=_activity(activity))
    return activity


@transaction.atomic
def withdraw_activity(*, by: Person, activity: Activity, now: datetime) -> None:
    """Take back what one wrote down oneself, while no finding rests on it. The history keeps it."""
    sprint = lock_running_sprint(activity.sprint)
    rules.require(rules.reads, by, sprint.partnership)
    if activity.added_by_id != by.pk:
        raise rules.Refused(_("An activity is taken back by the person who wrote it down."))
    if activity.findings.filter(withdrawn_at=None).exists():
        raise NotNow(_("A finding rests on this activity. Take it out of the finding first."))
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
    sprint = lock_running_sprint(sprint)
    rules.require(rules.reads, by, sprint.partnership)
    rests_on = _rests_on(sprint, activities, datasets)
    if finding is None:
        finding = Finding(sprint=sprint, number=sprint.findings.count() + 1, added_at=now, added_by=by)
    else:
        finding = _changeable(sprint, finding, shown)
        finding.changed_at, finding.changed_by = now, by
    finding.title, finding.analysis = clean_line(title, limit=200), clean_text(analysis, limit=10000)
    finding.save()
    finding.activities.set(rests_on[0])
    finding.datasets.set(rests_on[1])
    current = finding_digest(finding)
    if current != shown:
        kind = "finding.changed" if shown else "finding.added"
        record_event(sprint, kind, by=by, now=now, payload=_finding(finding) | {"digest": current})
        _ask_for_check(finding, by=by, now=now)
        ask_again(sprint, _resting_on(finding), by=by, now=now)
    return finding


def _ask_for_check(finding: Finding, *, by: Person, now: datetime) -> None:
    """A mail to whoever promised to check it; a lead who wrote it themselves needs none."""
    sprint = finding.sprint
    own = rules.party_of(by, sprint.partnership) if rules.leads(by, sprint.partnership) else None
    for party in checkers(sprint.partnership):
        if party != own:
            about = {"finding": str(finding.pk), "party": party}
            tell_lead(sprint, party, "finding.waits", about=about, now=now)


def _rests_on(
    sprint: Sprint, activities: Iterable[Activity], datasets: Iterable[Dataset]
) -> tuple[list[Activity], list[Dataset]]:
    """What the finding rests on, of this very sprint."""
    done = Activity.objects.filter(sprint=sprint, withdrawn_at=None, pk__in=[one.pk for one in activities])
    data = Dataset.objects.filter(sprint=sprint, dropped_at=None, pk__in=[one.pk for one in datasets])
    found = list(done), list(data)
    if not any(found):
        raise ValidationError({"activities": _("Choose what it rests on: an activity with residents, or a dataset.")})
    return found


def _changeable(sprint: Sprint, finding: Finding, shown: str) -> Finding:
    finding = _held(sprint, finding)
    if finding_digest(finding) != shown:
        raise Stale
    if any(voices.both for voices in voices_of(_resting_on(finding)).values()):
        raise NotNow(_("Both sides signed off a milestone with this finding, so it stays as it is. Write a new one."))
    return finding


def _resting_on(finding: Finding) -> QuerySet[Milestone]:
    """The milestones to sign off that have it among their evidence."""
    return Milestone.objects.filter(evidence__finding=finding, evidence__withdrawn_at=None, joint=True).distinct()


def _held(sprint: Sprint, finding: Finding) -> Finding:
    finding = Finding.objects.get(pk=finding.pk)
    finding.sprint = sprint
    if finding.withdrawn_at:
        raise NotNow(_("This finding was taken back. Nothing was changed."))
    return finding


@transaction.atomic
def say_what_changed(*, by: Person, finding: Finding, changes: str, shown: str, now: datetime) -> None:
    """Write down what the finding changed in the product or the plan. It asks nobody again. `shown` is
    `changes_digest` as the person saw it."""
    sprint = lock_running_sprint(finding.sprint)
    rules.require(rules.reads, by, sprint.partnership)
    finding = _held(sprint, finding)
    if changes_digest(finding) != shown:
        raise Stale
    finding.changes = clean_text(changes, limit=5000) if changes.strip() else ""
    finding.save(update_fields=["changes"])
    record_event(sprint, "finding.led_to", by=by, now=now, payload=_finding(finding) | {"changes": finding.changes})


@transaction.atomic
def withdraw_finding(*, by: Person, finding: Finding, shown: str, now: datetime) -> None:
    """Take back a finding that one wrote down oneself. The history keeps it."""
    sprint = lock_running_sprint(finding.sprint)
    rules.require(rules.reads, by, sprint.partnership)
    if finding.added_by_id != by.pk:
        raise rules.Refused(_("A finding is taken back by the person who wrote it down."))
    finding = _changeable(sprint, finding, shown)
    finding.withdrawn_at, finding.withdrawn_by = now, by
    finding.save(update_fields=["withdrawn_at", "withdrawn_by"])
    record_event(sprint, "finding.withdrawn", by=by, now=now, payload=_finding(finding))


@transaction.atomic
def confirm_finding(*, by: Person, finding: Finding, shown: str, now: datetime) -> None:
    """Say that the analysis, as shown, is accurate and comprehensive. Raises Stale where it has changed since."""
    _answer(finding, SignOffAnswer.YES, by=by, shown=shown, now=now)


@transaction.atomic
def ask_to_rework_finding(*, by: Person, finding: Finding, shown: str, reason: str, now: datetime) -> None:
    """Say what is not accurate, or what is left out."""
    _answer(finding, SignOffAnswer.CHANGES, by=by, shown=shown, reason=clean_text(reason, limit=2000), now=now)


def _answer(
    finding: Finding, answer: SignOffAnswer, *, by: Person, shown: str, now: datetime, reason: str = ""
) -> None:
    sprint = lock_running_sprint(finding.sprint)
    party = speaks_for(by, sprint.partnership, rules.assents)
    if party not in checkers(sprint.partnership):
        raise rules.Refused(_("The lead of the partner that promised to check the analysis confirms it."))
    finding = _held(sprint, finding)
    said = record_answer(
        sprint, finding.pk, finding_content(finding), answer, party=party, by=by, shown=shown, reason=reason, now=now
    )
    if said:
        payload = _finding(finding) | {"party": party, "digest": said.digest} | ({"reason": reason} if reason else {})
        kind = "finding.confirmed" if answer == SignOffAnswer.YES else "finding.rework_asked"
        record_event(sprint, kind, by=by, now=now, payload=payload)
        ask_again(sprint, _resting_on(finding), by=by, now=now)  # due as soon as nothing stands in its way


def _finding(finding: Finding) -> dict[str, Any]:
    rests_on = {
        "activities": [one.title for one in finding.activities.all()],
        "datasets": [one.title for one in finding.datasets.all()],
    }
    return {"finding": finding.title, "number": finding.number, "analysis": finding.analysis} | rests_on
