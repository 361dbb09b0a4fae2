"""What a proposal says, in words: each thing as it is, and as it would be. Reads only."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from agreements.domain.clause_names import clause_name
from agreements.models import Clause
from partners.parties import Role
from sprints.domain.milestones import plan_content
from sprints.models import Proposal, ProposalKind
from sprints.plan import Phase

Row = tuple[str, object, object]


def rows_of_proposal(found: Proposal, names: dict[str, str]) -> list[Row]:
    """(what, as it is, as it would be), for what would change. `names` are the organizations' by party."""
    if found.kind == ProposalKind.MILESTONE:
        return _milestone_rows(found, names)
    labels = {"first_day": _("First day"), "weeks": _("Weeks"), "first": _("First day"), "last": _("Last day")}
    return [(labels[name], "", _value(value)) for name, value in found.content.items()]


def _value(value: object) -> object:
    return date.fromisoformat(value) if isinstance(value, str) else value


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
    clauses = Clause.objects.filter(agreement__partnership=found.sprint.partnership_id)
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
