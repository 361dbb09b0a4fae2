"""The promises as everybody sees them: the words that were sealed, a bar each, and what shows it. Reads only.

It says what there is: late is late, and kept is what `sprints.domain.promises` calls kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date

from agreements.models import ClauseKind
from programs.domain.public_words import Words
from sprints.domain.milestones import MilestoneStatus
from sprints.domain.promises import Kept
from sprints.states import MilestoneState

IsShown = Callable[[str], bool]
LATELY, FEWEST = 1, 3  # milestones in sight before what is open; how many are worth folding
# Units of the drawing: a piece of a bar, and what lies between two.
PIECE, APART, HIGH = 96, 4, 18
UNDER_WAY = {MilestoneState.EVIDENCE_IN, MilestoneState.WAITS, MilestoneState.CHANGES, MilestoneState.DUE}


@dataclass(frozen=True)
class Shown:
    """A piece of evidence by its title; `link` where it is an address."""

    title: str
    link: str = ""


@dataclass(frozen=True)
class PublicMilestone:
    """`look` is done, late, now or ahead. `title` is empty where it is held back. `outcome` and `evidence` stand only
    where both sides signed off exactly these words."""

    number: int
    key: str
    title: str
    look: str
    starts: date
    due: date
    week: int
    days_late: int
    both: bool
    outcome: str
    evidence: list[Shown]

    @property
    def says_more(self) -> bool:
        return bool(self.outcome or self.evidence)


def public_milestones(
    found: Iterable[MilestoneStatus], is_shown: IsShown, words: Words, *, ended: bool
) -> dict[int, PublicMilestone]:
    """In the order of the plan, by number; without those that were dropped. Nothing is late once the agreement has
    `ended`."""
    kept = [one for one in found if one.state != MilestoneState.DROPPED]
    shown = {one.milestone.number: _milestone(one, is_shown, words) for one in kept}
    over = {"late": "ahead", "now": "ahead"} if ended else {}
    return {number: replace(one, look=over.get(one.look, one.look)) for number, one in shown.items()}


def _milestone(one: MilestoneStatus, is_shown: IsShown, words: Words) -> PublicMilestone:
    key = milestone_key(one)
    both = bool(one.answers and one.answers.both)
    shown = both and is_shown(key)
    return PublicMilestone(
        number=one.milestone.number,
        key=key,
        title=words(one.milestone.name) if is_shown(key) else "",
        look=_look(one),
        starts=one.starts,
        due=one.due,
        week=one.milestone.last_week,
        days_late=one.days_late,
        both=both,
        outcome=words(one.milestone.outcome) if shown else "",
        evidence=_evidence(one, is_shown, words) if shown else [],
    )


def milestone_key(one: MilestoneStatus) -> str:
    return f"milestone/{one.milestone.number}"


def _look(one: MilestoneStatus) -> str:
    if one.state == MilestoneState.DONE:
        return "done"
    if one.days_late:
        return "late"
    return "now" if one.state in UNDER_WAY else "ahead"


def _evidence(one: MilestoneStatus, is_shown: IsShown, words: Words) -> list[Shown]:
    """Titles, and addresses on the web. Files and longer words stay with the two."""
    found = [each for each in one.evidence if is_shown("evidence") and is_shown(f"evidence/{each.kind}")]
    return [Shown(words(each.title), _link(each.link, words)) for each in found]


def _link(link: str, words: Words) -> str:
    """The address, if nothing in it had to be left out."""
    return link if link and words(link) == link else ""


@dataclass(frozen=True)
class Course:
    """The milestones in their order, cut in three: `now` is what a reader comes for, the rest can be folded away."""

    earlier: list[PublicMilestone]
    now: list[PublicMilestone]
    later: list[PublicMilestone]


def course_of(milestones: list[PublicMilestone]) -> Course:
    """In sight are the last ones done, all that is late or under way, and what comes next."""
    if not (count := len(milestones)):
        return Course([], [], [])
    open_ones = [at for at, one in enumerate(milestones) if one.look != "done"] or [count - 1]
    under_way = [at for at in open_ones if milestones[at].look != "ahead"] or open_ones[:1]
    begin, end = open_ones[0] - LATELY, under_way[-1] + 2
    begin = begin if begin >= FEWEST else 0
    end = end if count - end >= FEWEST else count
    return Course(milestones[:begin], milestones[begin:end], milestones[end:])


@dataclass(frozen=True)
class Piece:
    """A milestone in the bar of a promise; `x` in units of the drawing."""

    milestone: PublicMilestone
    x: int


@dataclass(frozen=True)
class PublicPromise:
    """A goal or commitment. `text` is empty where it is held back, and then nothing else is told of it."""

    key: str
    kind: str
    owner: str
    text: str
    aid: str
    still_promised: bool
    is_kept: bool
    pieces: list[Piece]
    facts: list[str]

    @property
    def is_held(self) -> bool:
        return not self.text

    @property
    def width(self) -> int:
        return len(self.pieces) * (PIECE + APART) - APART

    @property
    def done(self) -> list[PublicMilestone]:
        return [one.milestone for one in self.pieces if one.milestone.look == "done"]

    @property
    def shown_by(self) -> list[PublicMilestone]:
        """What is done and has something to show for it."""
        return [one for one in self.done if one.says_more]

    @property
    def late(self) -> PublicMilestone | None:
        """What is late longest."""
        found = [one.milestone for one in self.pieces if one.milestone.look == "late"]
        return max(found, key=lambda one: one.days_late, default=None)

    @property
    def next(self) -> PublicMilestone | None:
        """What is due next of what is open."""
        found = [one.milestone for one in self.pieces if one.milestone.look in {"now", "ahead"}]
        return min(found, key=lambda one: one.due, default=None)

    @property
    def counts(self) -> dict[str, int]:
        """How many milestones there are of each look."""
        looks = [one.milestone.look for one in self.pieces]
        return {look: looks.count(look) for look in ("done", "late", "now", "ahead")}


# What shows a promise beside its milestones. These have a place of their own on the page.
TOLD_ELSEWHERE = frozenset({"abilities", "published"})


def public_promises(
    rows: Iterable[Kept], milestones: dict[int, PublicMilestone], is_shown: IsShown, words: Words
) -> list[PublicPromise]:
    """In the agreement's order."""
    return [_promise(row, milestones, is_shown, words) for row in rows]


