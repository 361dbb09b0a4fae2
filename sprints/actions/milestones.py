"""The plan's milestones: unfold them, change them, say what came of them, finish them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from agreements.models import Clause
from agreements.refusals import NotNow, Stale
from partners import rules as partner_rules
from partners.models import Person
from sprints import rules
from sprints.actions.sign_offs import ask_again
from sprints.actions.transactions import lock_for, lock_running_sprint, record_event, require_open
from sprints.domain.milestones import MilestoneSubject, finish_closed, plan_content, plan_digest, signed_digest
from sprints.domain.plans import plan_named
from sprints.models import Milestone, MilestoneLeader, Sprint
from sprints.plan import Phase
from text.fields import clean_words, refuse, set_words


def unfold(sprint: Sprint, *, now: datetime) -> None:
    """Make the milestones of its plan, each tied to the clauses that it fulfils. A clause that the two sides took out
    of their agreement is left out here too."""
    clauses = {clause.key: clause for clause in Clause.objects.filter(agreement__partnership=sprint.partnership_id)}
    leaders = []
    for number, planned in enumerate(plan_named(sprint.plan).scaled_to(sprint.weeks), start=1):
        milestone = Milestone.objects.create(
            sprint=sprint,
            number=number,
            week=planned.week,
            last_week=planned.last_week,
            phase=planned.phase,
            title=planned.title,
            old_leaders=list(planned.leaders),
            joint=planned.joint,
            added_at=now,
        )
        leaders += [MilestoneLeader(milestone=milestone, leader=leader) for leader in planned.leaders]
        milestone.fulfils.set([clauses[key] for key in planned.clauses if key in clauses])
    MilestoneLeader.objects.bulk_create(leaders, ignore_conflicts=True)


def set_leaders(milestone: Milestone, leaders: Iterable[str]) -> None:
    """These lead it, and nobody else. On PostgreSQL the trigger of `old_leaders` may have been there before."""
    milestone.leader_rows.exclude(leader__in=leaders).delete()
    rows = [MilestoneLeader(milestone=milestone, leader=leader) for leader in leaders]
    MilestoneLeader.objects.bulk_create(rows, ignore_conflicts=True)


def checked(sprint: Sprint, content: dict[str, Any]) -> dict[str, Any]:
    """The content as it is kept. Raises ValidationError by field."""
    refuse(refused_milestone(content, sprint=sprint))
    return {
        **clean_words(Milestone, title=content["title"]),
        "week": content["week"],
        "last_week": content["last_week"],
        "phase": Phase(content["phase"]).value,
        "leaders": sorted(content["leaders"]),
        "joint": bool(content["joint"]),
        "fulfils": sorted(content["fulfils"]),
        "dropped": bool(content.get("dropped")),
    }


def refused_milestone(typed: Mapping[str, Any], *, sprint: Sprint) -> dict[str, str]:
    """What of its place in the plan cannot be, by field."""
    week, last_week = typed.get("week"), typed.get("last_week")
    return {
        "week": _("Choose a week of the sprint.") if week is not None and not 0 <= week <= sprint.weeks else "",
        "last_week": _("The last week comes after the first, and within the sprint.")
        if last_week is not None and not (week or 0) <= last_week <= sprint.weeks
        else "",
        "leaders": _("Say who leads it.") if not typed.get("leaders", True) else "",
    }


def needs_both(milestone: Milestone | None, content: dict[str, Any]) -> bool:
    """A change where a joint sign-off is, comes or goes is both sides' affair; any other is free, and recorded."""
    return content["joint"] or (milestone is not None and milestone.joint)


@transaction.atomic
def change_freely(
    *,
    by: Person,
    sprint: Sprint,
    milestone: Milestone | None,
    content: dict[str, Any],
    shown: str,
    reason: str,
    now: datetime,
) -> Milestone:
    """Add, move, reassign or drop a milestone that no joint sign-off hangs on. `shown` is `plan_digest` of it."""
    held = lock_for(partner_rules.assents, by, sprint)
    if milestone:
        milestone = Milestone.objects.get(pk=milestone.pk, sprint=held)
        if plan_digest(milestone) != shown:
            raise Stale
    if needs_both(milestone, content):
        raise NotNow(_("Both sides sign this milestone off, so both agree to a change of it."))
    return change_milestone(held, milestone, content, by=by, now=now, reason=reason)


