"""The lines of a template beside those of a file in its other language: by section and order. Pure.

A guess, as the reading of the file is (recognition.py). Nothing is taken that nobody marked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from django.utils.translation import gettext as _

from agreements.wording.template import LANGUAGES
from agreements.wording.template_check import SIGNED, line_names
from agreements.wording.template_content import Line

Section = tuple[str, str]


def other_language(content: Mapping[str, Any]) -> str:
    """The one beside that in which the copy is written: beside what is signed, if it says anything in it."""
    first = SIGNED if any(line["texts"].get(SIGNED) for line in content["lines"]) else LANGUAGES[-1]
    return next(language for language in LANGUAGES if language != first)


def translation_title(content: Mapping[str, Any]) -> str:
    """By the language that the copy has beside its first one."""
    return _("Import the Spanish") if other_language(content) == "es" else _("Import the English")


@dataclass(frozen=True)
class Pair:
    """A line of the copy and the text of the file that may say the same. `first`: the line's words in the copy's first
    language, `stands`: those in the other one, which `text` would replace. `is_sure`: whether as many lines stand in
    this section of the copy as in that of the file."""

    place: str
    name: str
    first: str
    stands: str
    text: str
    is_sure: bool


@dataclass(frozen=True)
class Pairing:
    """`alone`: names of lines of the copy with no partner in the file. `left`: texts of the file with none in it."""

    pairs: list[Pair]
    alone: list[str]
    left: list[str]

    @property
    def sure(self) -> list[str]:
        return [one.place for one in self.pairs if one.is_sure]


def paired(copy: Mapping[str, Any], found: Mapping[str, Any]) -> Pairing:
    """`found`: what was recognized in the file, as a template in the copy's other language."""
    language, names = other_language(copy), line_names(copy)
    first = next(one for one in LANGUAGES if one != language)
    ours, theirs = _sections(copy, first, language), _sections(found, language)
    pairing = Pairing([], [], [])
    for section in dict.fromkeys([*ours, *theirs]):
        lines, others = ours.get(section, []), theirs.get(section, [])
        for line, other in zip_longest(lines, others):
            if other is None:
                pairing.alone.append(names[line["place"]])
            elif line is None:
                pairing.left.append(other["texts"][language])
            else:
                words, text = line["texts"], other["texts"][language]
                known = (line["place"], names[line["place"]], words.get(first, ""), words.get(language, ""))
                pairing.pairs.append(Pair(*known, text, is_sure=len(lines) == len(others)))
    return pairing


def _sections(content: Mapping[str, Any], *languages: str) -> dict[Section, list[Line]]:
    """Lines that say something in one of these languages: goals and commitments by whose they are, each other line for
    itself. A signature block has no words of its own."""
    sections: dict[Section, list[Line]] = {}
    for line in content["lines"]:
        if line["type"] != "signature" and any(line["texts"].get(language) for language in languages):
            in_a_list = line["kind"] in {"goal", "commitment"}
            section = (line["kind"], line["owner"]) if in_a_list else ("", line["place"])
            sections.setdefault(section, []).append(line)
    return sections
