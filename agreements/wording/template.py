"""The template's text, taken apart into clauses and put together again. Pure: no database.

A template is a plain text file in `texts/`, word for word as its authors wrote it. Its placeholders are spelled in
several ways but stand for five facts; `FACTS` lists the spellings.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from agreements.wording.optional_clauses import BY_KEY, OptionalClause
from partners.parties import Party

TEXTS = Path(__file__).parent / "texts"
DEFAULT = "informal-partnership-agreement"
LANGUAGES = ("en", "es")

ISSUE = "issue"
SPELLINGS: dict[str, str] = {
    "community partner name here": Party.COMMUNITY,
    "community partner": Party.COMMUNITY,
    "city team name here": Party.CITY,
    "city team": Party.CITY,
    "your issue": ISSUE,
    "issue": ISSUE,
    "community partner lead": f"{Party.COMMUNITY}_lead",
    "city team lead": f"{Party.CITY}_lead",
}
# How a fact is written back into a text that a person edited.
CANONICAL_SPELLING: dict[str, str] = {
    Party.COMMUNITY: "[Community Partner]",
    Party.CITY: "[City Team]",
    ISSUE: "[issue]",
}
# Lines of our own, for what the authors' text has no place for.
TOGETHER = {
    "en": "Together, [Community Partner] and [City Team] will:",
    "es": "En conjunto, [Community Partner] y [City Team] se comprometen a:",
}
FURTHER = {"en": "How we work together", "es": "Cómo trabajamos en conjunto"}
PLACEHOLDER = re.compile(r"\[([^\[\]\n]{1,60})\]")


@dataclass(frozen=True)
class TemplatePart:
    """One piece of the template: `type` is title, parties, heading, lead-in, clause or signature."""

    type: str
    text: str = ""
    key: str = ""
    kind: str = ""
    owner: str = ""


@dataclass(frozen=True)
class Template:
    """A whole template: its parts in each language that it is written in, of the same shape in all, and the clauses
    that are offered beside it, by key."""

    name: str
    written: Mapping[str, tuple[TemplatePart, ...]]
    offered: Mapping[str, OptionalClause]

    def parts(self, language: str) -> tuple[TemplatePart, ...]:
        """In its authors' order. Raises KeyError for a language that it is not written in."""
        return self.written[language]

    def is_written_in(self, language: str) -> bool:
        return language in self.written

    def number_of(self, key: str) -> str:
        """What a goal or a commitment is numbered with: its place among its own in this order. Of one that was added
        to an agreement later, the number in its key."""
        parts = next(iter(self.written.values()), ())
        own = {part.key: (part.kind, part.owner) for part in parts if part.type == "clause"}
        alike = [other for other, group in own.items() if group == own.get(key)]
        return str(alike.index(key) + 1) if key in own else key.rpartition("-")[2]

    def clauses(self, language: str) -> list[TemplatePart]:
        return [part for part in self.written.get(language, ()) if part.type == "clause"]


@cache
def built_in() -> Template:
    """The authors' own text: what counts as edition 0 for everybody."""
    return Template(DEFAULT, {language: parts(DEFAULT, language) for language in LANGUAGES}, BY_KEY)


@cache
def parts(name: str = DEFAULT, language: str = "en") -> tuple[TemplatePart, ...]:
    """A template in its authors' order. Raises FileNotFoundError where there is no such text."""
    text = (TEXTS / f"{name}.{language}.txt").read_text(encoding="utf-8")
    return tuple(_parts([line.strip() for line in text.splitlines() if line.strip()]))


def _parts(lines: list[str]) -> Iterator[TemplatePart]:
    """Read the lines by their place and shape: the same in every language of the template."""
    title, parties, vision_heading, vision, goals_heading, ultimate_goal, *rest = lines
    yield TemplatePart("title", title)
    yield TemplatePart("parties", parties)
    yield TemplatePart("heading", vision_heading)
    yield TemplatePart("clause", vision, key="vision", kind="vision")
    yield TemplatePart("heading", goals_heading)
    yield TemplatePart("clause", ultimate_goal, key="ultimate-goal", kind="vision")
    owner, count = "", 0
    for line in rest:
        if goal := re.match(r"(\d)\. (.+)", line):
            yield TemplatePart("clause", goal[2], key=f"goal-{goal[1]}", kind="goal")
        elif line.startswith("- "):
            count += 1
            yield TemplatePart("clause", line[2:], key=f"{owner}-{count}", kind="commitment", owner=owner)
        elif line.startswith("Name: "):
            yield TemplatePart("signature", line, owner=_facts_in(line)[0].removesuffix("_lead"))
        elif named := _facts_in(line):
            owner, count = (named[0], 0) if not line.startswith("Organization: ") else (owner, count)
            if not line.startswith("Organization: "):
                yield TemplatePart("lead-in", line, owner=owner)
        elif line not in {"Date:", "Signature:"}:
            yield TemplatePart("clause", line, key="acknowledgement", kind="acknowledgement")


def _facts_in(text: str) -> list[str]:
    return [SPELLINGS[found.lower()] for found in PLACEHOLDER.findall(text) if found.lower() in SPELLINGS]


def facts_used(text: str) -> set[str]:
    """Which of the five facts a text has placeholders for."""
    return set(_facts_in(text))


def unknown_placeholders(text: str) -> list[str]:
    """Bracketed words that are none of the five facts: something that somebody still means to fill in."""
    return [f"[{found}]" for found in PLACEHOLDER.findall(text) if found.lower() not in SPELLINGS]


def fill(text: str, facts: Mapping[str, str]) -> str:
    """The text with its facts in place. One pass: brackets inside a fact's own value are left as they are."""

    def value(match: re.Match[str]) -> str:
        return facts.get(SPELLINGS.get(match[1].lower(), ""), "") or match[0]

    return PLACEHOLDER.sub(value, text)


def unfill(text: str, facts: Mapping[str, str]) -> str:
    """A text that a person edited, with the facts' values as placeholders again, so that a corrected name reaches it.

    `fill(unfill(text, facts), facts) == text` holds for every text; where a value cannot be put back exactly, the
    text is returned as it was typed.
    """
    values = {facts[fact]: spelling for fact, spelling in CANONICAL_SPELLING.items() if facts.get(fact)}
    if not values:
        return text
    longest_first = sorted(values, key=len, reverse=True)
    pattern = re.compile(r"(?<!\w)(" + "|".join(re.escape(value) for value in longest_first) + r")(?!\w)")
    with_placeholders = pattern.sub(lambda match: values[match[1]], text)
    return with_placeholders if fill(with_placeholders, facts) == text else text


def as_phrase(issue: str, *, keep_capital: bool = False) -> str:
    """An issue's wording as it reads in mid-sentence: no closing stop, and a first capital made small.

    A capital stays where `keep_capital` says so, in an abbreviation, and where the second word has one too, since
    then it is likely a name ("San José's trees").
    """
    phrase = issue.strip().rstrip(".;,:! ")
    words = phrase.split()
    if keep_capital or not words or not words[0][:1].isupper() or words[0] == "I":
        return phrase
    a_name = any(letter.isupper() for letter in words[0][1:]) or (len(words) > 1 and words[1][0].isupper())
    return phrase if a_name else phrase[0].lower() + phrase[1:]
