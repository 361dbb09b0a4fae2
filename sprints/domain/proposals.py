"""What a proposal says, in words: each thing as it is, and as it would be. Reads only."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from agreements.domain.clause_names import clause_name
from agreements.models import Clause
from partners.parties import Role
from sprints.domain.meetings import meetings_in
from sprints.domain.milestones import MilestoneSubject, plan_content, today_of
from sprints.domain.plans import plan_named, plan_title
from sprints.domain.prior_work import prior_rows
from sprints.domain.states import answer_closed
from sprints.models import Meeting, Milestone, Proposal, ProposalKind, Sprint
from sprints.models.proposal import ProposalOutcome
from sprints.plan import USUAL, Phase, Plan
from sprints.timeline import Pause, Timeline

Row = tuple[str, object, object]
LONGEST_PAUSE = timedelta(days=120)


def agree_closed(found: Proposal, now: datetime) -> str:
    """Why nobody can agree to it any more, in words; empty where they can. A pause that nobody answered in time."""
    closed = answer_closed(found.sprint.partnership, found.sprint)
    if closed or found.kind != ProposalKind.PAUSE:
        return closed
    days = {name: date.fromisoformat(found.content[name]) for name in ("first", "last")}
    problems = [why for why in refused_pause(days, sprint=found.sprint, now=now).values() if why]
    return " ".join([_("This pause is no longer possible."), *problems]) if problems else ""


def meetings_cancelled(found: Proposal, now: datetime) -> list[Meeting]:
    """The meetings that are cancelled when the other side agrees to this pause."""
    if found.kind != ProposalKind.PAUSE or found.settled_at:
        return []
    first, last = (date.fromisoformat(found.content[name]) for name in ("first", "last"))
    return meetings_in(found.sprint, Pause(first, last), now)


def refused_pause(typed: Mapping[str, Any], *, sprint: Sprint, now: datetime) -> dict[str, str]:
    """What of its days cannot be, by field."""
    first, last, timeline = typed.get("first"), typed.get("last"), sprint.timeline
    refused = {"first": "", "last": ""}
    if first and first < today_of(sprint, now):
        refused["first"] = _("A pause begins today or later: what is past stays where it was.")
    elif first and not timeline.first_day <= first <= timeline.last_day:
        refused["first"] = _("A pause begins on a day of the sprint.")
    if first and last and not first <= last <= first + LONGEST_PAUSE:
        refused["last"] = _("The last day comes after the first, and at most 120 days after it.")
    elif first and last and any(pause.first <= last and first <= pause.last for pause in timeline.pauses):
        refused["first"] = refused["first"] or _("There is a pause on some of these days already.")
    return refused


def declined_before(sprint: Sprint | None, kind: str, milestone: Milestone | None = None) -> Proposal | None:
    """The last "no" about the same thing: its reason stays in sight until something is agreed. Two new milestones are
    not the same thing."""
    if kind == ProposalKind.MILESTONE and milestone is None:
        return None
    same = Proposal.objects.filter(sprint=sprint, kind=kind, milestone=milestone)
    answered = same.filter(outcome__in=[ProposalOutcome.AGREED, ProposalOutcome.DECLINED]).select_related("settled_by")
    last = answered.order_by("settled_at", "number").last()
    return last if last and last.outcome == ProposalOutcome.DECLINED else None


def rows_of_proposal(found: Proposal, names: dict[str, str]) -> list[Row]:
    """(what, as it is, as it would be), for what would change. `names` are the organizations' by party."""
    if found.kind == ProposalKind.MILESTONE:
        return [*_milestone_rows(found, names), *_due_rows(found)]
    if found.kind == ProposalKind.PAUSE:
        return _pause_rows(found)
    if found.kind == ProposalKind.PRIOR_WORK:
        return prior_rows(found)
    planned = timeline_of(found)
    return [
        (_("First day"), "", planned.first_day),
        (_("Last day"), "", planned.last_day),
        (_("Weeks"), "", planned.weeks),
        (_("Plan"), "", plan_title(planned_in(found.content))),
    ]


def timeline_of(found: Proposal) -> Timeline:
    """The days of the sprint that a proposal of a start asks for."""
    return Timeline(date.fromisoformat(found.content["first_day"]), found.content["weeks"])


def planned_in(content: Mapping[str, Any]) -> Plan:
    """The plan that a proposal of a start names. Those from before there was a choice name none."""
    return plan_named(content.get("plan", USUAL))


def late_at_once(found: Proposal, now: datetime) -> list[str]:
    """The milestones that would be late on the day on which it is agreed to: people do not see that in a date."""
    today = today_of(found.sprint, now)
    if found.kind == ProposalKind.START:
        planned = timeline_of(found)
        milestones = planned_in(found.content).scaled_to(planned.weeks)
        return [_(one.title) for one in milestones if planned.ends(one.last_week) < today]
    if found.kind == ProposalKind.MILESTONE and not _is_done(found) and not found.content["dropped"]:
        return [_(found.content["title"]) for _label, _before, due in _due_rows(found) if due < today]
    return []


def _is_done(found: Proposal) -> bool:
    milestone = found.milestone
    return milestone is not None and (
        milestone.finished_at is not None or (milestone.joint and MilestoneSubject(milestone).answers.both)
    )


def _pause_rows(found: Proposal) -> list[Row]:
    """Its own days, and the last one of the sprint that it moves. The pause itself is not counted twice."""
    pause = Pause(date.fromisoformat(found.content["first"]), date.fromisoformat(found.content["last"]))
    rows: list[Row] = [(_("First day"), "", pause.first), (_("Last day"), "", pause.last)]
    if found.settled_at or found.sprint.first_day is None:
        return rows
    before = found.sprint.timeline
    after = Timeline(before.first_day, before.weeks, (*before.pauses, pause))
    return [*rows, (_("Last day of the sprint"), "", after.last_day)]


def _due_rows(found: Proposal) -> Iterator[tuple[str, object, date]]:
    """The day on which the milestone is due, where that changes."""
    week, before = found.content["last_week"], found.milestone.last_week if found.milestone else None
    if week != before and not found.settled_at:
        ends = found.sprint.timeline.ends
        yield _("Due"), "" if before is None else ends(before), ends(week)


def _milestone_rows(found: Proposal, names: dict[str, str]) -> list[Row]:
    before = plan_content(found.milestone) if found.milestone else {}
    labels = {
        "title": _("What is to be reached"),
        "week": _("From week"),
        "last_week": _("To week"),
        "phase": _("Phase"),
        "leaders": _("Who leads it"),
        "joint": _("Both sides sign it off"),
        "fulfils": _("What it fulfils"),
        "dropped": _("Dropped from the plan"),
    }
    clauses = Clause.objects.filter(agreement__partnership=found.sprint.partnership_id).select_related("agreement")
    known = {clause.key: clause_name(clause) for clause in clauses} | names
    known |= {role.value: str(role.label) for role in Role}
    return [
        (label, _words(name, before[name], known) if before else "", _words(name, found.content[name], known))
        for name, label in labels.items()
        if before.get(name) != found.content[name]
    ]


def _words(name: str, value: Any, known: dict[str, str]) -> str:
    """A part of a milestone as people read it. `known` are the names of clauses and of who leads."""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if name == "phase":
        return str(Phase(value).label)
    if isinstance(value, list):
        return ", ".join(str(known.get(key, key)) for key in value) or _("nothing")
    return str(value)
