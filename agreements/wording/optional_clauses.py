"""Clauses that a good partnership agreement also has, on which the template is silent. Offered, never put in.

Each is a start for a conversation: both sides change it as they like and agree to it like any other clause. It stands
on a line of its own in `optional/`, after its key, and begins with its title.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

LANGUAGES = ("en", "es")


@dataclass(frozen=True)
class OptionalClause:
    key: str
    text: Mapping[str, str]

    def title(self, language: str) -> str:
        return self.in_language(language).partition(":")[0]

    def in_language(self, language: str) -> str:
        """Its text in this language, or in English where it has none; of a copy under way, what there is."""
        there = (self.text.get(one, "") for one in (language, *LANGUAGES))
        return next(filter(None, there), "")


def _texts(language: str) -> dict[str, str]:
    lines = (Path(__file__).parent / "optional" / f"{language}.txt").read_text(encoding="utf-8").splitlines()
    return {key: text for key, _colon, text in (line.partition(": ") for line in lines)}


def _clauses() -> dict[str, OptionalClause]:
    texts = {language: _texts(language) for language in LANGUAGES}
    return {key: OptionalClause(key, {language: texts[language][key] for language in LANGUAGES}) for key in texts["en"]}


BY_KEY = _clauses()
