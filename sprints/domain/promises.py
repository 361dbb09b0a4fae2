"""Promises kept: for each goal and commitment of the agreement, what was planned for it, shown, and signed off.

Reads only. Nothing is weighed or averaged: it says what there is, and where there is nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from partners.models import Partnership
from sprints.domain.commitments import SignedPromise, signed_promises
from sprints.domain.milestones import MilestoneStatus, SprintStatus
from sprints.domain.promise_facts import Fact, facts_of
from sprints.states import MilestoneState


@dataclass(frozen=True)
class Kept:
    """A promise with its milestones, and what shows it beside them."""

    promise: SignedPromise
    milestones: list[MilestoneStatus]
    facts: list[Fact]

    @property
    def evidence_count(self) -> int:
        return sum(len(one.evidence) for one in self.milestones)

    @property
    def done_count(self) -> int:
        return sum(one.state == MilestoneState.DONE for one in self.milestones)

    @property
    def is_kept(self) -> bool:
        return bool(self.milestones) and self.done_count == len(self.milestones)

    @property
    def has_no_milestone(self) -> bool:
        """Still promised, and nothing in the plan serves it: nobody may overlook that."""
        return self.promise.still_promised and not self.milestones


@dataclass(frozen=True)
class PromiseGroup:
    """The goals, or the commitments of a side, or those of both: `owner` is empty for what belongs to both."""

    kind: str
    owner: str
    rows: list[Kept]


def kept_promises(partnership: Partnership, standing: SprintStatus | None, *, now: datetime) -> list[Kept]:
    """Every promise in the agreement's order; before the sprint has begun, none has a milestone."""
    milestones = standing.milestones if standing else []
    planned = [one for one in milestones if one.state != MilestoneState.DROPPED]
    by_clause: dict[int, list[MilestoneStatus]] = {}
    for one in planned:
        for clause in one.milestone.fulfils.all():
            by_clause.setdefault(clause.pk, []).append(one)
    promises = signed_promises(partnership)
    facts = facts_of(standing.sprint, [one.clause for one in promises], now) if standing else {}
    return [Kept(one, by_clause.get(one.clause.pk, []), facts.get(one.key, [])) for one in promises]


def grouped(rows: list[Kept]) -> list[PromiseGroup]:
    """In the agreement's order: a group starts where the kind or the owner changes."""
    groups: list[PromiseGroup] = []
    for row in rows:
        clause = row.promise.clause
        if not groups or (groups[-1].kind, groups[-1].owner) != (clause.kind, clause.owner):
            groups.append(PromiseGroup(clause.kind, clause.owner, []))
        groups[-1].rows.append(row)
    return groups


def as_data(partnership: Partnership, standing: SprintStatus | None, *, now: datetime) -> dict[str, Any]:
    """The same as data: what `manage.py promises SLUG --json` prints."""
    rows = kept_promises(partnership, standing, now=now)
    return {
        "partnership": partnership.slug,
        "at": now.isoformat(),
        "week": standing.week if standing else None,
        "weeks": standing.sprint.weeks if standing else None,
        "goals": [_row(row) for row in rows if row.promise.clause.kind == "goal"],
        "commitments": [_row(row) for row in rows if row.promise.clause.kind == "commitment"],
    }


def lasting(data: dict[str, Any]) -> dict[str, Any]:
    """The facts without what the calendar alone changes: both sides ask for the same report on two days."""
    return {name: [_lasting_row(row) for row in data[name]] for name in ("goals", "commitments")}


def _lasting_row(row: dict[str, Any]) -> dict[str, Any]:
    milestones = [
        {name: value for name, value in one.items() if name not in {"state", "days_late"}}
        | {"done": one["state"] == MilestoneState.DONE}
        for one in row["milestones"]
    ]
    return row | {"milestones": milestones}


def _row(row: Kept) -> dict[str, Any]:
    promise = row.promise
    return {
        "key": promise.key,
        "owner": promise.clause.owner or None,
        "text": promise.text,
        "still_promised": promise.still_promised,
        "evidence": row.evidence_count,
        "milestones": [_milestone(one) for one in row.milestones],
        "facts": [{"kind": fact.kind, **fact.data} for fact in row.facts],
    }


def _milestone(one: MilestoneStatus) -> dict[str, Any]:
    milestone = one.milestone
    before = {"done_before": milestone.done_before.isoformat()} if milestone.done_before else {}
    return before | {
        "number": milestone.number,
        "title": milestone.title,
        "week": milestone.last_week,
        "due": one.due.isoformat(),
        "state": one.state.value,
        "days_late": one.days_late,
        "joint": milestone.joint,
        "evidence": len(one.evidence),
        "sign_offs": [
            {"party": answer.party, "by": answer.by.name, "at": answer.at.isoformat()} for answer in one.yes_answers
        ],
    }
