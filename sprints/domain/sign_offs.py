"""Both sides' answers to something made of named texts, in rows for a page: a decision, a plan. Reads only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from agreements.wording.compare import Piece, redline
from partners.parties import Party
from sprints.models import SignOff
from sprints.states import Voices


@dataclass(frozen=True)
class Answered:
    """The content as it is now, and what both sides say to it."""

    content: dict[str, Any]
    voices: Voices
    answers: Mapping[Party, SignOff]


@dataclass(frozen=True)
class VoiceRow:
    """A party's answer; `changed` says what is new since it said yes."""

    party: Party
    name: str
    answer: SignOff | None
    yes: bool
    changes: bool
    again: bool
    changed: list[tuple[str, list[Piece]]]


def voice_rows(answered: Answered, names: Mapping[str, str], labels: Mapping[str, str]) -> list[VoiceRow]:
    """One row a party, in the order of the screens. `labels` says what each text of the content is."""
    return [_row(answered, Party(party), name, labels) for party, name in names.items()]


def _row(answered: Answered, party: Party, name: str, labels: Mapping[str, str]) -> VoiceRow:
    voices, answer = answered.voices, answered.answers.get(party)
    again = voices.is_asked_again(party)
    return VoiceRow(
        party=party,
        name=name,
        answer=answer,
        yes=voices.says_yes(party),
        changes=voices.asks_for_changes(party),
        again=again,
        changed=_changed(answer.content, answered.content, labels) if again and answer else [],
    )


def _changed(before: dict[str, Any], after: dict[str, Any], labels: Mapping[str, str]) -> list[tuple[str, list[Piece]]]:
    return [
        (label, redline(_text(before[name]), _text(after[name])))
        for name, label in labels.items()
        if before[name] != after[name]
    ]


def _text(value: str | list[str]) -> str:
    return value if isinstance(value, str) else "\n".join(value)
