"""A milestone's page in rows: what each side said, and what has changed since. Reads only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from agreements.wording.compare import Piece, redline
from partners.parties import Party
from sprints.domain.milestones import MilestoneStatus, content_of
from sprints.models import SignOff
from sprints.states import Voices


@dataclass(frozen=True)
class Change:
    """What is new since a party answered. `outcome` is the redline of the words, empty where they are the same."""

    added: list[str]
    gone: list[str]
    changed: list[str]
    title: bool
    outcome: list[Piece]


@dataclass(frozen=True)
class VoiceRow:
    """A party's answer: yes, changes asked for, either of them to what has changed since, or none of these yet."""

    party: Party
    name: str
    answer: SignOff | None
    yes: bool
    changes: bool
    again: bool
    asked_before: bool
    change: Change | None


def voice_rows(standing: MilestoneStatus, names: dict[str, str]) -> list[VoiceRow]:
    """One row a party, in the order of the screens; none where no joint sign-off is asked for."""
    voices = standing.voices
    return [_row(standing, voices, Party(party), name) for party, name in names.items()] if voices else []


def _row(standing: MilestoneStatus, voices: Voices, party: Party, name: str) -> VoiceRow:
    answer = standing.answers.get(party)
    again, asked_before = voices.is_asked_again(party), voices.asked_before_it_changed(party)
    stale = answer if again or asked_before else None
    return VoiceRow(
        party=party,
        name=name,
        answer=answer,
        yes=voices.says_yes(party),
        changes=voices.asks_for_changes(party),
        again=again,
        asked_before=asked_before,
        change=change_since(stale.content, content_of(standing.milestone)) if stale else None,
    )


def change_since(before: dict[str, Any], after: dict[str, Any]) -> Change:
    """Both are what a sign-off was or would be about."""
    old = {one["id"]: one["title"] for one in before["evidence"]}
    new = {one["id"]: one["title"] for one in after["evidence"]}
    findings = {one["id"]: one.get("finding") for one in before["evidence"]}
    return Change(
        added=[title for key, title in new.items() if key not in old],
        gone=[title for key, title in old.items() if key not in new],
        changed=[
            one["title"] for one in after["evidence"] if findings.get(one["id"], "") not in ("", one.get("finding"))
        ],
        title=before["title"] != after["title"],
        outcome=redline(before["outcome"], after["outcome"]) if before["outcome"] != after["outcome"] else [],
    )
