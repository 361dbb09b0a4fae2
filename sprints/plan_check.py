"""What stands in the way of publishing a plan, and what to think about before. Pure: no database.

A plan may come from a stranger's file, so nothing of its shape is taken for granted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from partners.parties import Party, Role
from partners.weeks import FEWEST_WEEKS, MOST_WEEKS
from sprints.plan import Phase
from text.clean import clean_line

MOST_MILESTONES = 60
LONGEST_TITLE = 160  # characters
WHO_LEADS = {*Party.values, Role.TECHNOLOGY_PARTNER.value, Role.PRODUCT_ADVISOR.value}


@dataclass(frozen=True)
class PlanProblem:
    """`number`: which milestone it is about, from 1; none where it is about the whole. `field`: what of it."""

    text: str
    field: str = ""
    number: int | None = None


def plan_problems(content: Any, keys: Collection[str]) -> list[PlanProblem]:
    """Everything that must be put right. `keys`: of the goals and commitments that a milestone can fulfil."""
    if not isinstance(content, dict) or not isinstance(content.get("milestones"), list):
        return [PlanProblem(_("This is no plan that we can read."))]
    weeks: int = content.get("weeks", 0)
    milestones = content["milestones"]
    found = []
    if not _is_number(weeks, FEWEST_WEEKS, MOST_WEEKS):
        found.append(PlanProblem(_("A sprint has 4 to 52 weeks."), "weeks"))
        weeks = MOST_WEEKS
    if not 1 <= len(milestones) <= MOST_MILESTONES:
        says = _("A plan has at least one milestone, and at most %(most)s.") % {"most": MOST_MILESTONES}
        found.append(PlanProblem(says, "milestones"))
    for number, one in enumerate(milestones[:MOST_MILESTONES], start=1):
        found += [PlanProblem(text, field, number) for field, text in milestone_problems(one, weeks, keys) if text]
    return found


def milestone_problems(one: Any, weeks: int, keys: Collection[str]) -> Iterator[tuple[str, str]]:
    """(field, what is wrong with it; empty where nothing is)."""
    if not isinstance(one, dict):
        yield "", _("This is no milestone that we can read.")
        return
    yield "title", _wrong_title(one.get("title"))
    week, last_week = one.get("week"), one.get("last_week")
    yield "week", "" if _is_number(week, 0, weeks) else _("Choose a week of the sprint.")
    within = _is_number(last_week, int(week) if week and _is_number(week, 0, weeks) else 0, weeks)
    yield "last_week", "" if within else _("The last week comes after the first, and within the sprint.")
    yield "phase", "" if one.get("phase") in Phase.values else _("Choose a phase.")
    leaders = one.get("leaders")
    known = (
        isinstance(leaders, list) and leaders and all(isinstance(each, str) and each in WHO_LEADS for each in leaders)
    )
    yield "leaders", "" if known else _("Say who leads it.")
    yield "joint", "" if isinstance(one.get("joint"), bool) else _("Say whether both sides sign it off.")
    yield "clauses", _wrong_clauses(one.get("clauses"), keys)


def _is_number(value: Any, least: int, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


def _wrong_title(title: Any) -> str:
    try:
        kept = clean_line(title if isinstance(title, str) else "", limit=LONGEST_TITLE)
    except ValidationError as refusal:
        return " ".join(refusal.messages)
    return "" if kept == title else _("This title holds characters that we cannot keep.")


def _wrong_clauses(clauses: Any, keys: Collection[str]) -> str:
    if not isinstance(clauses, list) or not all(isinstance(key, str) for key in clauses):
        return _("Choose goals and commitments of the template.")
    unknown = sorted(set(clauses) - set(keys))
    return _("The template has no such goal or commitment: %(keys)s.") % {"keys": ", ".join(unknown)} if unknown else ""


def due_together(milestones: Sequence[Mapping[str, Any]]) -> list[list[int]]:
    """The numbers, from 1, of milestones with the same weeks, which can stand in any order among themselves."""
    groups = groupby(range(1, len(milestones) + 1), key=lambda number: in_order(milestones[number - 1]))
    return [list(numbers) for _weeks, numbers in groups]


def in_order(milestone: Mapping[str, Any]) -> tuple[int, int]:
    """What a plan is sorted by: first what is due first."""
    return milestone["last_week"], milestone["week"]


def plan_cautions(content: dict[str, Any], promises: Mapping[str, str]) -> list[str]:
    """Of a plan that can be published: what to think about. The two sides are asked the same. `promises`: the names of
    goals and commitments by key."""
    milestones = content["milestones"]
    led = Counter(leader for one in milestones for leader in set(one["leaders"]))
    found = [
        _("No milestone is led by the %(party)s.") % {"party": party.label.lower()} for party in Party if not led[party]
    ]
    if not any(one["joint"] for one in milestones):
        found.append(_("No milestone is signed off by both sides: nothing in this plan needs both to say yes."))
    shown = {key for one in milestones for key in one["clauses"]}
    if missing := [name for key, name in promises.items() if key not in shown]:
        found.append(_("No milestone shows whether these are kept: %(names)s.") % {"names": ", ".join(missing)})
    return found
