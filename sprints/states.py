"""The state of a sprint, a milestone or a decision, from its facts. Pure: no database, no clock. Nothing of this is
stored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from partners.parties import Party
from sprints.timeline import Timeline


class SprintState(StrEnum):
    """What a sprint is on a day. Until its first day is agreed, and once the agreement has ended, no day counts."""

    UNSIGNED = "unsigned"
    UNBEGUN = "unbegun"
    AHEAD = "ahead"
    RUNNING = "running"
    PAUSED = "paused"
    OVER = "over"
    ENDED = "ended"


# Where something may wait for somebody, and the clock may mail it. A pause is a rest of both sides.
# What is in none of these writes to nobody because a week has passed, unless something waits.
QUIET = frozenset({SprintState.PAUSED, SprintState.OVER, SprintState.ENDED})
ASKS = frozenset(SprintState) - {SprintState.UNSIGNED, SprintState.PAUSED, SprintState.ENDED}


def day_state(timeline: Timeline, day: date) -> SprintState:
    """Of a sprint whose first day is agreed, under an agreement that has not ended."""
    week = timeline.week_of(day)
    if week == 0:
        return SprintState.AHEAD
    if week > timeline.weeks:
        return SprintState.OVER
    return SprintState.PAUSED if timeline.is_paused(day) else SprintState.RUNNING


# Why nothing can be written in it. In all other states people go on writing: what is late is still worth having.
CLOSED: dict[SprintState, Promise] = {
    SprintState.UNSIGNED: _("The sprint starts when both sides have signed the agreement."),
    SprintState.UNBEGUN: _("The sprint has not begun: both sides agree to its first day first."),
    SprintState.ENDED: _("The agreement has ended, so the sprint can be read but not changed."),
}


class MilestoneState(TextChoices):
    COMING = "coming", _("Coming")
    DUE = "due", _("Due this week")
    OVERDUE = "overdue", _("Late")
    EVIDENCE_IN = "evidence in", _("Evidence in")
    WAITS = "waits", _("Waits for sign-off")
    CHANGES = "changes", _("Changes asked for")
    DONE = "done", _("Done")
    DROPPED = "dropped", _("Dropped")


class AnswerState(StrEnum):
    """A party's answer to something as it is now; "before": it has changed since they answered."""

    YES = "yes"
    CHANGES = "changes"
    YES_BEFORE = "yes before"
    CHANGES_BEFORE = "changes before"
    NONE = "none"


class GivenAnswer(Protocol):
    """What a party said last, and to which digest: a `SignOff`."""

    @property
    def yes(self) -> bool: ...

    @property
    def digest(self) -> str: ...


@dataclass(frozen=True)
class Answers:
    """Both parties' answers to a subject whose content now has this digest. Neither weighs more."""

    digest: str
    given: Mapping[Party, GivenAnswer]

    def state_of(self, party: Party) -> AnswerState:
        answer = self.given.get(party)
        if answer is None:
            return AnswerState.NONE
        if answer.digest == self.digest:
            return AnswerState.YES if answer.yes else AnswerState.CHANGES
        return AnswerState.YES_BEFORE if answer.yes else AnswerState.CHANGES_BEFORE

    def says_yes(self, party: Party) -> bool:
        return self.state_of(party) == AnswerState.YES

    def asks_for_changes(self, party: Party) -> bool:
        return self.state_of(party) == AnswerState.CHANGES

    def is_asked_again(self, party: Party) -> bool:
        """The party said yes to something that has changed since."""
        return self.state_of(party) == AnswerState.YES_BEFORE

    def answered_before(self, party: Party) -> bool:
        """It has changed since the party answered, whatever it said."""
        return self.state_of(party) in {AnswerState.YES_BEFORE, AnswerState.CHANGES_BEFORE}

    @property
    def both(self) -> bool:
        return not self.missing

    @property
    def any_asks_for_changes(self) -> bool:
        return any(map(self.asks_for_changes, Party))

    @property
    def missing(self) -> list[Party]:
        return [party for party in Party if not self.says_yes(party)]


@dataclass(frozen=True)
class Facts:
    """All that the state of a milestone follows from. `answers` where both sides sign it off."""

    starts: date
    due: date
    has_evidence: bool
    finished: bool
    dropped: bool
    answers: Answers | None = None


def milestone_state(facts: Facts, today: date) -> MilestoneState:
    """The first of these that holds: it is over, it waits for people, it is late, it is due, it comes."""
    if facts.dropped:
        return MilestoneState.DROPPED
    if facts.finished or (facts.answers and facts.answers.both):
        return MilestoneState.DONE
    if facts.answers and facts.answers.any_asks_for_changes:
        return MilestoneState.CHANGES
    if facts.answers and (facts.has_evidence or any(map(facts.answers.says_yes, Party))):
        return MilestoneState.WAITS
    if today > facts.due:
        return MilestoneState.OVERDUE
    if facts.has_evidence:
        return MilestoneState.EVIDENCE_IN
    return MilestoneState.DUE if today >= facts.starts else MilestoneState.COMING


def days_late(facts: Facts, today: date) -> int:
    """How many days after its day it is, where it is not done; never negative."""
    over = milestone_state(facts, today) in {MilestoneState.DONE, MilestoneState.DROPPED}
    return 0 if over else max(0, (today - facts.due).days)


class DecisionState(TextChoices):
    """A decision that is neither made nor taken back has no effect, however many have said yes to it."""

    WAITS = "waits", _("Waits for sign-off")
    CHANGES = "changes", _("Changes asked for")
    MADE = "made", _("Decided together")
    REVERSED = "reversed", _("Taken back")


def decision_state(answers: Answers, *, taken_back: bool) -> DecisionState:
    """`taken_back`: both sides have signed off the decision that reverses it."""
    if answers.both:
        return DecisionState.REVERSED if taken_back else DecisionState.MADE
    return DecisionState.CHANGES if answers.any_asks_for_changes else DecisionState.WAITS
