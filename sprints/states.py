"""The state of a milestone or a decision, from its facts. Pure: no database, no clock. Nothing of this is stored."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from partners.parties import Party


class MilestoneState(TextChoices):
    COMING = "coming", _("Coming")
    DUE = "due", _("Due this week")
    OVERDUE = "overdue", _("Late")
    EVIDENCE_IN = "evidence in", _("Evidence in")
    WAITS = "waits", _("Waits for sign-off")
    CHANGES = "changes", _("Changes asked for")
    DONE = "done", _("Done")
    DROPPED = "dropped", _("Dropped")


@dataclass(frozen=True)
class Voice:
    """A party's standing answer to a subject: does it say yes, and to which digest?"""

    yes: bool
    digest: str


@dataclass(frozen=True)
class Voices:
    """Both parties' answers to a subject whose content now has this digest. Neither weighs more."""

    digest: str
    by_party: Mapping[Party, Voice]

    def says_yes(self, party: Party) -> bool:
        voice = self.by_party.get(party)
        return voice is not None and voice.yes and voice.digest == self.digest

    def asks_for_changes(self, party: Party) -> bool:
        voice = self.by_party.get(party)
        return voice is not None and not voice.yes and voice.digest == self.digest

    def is_asked_again(self, party: Party) -> bool:
        """The party said yes to something that has changed since."""
        voice = self.by_party.get(party)
        return voice is not None and voice.yes and voice.digest != self.digest

    def asked_before_it_changed(self, party: Party) -> bool:
        """The party asked for changes, and it has changed since."""
        voice = self.by_party.get(party)
        return voice is not None and not voice.yes and voice.digest != self.digest

    @property
    def both(self) -> bool:
        return all(self.says_yes(party) for party in Party)

    @property
    def any_asks_for_changes(self) -> bool:
        return any(self.asks_for_changes(party) for party in Party)

    def missing(self, order: Iterable[Party] = tuple(Party)) -> list[Party]:
        return [party for party in order if not self.says_yes(party)]


@dataclass(frozen=True)
class Facts:
    """All that the state of a milestone follows from. `voices` where both sides sign it off."""

    starts: date
    due: date
    has_evidence: bool
    finished: bool
    dropped: bool
    voices: Voices | None = None


def milestone_state(facts: Facts, today: date) -> MilestoneState:
    """The first of these that holds: it is over, it waits for people, it is late, it is due, it comes."""
    if facts.dropped:
        return MilestoneState.DROPPED
    if facts.finished or (facts.voices and facts.voices.both):
        return MilestoneState.DONE
    if facts.voices and facts.voices.any_asks_for_changes:
        return MilestoneState.CHANGES
    if facts.voices and (facts.has_evidence or any(map(facts.voices.says_yes, Party))):
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


def decision_state(voices: Voices, *, taken_back: bool) -> DecisionState:
    """`taken_back`: both sides have signed off the decision that reverses it."""
    if voices.both:
        return DecisionState.REVERSED if taken_back else DecisionState.MADE
    return DecisionState.CHANGES if voices.any_asks_for_changes else DecisionState.WAITS
