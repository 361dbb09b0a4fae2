"""What the sprint of the demonstration asks residents, finds, and knows of the city's data."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from partners.models import Person
from sprints import actions
from sprints.domain.milestones import today_of
from sprints.domain.research import (
    FindingSubject,
    changes_digest,
    checkers,
    finding_digest,
    research_plan_digest,
    research_plan_of,
)
from sprints.models import Activity, Dataset, Finding, Sprint
from topcities.demo.people import lead_of, member_of

PLAN: dict[str, Any] = {
    "questions": "Why do young street trees die on some blocks, and who would water them?",
    "people": "Residents of four neighborhoods with few trees, through their block clubs and the library.",
    "languages": "English, Spanish, Hmong",
    "compensation": "A gift card of 40 dollars for an hour, given at the end of it, from the program's budget.",
    "consent": "A form of one page, read aloud, in three languages. A call to the block club takes it back.",
    "keeping": "With the community partner, on paper, until the end of the sprint.",
}
TALKS: dict[str, Any] = {
    "title": "Talks on porches in four neighborhoods",
    "method": "interview",
    "people": 22,
    "languages": "English, Spanish, Hmong",
    "compensation": "A gift card of 40 dollars each",
    "consent": "A signed form, read aloud first",
}
WALK: dict[str, Any] = {
    "title": "A walk along dead and living trees",
    "method": "walk",
    "people": 9,
    "languages": "English, Spanish",
    "compensation": "A gift card of 40 dollars each, and lunch",
    "consent": "Said aloud at the start, noted by the guide",
}
TREES: dict[str, Any] = {
    "title": "Street tree inventory",
    "description": "Every street tree with its species and the year of planting.",
    "address": "https://data.topcities.example/street-trees",
    "steward": "Parks Department",
    "licence": "CC-BY-4.0",
    "formats": "CSV, GeoJSON",
    "refresh": "Every month",
    "gaps": "Trees on private lots are not in it.",
    "personal_data": "no",
}
ROUTES: dict[str, Any] = {
    "title": "Watering routes and visits",
    "place": "The routing system of the Parks Department",
    "steward": "Parks Department, operations",
    "personal_data": "unknown",
}


def researched(sprint: Sprint, now: datetime) -> None:
    """Week seven: one analysis is confirmed, one waits for its check, and a dataset is later than promised."""
    shown = research_plan_digest(research_plan_of(sprint))
    by = _checker(sprint)
    actions.write_research_plan(by=by, sprint=sprint, shown=shown, now=now - timedelta(days=40), **PLAN)
    talks, walk = (_done(sprint, said, now - timedelta(days=days)) for said, days in ((TALKS, 26), (WALK, 12)))
    trees, _routes = _asked(sprint, now)
    words = "Fourteen of 22 people thought the city waters new trees; the city's contract ends after one summer."
    first = _found(sprint, "Nobody knows whose task the watering is", words, [talks], [trees], now - timedelta(days=19))
    actions.sign_off(by=by, subject=FindingSubject(first), shown=finding_digest(first), now=now - timedelta(days=18))
    changes = "The product will say, for each tree, who waters it this week."
    shown = changes_digest(first)
    actions.say_what_changed(by=by, finding=first, changes=changes, shown=shown, now=now - timedelta(days=15))
    words = "On the walk, seven of nine would water a tree at their house if a bag and a reminder came with it."
    _found(sprint, "Neighbors would water a tree that they know", words, [walk], [], now - timedelta(days=2))


def _checker(sprint: Sprint) -> Person:
    return lead_of(sprint.partnership, checkers(sprint.partnership)[0])


def _done(sprint: Sprint, said: dict[str, Any], then: datetime) -> Activity:
    day = today_of(sprint, then) - timedelta(days=1)
    by = member_of(sprint.partnership, checkers(sprint.partnership)[0])
    return actions.add_activity(by=by, sprint=sprint, held_on=day, now=then, **said)


def _asked(sprint: Sprint, now: datetime) -> list[Dataset]:
    today, then = today_of(sprint, now), now - timedelta(days=30)
    days: dict[str, Any] = {"asked_on": today - timedelta(days=32)}
    used: dict[str, Any] = {"accessible_since": today - timedelta(days=28), "in_use_since": today - timedelta(days=6)}
    act: dict[str, Any] = {"by": _checker(sprint), "sprint": sprint, "dataset": None}
    trees = actions.set_dataset(**act, now=now - timedelta(days=6), **(TREES | days | used))
    late: dict[str, Any] = {"promised_for": today - timedelta(days=5)}
    return [trees, actions.set_dataset(**act, now=then, **(ROUTES | days | late))]


def _found(
    sprint: Sprint, title: str, analysis: str, activities: list[Activity], datasets: list[Dataset], then: datetime
) -> Finding:
    by = member_of(sprint.partnership, checkers(sprint.partnership)[0])
    said: dict[str, Any] = {"title": title, "analysis": analysis, "activities": activities, "datasets": datasets}
    return actions.set_finding(by=by, sprint=sprint, finding=None, now=then, **said)
