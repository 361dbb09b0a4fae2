"""What two sides decided, found, used and made, as everybody sees it. No person's name, no file. Reads only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from programs.domain.public_promises import IsShown
from programs.domain.public_words import Words
from sprints.domain.datasets import DatasetState, dataset_rows
from sprints.domain.decisions import DecisionSubject, decision_log
from sprints.domain.learning import SkillRow, skill_rows, stage_rows
from sprints.domain.milestones import MilestoneStatus, SprintStatus
from sprints.domain.product import product_of, standing_tests
from sprints.domain.research import standing_activities
from sprints.domain.sustainability import PlanSubject, plan_of
from sprints.models import EvidenceKind, Finding, PersonalData, Sprint
from sprints.states import DecisionState

OPEN_TO_USE = {DatasetState.ACCESSIBLE, DatasetState.IN_USE}


@dataclass(frozen=True)
class PublicDecision:
    """One that both sides made. `reversed_by` is the number of the one that took it back."""

    number: int
    key: str
    made_on: datetime
    question: str
    options: list[str]
    choice: str
    why: str
    affected: str
    reversed_by: int | None


def public_decisions(sprint: Sprint, is_shown: IsShown, words: Words) -> list[PublicDecision]:
    """The oldest first."""
    made = [one for one in decision_log(sprint) if one.state in {DecisionState.MADE, DecisionState.REVERSED}]
    found = [_decision(one, words) for one in reversed(made) if is_shown(f"decision/{one.row.number}")]
    return found if is_shown("decisions") else []


def _decision(one: DecisionSubject, words: Words) -> PublicDecision:
    row = one.row
    taken_back = one.reversal if one.state == DecisionState.REVERSED else None
    return PublicDecision(
        number=row.number,
        key=f"decision/{row.number}",
        made_on=max(answer.at for answer in one.given.values()),
        question=words(row.question),
        options=[words(each) for each in row.options],
        choice=words(row.choice),
        why=words(row.why),
        affected=words(row.affected),
        reversed_by=taken_back.row.number if taken_back else None,
    )


@dataclass(frozen=True)
class PublicDataset:
    """`address` where the data can be had there, and holds nothing of single residents."""

    number: int
    key: str
    title: str
    description: str
    state: DatasetState
    licence: str
    formats: str
    refresh: str
    address: str


def public_datasets(sprint: Sprint, today: date, is_shown: IsShown, words: Words) -> list[PublicDataset]:
    if not is_shown("datasets"):
        return []
    rows = [row for row in dataset_rows(sprint, today) if is_shown(f"dataset/{row.dataset.number}")]
    return [
        PublicDataset(
            number=row.dataset.number,
            key=f"dataset/{row.dataset.number}",
            title=words(row.dataset.title),
            description=words(row.dataset.description),
            state=row.state,
            licence=words(row.dataset.licence),
            formats=words(row.dataset.formats),
            refresh=words(row.dataset.refresh),
            address=row.dataset.address
            if row.state in OPEN_TO_USE and row.dataset.personal_data == PersonalData.NO
            else "",
        )
        for row in rows
    ]


@dataclass(frozen=True)
class PublicFinding:
    """One that stands behind a milestone which both sides signed off, in exactly these words."""

    number: int
    key: str
    title: str
    analysis: str


def public_findings(found: list[MilestoneStatus], is_shown: IsShown, words: Words) -> list[PublicFinding]:
    if not is_shown("findings"):
        return []
    signed = [one for one in found if one.answers and one.answers.both]
    rows: dict[int, Finding] = {
        each.finding.number: each.finding
        for one in signed
        for each in one.evidence
        if each.kind == EvidenceKind.FINDING and each.finding and each.finding.withdrawn_at is None
    }
    shown = [row for number, row in sorted(rows.items()) if is_shown(f"finding/{number}")]
    return [PublicFinding(row.number, f"finding/{row.number}", words(row.title), words(row.analysis)) for row in shown]


@dataclass(frozen=True)
class Research:
    """Of research with residents: how often, and with how many. Nothing of who they were."""

    activities: int
    people: int


def public_research(sprint: Sprint, is_shown: IsShown) -> Research | None:
    found = standing_activities(sprint) if is_shown("findings") else []
    return Research(len(found), sum(one.people for one in found)) if found else None


def public_skills(standing: SprintStatus, names: dict[str, str], now: datetime, is_shown: IsShown) -> list[SkillRow]:
    """What each side noted at each stage; none where nobody has noted anything."""
    rows = stage_rows(standing.sprint, names, now) if is_shown("skills") else []
    noted = any(note.noted for row in rows for note in row.notes)
    return skill_rows(rows) if noted else []


@dataclass(frozen=True)
class PublicProduct:
    """What was made. `tests` and `tried_by`: how often residents tried it, and how many."""

    name: str
    summary: str
    description: str
    features: list[str]
    address: str
    repository: str
    status: str
    licence: str
    tests: int
    tried_by: int


def public_product(sprint: Sprint, is_shown: IsShown, words: Words) -> PublicProduct | None:
    product = product_of(sprint)
    if not product.name or not is_shown("product"):
        return None
    tests = standing_tests(sprint)
    return PublicProduct(
        name=words(product.name),
        summary=words(product.summary),
        description=words(product.description),
        features=[words(each) for each in product.features],
        address=product.address,
        repository=product.repository,
        status=str(product.get_development_status_display()),
        licence=words(plan_of(sprint).licence),
        tests=len(tests),
        tried_by=sum(test.people for test in tests),
    )


@dataclass(frozen=True)
class Future:
    """Who looks after the product, as both sides signed it off: an organization, and until when."""

    support: str
    until: date | None
    when_it_ends: str


def public_future(sprint: Sprint, now: datetime, is_shown: IsShown, words: Words) -> Future | None:
    subject = PlanSubject(plan_of(sprint), now=now)
    if subject.row.pk is None or not is_shown("future") or not subject.answers.both:
        return None
    plan = subject.row
    return Future(words(plan.code_support), plan.until, words(plan.when_it_ends))
