"""A document's lines as a template: which of them is the vision, a goal, a promise of a side. Pure.

A guess, for staff to confirm by hand. No word is changed but signs around a placeholder; what finds no place is said.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from agreements.wording.digest import LONGEST_CLAUSE, MOST_CLAUSES
from agreements.wording.template import CANONICAL_SPELLING, SPELLINGS, facts_used
from agreements.wording.template_content import SCHEMA, completed
from agreements.wording.template_edits import GROUPS
from partners.parties import Party
from programs.documents import HEADING, ITEM, Document, DocumentLine

GOALS = re.compile(r"\b(goals?|objectives?|aims?|metas?|objetivos?)\b", re.IGNORECASE)
FORM = re.compile(
    r"(names?|organi[sz]ation|date|signature|title|nombre|organización|fecha|firma|cargo)\b[^.]{0,60}$", re.I
)
OTHER_SIGNS = re.compile(r"(?:<<|«|\{\{|\{|<)\s*([^<>«»{}\[\]\n]{1,60}?)\s*(?:>>|»|\}\}|\}|>)")


@dataclass
class Recognized:
    """`content`: a template, whole in its parts, whose texts may be empty. `left`: lines that found no place, or no
    room (`is_full`)."""

    content: dict[str, Any]
    left: list[str]
    is_full: bool = False

    @property
    def counts(self) -> dict[str, int]:
        lines = self.content["lines"]
        stems = {"goal": "", **{party.value: party.value for party in Party}}
        return {
            stem: sum(line["owner"] == owner and line["key"].startswith(f"{stem}-") for line in lines)
            for stem, owner in stems.items()
        }


def recognized(document: Document, language: str) -> Recognized:
    reading = _Reading(language)
    for line, after in zip_longest(document.lines, document.lines[1:]):
        reading.take(DocumentLine(line.kind, _placeholders(line.text)), after)
    content = completed({"schema": SCHEMA, "lines": list(reading.written()), "offered": []})
    return Recognized(content, reading.left, reading.is_full)


def _placeholders(text: str) -> str:
    """What stands in other signs, but is spelled like a fact that we know, as that fact's placeholder."""

    def known(found: re.Match[str]) -> str:
        fact = SPELLINGS.get(found[1].lower())
        return CANONICAL_SPELLING.get(fact, f"[{found[1]}]") if fact else found[0]

    return OTHER_SIGNS.sub(known, text)


class _Reading:
    """Where reading is: `part` is vision, goals, a party, or closing."""

    def __init__(self, language: str) -> None:
        self.language, self.part = language, ""
        self.texts: dict[str, list[str]] = {}
        self.items: Counter[str] = Counter()  # by the stem of their keys
        self.left: list[str] = []

    def take(self, line: DocumentLine, after: DocumentLine | None) -> None:
        if not self.texts and line.kind != ITEM:
            self._put("title", line.text)
        elif not self.part and "parties" not in self.texts and facts_used(line.text) >= set(Party.values):
            self._put("parties", line.text)
        elif line.kind != ITEM and (party := _leads_in(line, after)):
            self.part = party.value
            self._put(f"lead-in-{party}", line.text)
        elif line.kind == HEADING:
            self._heading(line.text)
        elif line.kind == ITEM:
            self._item(line.text)
        else:
            self._paragraph(line.text)

    def _put(self, place: str, text: str) -> None:
        before = self.texts.get(place, [])
        if len("\n\n".join([*before, text])) > LONGEST_CLAUSE:
            self.left.append(text)
        else:
            self.texts[place] = [*before, text]

    def _heading(self, text: str) -> None:
        if GOALS.search(text) and "heading-2" not in self.texts:
            self.part = "goals"
            self._put("heading-2", text)
        elif self.part in {"", "vision"} and "heading-1" not in self.texts:
            self.part = "vision"
            self._put("heading-1", text)
        elif not FORM.match(text):
            self.left.append(text)

    def _item(self, text: str) -> None:
        stem = "goal" if self.part == "goals" else self.part
        if stem not in GROUPS or self.is_full:
            self.left.append(text)
            return
        self.items[stem] += 1
        self._put(f"{stem}-{self.items[stem]}", text)

    @property
    def is_full(self) -> bool:
        """Whether an agreement holds no more of these, beside the vision, the ultimate goal and the acknowledgement."""
        return self.items.total() >= MOST_CLAUSES - 3

    def _paragraph(self, text: str) -> None:
        if FORM.match(text) and self.part in {*Party.values, "closing"}:
            return
        if self.part in {"", "vision"}:
            self._put("vision", text)
        elif self.part == "goals":
            self._put("ultimate-goal", text)
        elif self.part in Party.values and "acknowledgement" not in self.texts and self._both_promise():
            self.part = "closing"
            self._put("acknowledgement", text)
        else:
            self.left.append(text)

    def _both_promise(self) -> bool:
        return all(self.items[party] for party in Party)

    def written(self) -> Iterator[dict[str, Any]]:
        for place, texts in self.texts.items():
            yield _line(place, {self.language: "\n\n".join(texts)})


def _leads_in(line: DocumentLine, after: DocumentLine | None) -> Party | None:
    """The one side that the line names, where it leads in to a list."""
    leads = line.kind == HEADING or line.text.endswith(":")
    if not leads or after is None or after.kind != ITEM:
        return None
    named = facts_used(line.text) & set(Party.values) or {
        party.value for party in Party if re.search(rf"\b{SPELLED[party]}\b", line.text, re.IGNORECASE)
    }
    return Party(named.pop()) if len(named) == 1 else None


SPELLED = {Party.CITY: "(?:city|ciudad|municipal|gobierno)", Party.COMMUNITY: "(?:community|comunidad|comunitari[oa])"}


def _line(place: str, texts: dict[str, str]) -> dict[str, Any]:
    stem, _dash, last = place.rpartition("-")
    owner = stem if stem in Party.values else last if stem == "lead-in" else ""
    kinds = {"goal": "goal", "city": "commitment", "community": "commitment"}
    kind = kinds.get(stem, "") or {"vision": "vision", "ultimate-goal": "vision"}.get(place, "")
    kind = kind or ("acknowledgement" if place == "acknowledgement" else "")
    type_ = "clause" if kind else "lead-in" if stem == "lead-in" else "heading" if stem == "heading" else place
    return {"place": place, "type": type_, "key": place if kind else "", "kind": kind, "owner": owner, "texts": texts}
