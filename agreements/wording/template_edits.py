"""What a template says after an edit: lines that were emptied go, lines that were added get a key. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.text import slugify

from agreements.wording.template_content import Line, next_key
from partners.parties import Party

Texts = Mapping[str, str]  # language to text
NEW = "new-"
# What can be taken out, and added to: (kind, owner) by the stem of its keys.
GROUPS: dict[str, tuple[str, str]] = {
    "goal": ("goal", ""),
    **{party.value: ("commitment", party.value) for party in Party},
}
OFFERED = "offered"
LISTS = ("lines", "offered")


@dataclass(frozen=True)
class Move:
    """A line that changes places with the one before it, or after it, among its own: the goals, the commitments of a
    side, the clauses that are offered. The other lines have one place in an agreement."""

    place: str
    up: bool


def edited(
    content: Mapping[str, Any], texts: Mapping[str, Texts], *, taken: set[str], move: Move | None = None
) -> dict[str, Any]:
    """`texts` by place; "new-goal", "new-city", "new-community" and "new-offered" add. `taken`: keys that were used
    before, and are not given to something else."""
    lines = [_with(line, texts) for line in content["lines"]]
    kept = [line for line in lines if line["kind"] not in {"goal", "commitment"} or any(line["texts"].values())]
    used = {line["key"] for line in lines} | taken
    for stem, (kind, owner) in GROUPS.items():
        if any((new := texts.get(f"{NEW}{stem}", {})).values()):
            key = next_key(stem, used)
            line = {"place": key, "type": "clause", "key": key, "kind": kind, "owner": owner, "texts": dict(new)}
            kept.insert(_after(kept, kind, owner), line)
    offered = list(_offered(content["offered"], texts, used))
    changed = {**content, "lines": kept, "offered": offered}
    return _moved(changed, move) if move else changed


def neighbours(content: Mapping[str, Any]) -> list[list[str]]:
    """The places of lines among which each can move, in their order."""
    lines = content["lines"]
    of = [[line["place"] for line in lines if (line["kind"], line["owner"]) == group] for group in GROUPS.values()]
    return [*of, [one["key"] for one in content["offered"]]]


def _moved(content: dict[str, Any], move: Move) -> dict[str, Any]:
    """The two lines in each other's place. What cannot move stays."""
    for places in neighbours(content):
        if move.place in places:
            there = places.index(move.place) + (-1 if move.up else 1)
            if 0 <= there < len(places):
                return {**content, **{name: _swapped(content[name], move.place, places[there]) for name in LISTS}}
    return content


def _swapped(lines: list[Line], one: str, other: str) -> list[Line]:
    by_place = {line.get("place") or line["key"]: line for line in lines}
    instead = {one: other, other: one}
    return [by_place[instead.get(place, place)] for place in by_place]


def _with(line: Line, texts: Mapping[str, Texts]) -> Line:
    return {**line, "texts": {**line["texts"], **texts.get(line["place"], {})}}


def _after(lines: list[Line], kind: str, owner: str) -> int:
    """After the last of its kind, or after what leads in to them."""
    places = [
        number
        for number, line in enumerate(lines, start=1)
        if (line["kind"], line["owner"]) == (kind, owner)
        or (line["type"] == "lead-in" and line["owner"] == owner != "")
        or (kind == "goal" and line["place"] == "ultimate-goal")
    ]
    return max(places, default=len(lines))


def _offered(offered: list[Line], texts: Mapping[str, Texts], used: set[str]) -> Iterator[Line]:
    for one in offered:
        words = {**one["texts"], **texts.get(one["key"], {})}
        if any(words.values()):
            yield {**one, "texts": words}
    new = dict(texts.get(f"{NEW}{OFFERED}", {}))
    if any(new.values()):
        title = next(filter(None, new.values())).partition(":")[0]
        taken = {*used, *(one["key"] for one in offered)}
        stem = slugify(title)[:40].strip("-") or OFFERED
        yield {"key": stem if stem not in taken else next_key(stem, taken), "texts": new}
