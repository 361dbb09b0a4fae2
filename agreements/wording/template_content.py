"""A template as JSON, which a program edits, publishes and hands on (docs/template-format.md), and back. Pure.

Each line has a `place`, which it keeps whatever its words become: a clause's is its key in the agreement.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from agreements.wording.optional_clauses import OptionalClause
from agreements.wording.template import LANGUAGES, Template, TemplatePart
from partners.parties import Party

SCHEMA = 1
Line = dict[str, Any]


def content_of(template: Template) -> dict[str, Any]:
    languages = [language for language in LANGUAGES if template.is_written_in(language)]
    columns = zip(*(template.parts(language) for language in languages), strict=True)
    return {
        "schema": SCHEMA,
        "lines": list(_placed(_line(column, languages) for column in columns)),
        "offered": [{"key": one.key, "texts": dict(one.text)} for one in template.offered.values()],
    }


def _line(column: tuple[TemplatePart, ...], languages: list[str]) -> Line:
    first = column[0]
    texts = {language: part.text for language, part in zip(languages, column, strict=True)}
    return {"type": first.type, "key": first.key, "kind": first.kind, "owner": first.owner, "texts": texts}


def _placed(lines: Iterable[Line]) -> Iterator[Line]:
    headings = 0
    for line in lines:
        headings += line["type"] == "heading"
        yield {"place": place_of(line, headings), **line}


def place_of(line: Mapping[str, Any], headings: int = 0) -> str:
    """What names a line that is not a clause: title, parties, heading-1, lead-in-city, signature-community."""
    number = str(headings) if line["type"] == "heading" else ""
    return line["key"] or "-".join(filter(None, [line["type"], line["owner"], number]))


def template_of(name: str, content: Mapping[str, Any]) -> Template:
    """The template that such JSON says, which was checked before (template_check.py)."""
    written = [language for language in LANGUAGES if any(line["texts"].get(language) for line in content["lines"])]
    return Template(
        name,
        {language: tuple(_parts(content["lines"], language)) for language in written},
        {one["key"]: OptionalClause(one["key"], one["texts"]) for one in content["offered"]},
    )


def _parts(lines: Iterable[Mapping[str, Any]], language: str) -> Iterator[TemplatePart]:
    for line in lines:
        yield TemplatePart(line["type"], line["texts"].get(language, ""), line["key"], line["kind"], line["owner"])


def next_key(stem: str, taken: Iterable[str]) -> str:
    """The key after the last one of a stem ("city", "goal"). A number that was used once is never given again: what
    the sprint knows of a promise hangs on its key."""
    numbers = [int(found[1]) for key in taken if (found := re.fullmatch(rf"{re.escape(stem)}-(\d{{1,4}})", key))]
    return f"{stem}-{max(numbers, default=0) + 1}"


REQUIRED = ("title", "parties", "heading-1", "vision", "heading-2", "ultimate-goal")


def completed(content: Mapping[str, Any]) -> dict[str, Any]:
    """With each part that an agreement cannot do without, empty where it was not there, in the order of an agreement.
    The side whose commitments come first stays first."""
    by_place = {line["place"]: line for line in content["lines"]}
    owners = [line["owner"] for line in content["lines"] if line["owner"]]
    sides = list(dict.fromkeys([*owners, *Party.values]))
    of = {
        stem: [line for line in content["lines"] if (line["kind"], line["owner"]) == group]
        for stem, group in [("goal", ("goal", "")), *((side, ("commitment", side)) for side in sides)]
    }
    lines = [by_place.get(place) or _empty(place) for place in REQUIRED]
    lines += of["goal"]
    for side in sides:
        lines += [by_place.get(f"lead-in-{side}") or _empty(f"lead-in-{side}", owner=side), *of[side]]
    lines.append(by_place.get("acknowledgement") or _empty("acknowledgement"))
    lines += [by_place.get(f"signature-{side}") or _empty(f"signature-{side}", owner=side) for side in sides]
    return {**content, "lines": lines}


def _empty(place: str, owner: str = "") -> Line:
    kinds = {"vision": "vision", "ultimate-goal": "vision", "acknowledgement": "acknowledgement"}
    kind = kinds.get(place, "")
    type_ = "clause" if kind else re.sub(r"-(\d|city|community)$", "", place)
    return {"place": place, "type": type_, "key": place if kind else "", "kind": kind, "owner": owner, "texts": {}}
