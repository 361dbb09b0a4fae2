"""The public page of a partnership, whole: what everybody sees now. No person is in it, and nothing that is held back.

Page, poster, previews and package read this and nothing else. Reads only.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.utils.translation import get_language

from agreements.domain.editions import content, latest_signed
from agreements.domain.templates import template_named
from agreements.models import ClauseKind, Edition
from agreements.wording.reading_aid import reading_aids
from partners.models import Partnership
from programs.domain.public_promises import (
    Course,
    PromiseGroup,
    PublicMilestone,
    PublicPromise,
    Score,
    course_of,
    groups_of,
    public_milestones,
    public_promises,
    score_of,
)
from programs.domain.public_words import words_of
from programs.domain.public_work import (
    Future,
    PublicDataset,
    PublicDecision,
    PublicFinding,
    PublicProduct,
    Research,
    public_datasets,
    public_decisions,
    public_findings,
    public_future,
    public_product,
    public_research,
    public_skills,
)
from sprints.domain.learning import SkillRow
from sprints.domain.milestones import SprintStatus
from sprints.domain.promises import kept_promises
from sprints.domain.states import state_of
from sprints.domain.todo import standing_of
from sprints.states import SprintState

WEEK, HIGH = 20, 12


@dataclass(frozen=True)
class Sealed:
    """How the agreement can be checked. `is_made`: the sealed file is there. `ended_on`: by either side."""

    signed_on: datetime
    number: int
    code: str
    digest: str
    is_made: bool
    ended_on: datetime | None


@dataclass(frozen=True)
class PublicWeek:
    """A week of the strip: done, now or ahead."""

    number: int
    look: str

    @property
    def x(self) -> int:
        return (self.number - 1) * WEEK


@dataclass(frozen=True)
class PublicWeeks:
    """The weeks of the sprint, and today."""

    state: SprintState
    week: int
    weeks: int
    today: date
    strip: list[PublicWeek]

    @property
    def width(self) -> int:
        return self.weeks * WEEK

    @property
    def over(self) -> int:
        return min(self.weeks, max(0, self.week - 1))


@dataclass(frozen=True)
class Statement:
    """A line of the agreement that is no promise, with what it says in the reader's language where that is another."""

    key: str
    text: str
    aid: str


@dataclass(frozen=True)
class PublicPage:
    """`language` is the agreement's. `held`: how many things are held back. What the sprint holds is empty before it
    has begun."""

    partnership: Partnership
    names: dict[str, str]
    issue: str
    language: str
    visions: list[Statement]
    goals: list[PublicPromise]
    groups: list[PromiseGroup]
    score: Score
    held: int
    sealed: Sealed | None
    shows_package: bool
    weeks: PublicWeeks | None = None
    milestones: list[PublicMilestone] = field(default_factory=list)
    decisions: list[PublicDecision] = field(default_factory=list)
    datasets: list[PublicDataset] = field(default_factory=list)
    findings: list[PublicFinding] = field(default_factory=list)
    research: Research | None = None
    skills: list[SkillRow] = field(default_factory=list)
    product: PublicProduct | None = None
    future: Future | None = None

    @property
    def promises(self) -> list[PublicPromise]:
        return [*self.goals, *(row for group in self.groups for row in group.rows)]

    @property
    def course(self) -> Course:
        return course_of(self.milestones)

    @property
    def is_translated(self) -> bool:
        """Whether a promise stands in the reader's language, which is not the one that was signed."""
        return any(one.aid for one in self.promises) or any(one.aid for one in self.visions)

    @property
    def aims(self) -> list[Statement | PublicPromise]:
        """What both want to reach, in the agreement's order."""
        return [*self.visions, *self.goals]


def public_page(partnership: Partnership, held: Collection[str], *, now: datetime) -> PublicPage | None:
    """As it is now in the reader's language, without what is `held`; None where nothing was signed."""
    edition = latest_signed(partnership.agreement)
    if edition is None:
        return None
    standing, words = standing_of(partnership, now), words_of(partnership)

    def is_shown(key: str) -> bool:
        return key not in held

    ended = partnership.agreement.ended_at is not None
    milestones = public_milestones(standing.milestones if standing else [], is_shown, words, ended=ended)
    promises = public_promises(kept_promises(partnership, standing, now=now), milestones, is_shown, words)
    said, names = content(edition), partnership.names_on_screen()
    return PublicPage(
        partnership=partnership,
        names=names,
        issue=said["issue"][said["language"]],
        language=said["language"],
        visions=[one for one in _visions(said) if is_shown(one.key)],
        goals=[one for one in promises if one.kind == ClauseKind.GOAL],
        groups=groups_of(promises, names),
        score=score_of(promises),
        held=len(held),
        sealed=_sealed(partnership, edition) if is_shown("seal") else None,
        shows_package=is_shown("package"),
        milestones=list(milestones.values()) if is_shown("weeks") else [],
        **(_of_sprint(standing, names, held, now) if standing else {}),
    )


def _of_sprint(standing: SprintStatus, names: dict[str, str], held: Collection[str], now: datetime) -> dict[str, Any]:
    sprint, words = standing.sprint, words_of(standing.sprint.partnership)

    def is_shown(key: str) -> bool:
        return key not in held

    return {
        "weeks": _weeks(standing, now) if is_shown("weeks") else None,
        "decisions": public_decisions(sprint, is_shown, words),
        "datasets": public_datasets(sprint, standing.today, is_shown, words),
        "findings": public_findings(standing.milestones, is_shown, words),
        "research": public_research(sprint, is_shown),
        "skills": public_skills(standing, names, now, is_shown),
        "product": public_product(sprint, is_shown, words),
        "future": public_future(sprint, now, is_shown, words),
    }


def _visions(said: dict[str, Any]) -> list[Statement]:
    language = get_language() or "en"
    aids = reading_aids(said, language, template_named(said["template"]))
    lines = [line for line in said["body"] if line.get("kind") == ClauseKind.VISION]
    texts = [(line["key"], line["texts"][said["language"]]) for line in lines]
    return [Statement(key, text, aids.get(text, "")) for key, text in texts]


def _sealed(partnership: Partnership, edition: Edition) -> Sealed:
    seal = getattr(edition, "seal", None)
    return Sealed(
        signed_on=edition.in_force_at or edition.opened_at,
        number=edition.number,
        code=edition.code,
        digest=edition.digest,
        is_made=seal is not None and seal.sealed_at is not None,
        ended_on=partnership.agreement.ended_at,
    )


def _weeks(standing: SprintStatus, now: datetime) -> PublicWeeks:
    weeks, week = standing.sprint.weeks, standing.week
    looks = ["done" if one < week else "now" if one == week else "ahead" for one in range(1, weeks + 1)]
    strip = [PublicWeek(number, look) for number, look in enumerate(looks, start=1)]
    return PublicWeeks(state_of(standing.sprint, now), week, weeks, standing.today, strip)