def change_milestone(
    sprint: Sprint, milestone: Milestone | None, content: dict[str, Any], *, by: Person, now: datetime, reason: str = ""
) -> Milestone:
    """Write the change, under the sprint's lock."""
    before = plan_content(milestone) if milestone else {}
    content, reason = checked(sprint, content), Milestone.drop_reason.field.clean_words(reason)
    if milestone is None:
        milestone = Milestone(sprint=sprint, number=sprint.milestones.count() + 1, added_at=now, added_by=by)
    for name in ("title", "week", "last_week", "phase", "joint"):
        setattr(milestone, name, content[name])
    milestone.old_leaders = content["leaders"]
    if content["dropped"] != before.get("dropped", False):
        milestone.dropped_at, milestone.dropped_by = (now, by) if content["dropped"] else (None, None)
        milestone.drop_reason = reason if content["dropped"] else ""
    if milestone.joint:
        milestone.finished_at = milestone.finished_by = None
    milestone.save()
    set_leaders(milestone, content["leaders"])
    clauses = Clause.objects.filter(agreement__partnership=sprint.partnership_id)
    milestone.fulfils.set(clauses.filter(key__in=content["fulfils"]))
    changed = {name: value for name, value in content.items() if before.get(name) != value}
    kind = "milestone.changed" if before else "milestone.added"
    if changed:
        payload = {"milestone": milestone.title, "number": milestone.number, "changed": changed, "reason": reason}
        record_event(sprint, kind, by=by, now=now, payload=payload)
    return milestone


@transaction.atomic
def say_outcome(*, by: Person, milestone: Milestone, outcome: str, shown: str, now: datetime) -> Milestone:
    """Write down what came of it. `shown` is the digest of what is signed off, as the person saw it."""
    sprint, milestone = open_milestone(milestone, by=by)
    if signed_digest(milestone) != shown:
        raise Stale
    set_words(milestone, outcome=outcome)
    milestone.save(update_fields=["outcome"])
    payload = {"milestone": milestone.title, "number": milestone.number, "outcome": milestone.outcome}
    record_event(sprint, "milestone.outcome", by=by, now=now, payload=payload)
    ask_again([MilestoneSubject(milestone)], by=by, now=now)
    return milestone


@transaction.atomic
def finish(*, by: Person, milestone: Milestone, now: datetime) -> None:
    """Say that a milestone without a joint sign-off is done. Those who lead it may."""
    sprint, milestone = open_milestone(milestone, by=by)
    rules.require_leader(by, milestone)
    require_open(finish_closed(milestone))
    milestone.finished_at, milestone.finished_by = now, by
    milestone.save(update_fields=["finished_at", "finished_by"])
    record_event(sprint, "milestone.finished", by=by, now=now, payload=MilestoneSubject(milestone).named)


@transaction.atomic
def take_up_again(*, by: Person, milestone: Milestone, now: datetime) -> None:
    """A finished milestone without a joint sign-off is open again."""
    sprint = lock_running_sprint(milestone.sprint)
    milestone = Milestone.objects.get(pk=milestone.pk)
    rules.require_leader(by, milestone)
    if milestone.finished_at is None:
        return
    milestone.finished_at = milestone.finished_by = milestone.done_before = None
    milestone.save(update_fields=["finished_at", "finished_by", "done_before"])
    record_event(sprint, "milestone.taken_up_again", by=by, now=now, payload=MilestoneSubject(milestone).named)


def open_milestone(milestone: Milestone, *, by: Person) -> tuple[Sprint, Milestone]:
    """The locked sprint and the milestone as it stands, for anyone with a seat. Raises NotNow where it is over."""
    sprint = lock_for(partner_rules.takes_part, by, milestone.sprint)
    milestone = Milestone.objects.get(pk=milestone.pk)
    if milestone.dropped_at:
        raise NotNow(_("This milestone was dropped from the plan. Nothing was changed."))
    if milestone.finished_at:
        raise NotNow(_("This milestone is done. Take it up again to change something."))
    if milestone.joint and MilestoneSubject(milestone).answers.both:
        raise NotNow(_("Both sides have signed this off. To change something, a lead asks for changes first."))
    return sprint, milestone