def _promise(row: Kept, milestones: dict[int, PublicMilestone], is_shown: IsShown, words: Words) -> PublicPromise:
    clause, promise = row.promise.clause, row.promise
    if not is_shown(promise.key):
        return PublicPromise(promise.key, clause.kind, clause.owner, "", "", promise.still_promised, False, [], [])
    numbers = [one.milestone.number for one in row.milestones]
    facts = [fact.words for fact in row.facts if fact.kind not in TOLD_ELSEWHERE]
    return PublicPromise(
        key=promise.key,
        kind=clause.kind,
        owner=clause.owner,
        text=promise.text,
        aid=promise.aid,
        still_promised=promise.still_promised,
        is_kept=row.is_kept,
        pieces=[Piece(milestones[number], at * (PIECE + APART)) for at, number in enumerate(numbers)],
        facts=[words(fact) for fact in facts],
    )


@dataclass(frozen=True)
class Score:
    """How the commitments stand. What is held back is in `total` and in `held`, and in nothing else."""

    kept: int
    late: int
    under_way: int
    held: int
    total: int


def score_of(promises: Iterable[PublicPromise]) -> Score:
    counted = [one for one in promises if one.kind == ClauseKind.COMMITMENT and one.still_promised]
    kept = sum(one.is_kept for one in counted)
    held = sum(one.is_held for one in counted)
    late = sum(one.late is not None for one in counted if not one.is_kept)
    return Score(kept, late, len(counted) - kept - held - late, held, len(counted))


@dataclass(frozen=True)
class PromiseGroup:
    """What one side promised, or both: then `owner` is empty."""

    owner: str
    name: str
    rows: list[PublicPromise]

    @property
    def score(self) -> Score:
        return score_of(self.rows)


def groups_of(promises: Iterable[PublicPromise], names: dict[str, str]) -> list[PromiseGroup]:
    """The commitments by side, in the order of the screens; then those of both."""
    commitments = [one for one in promises if one.kind == ClauseKind.COMMITMENT]
    groups = [
        PromiseGroup(owner, name, [one for one in commitments if one.owner == owner])
        for owner, name in {**names, "": ""}.items()
    ]
    return [group for group in groups if group.rows]
