"""What of a stranger's package can be used: known members alone, in texts that pass our gate. Pure: no database."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from agreements.wording.digest import LONGEST_CLAUSE
from agreements.wording.template_check import has_shape
from sprints.plan_check import LONGEST_TITLE, MOST_MILESTONES
from text.clean import clean_line, clean_text

LINE = ("place", "type", "key", "kind", "owner")
MILESTONE = ("week", "last_week", "phase", "leaders", "clauses", "joint")
MOST_NAMED = 50  # of what could not be used, one by one
LONGEST_ORIGIN = 300


@dataclass
class Package:
    """A template and a plan to begin with, where it came from, and what could not be used, in words."""

    origin: str
    template: dict[str, Any] | None
    plan: dict[str, Any] | None
    unused: list[str] = field(default_factory=list)


def package_of(content: dict[str, Any]) -> Package:
    """Whatever stands in it: what we do not know is named and left."""
    unused: list[str] = []
    template = _template(content.get("template"), unused)
    plan = _plan(content.get("plan"), unused)
    unused += [_("%(what)s: not known here") % {"what": _printable(name)} for name in sorted(set(content) - KNOWN)]
    unused += _to_read(content)
    return Package(_origin(content.get("origin")), template, plan, unused[:MOST_NAMED])


KNOWN = {
    "format",
    "schema",
    "demonstration",
    "origin",
    "credit",
    "template",
    "plan",
    "decisions",
    "datasets",
    "held_back",
}


def _template(found: Any, unused: list[str]) -> dict[str, Any] | None:
    if not isinstance(found, dict) or not has_shape(found):
        unused.append(_("the agreement: it has not the shape of one"))
        return None
    lines = [{name: line[name] for name in LINE} | {"texts": _texts(line, unused)} for line in found["lines"]]
    offered = [{"key": one["key"], "texts": _texts(one, unused)} for one in found["offered"]]
    return {"schema": 1, "lines": lines, "offered": offered}


def _texts(line: dict[str, Any], unused: list[str]) -> dict[str, str]:
    """By language; one that is no text for people is left out."""
    kept = {}
    for language, text in line["texts"].items():
        try:
            kept[language] = clean_text(text, limit=2 * LONGEST_CLAUSE, blank=True)
        except ValidationError:
            what = {"what": line.get("place") or line["key"], "language": language}
            unused.append(_("words of %(what)s (%(language)s): they are no text for people") % what)
    return kept


def _plan(found: Any, unused: list[str]) -> dict[str, Any] | None:
    milestones = found.get("milestones") if isinstance(found, dict) else None
    if not isinstance(milestones, list) or not _is_weeks(found.get("weeks")):
        unused.append(_("the plan: it has not the shape of one"))
        return None
    if len(milestones) > MOST_MILESTONES:
        unused.append(_("milestones after the first %(most)s") % {"most": MOST_MILESTONES})
    kept = [one for each in milestones[:MOST_MILESTONES] for one in _milestone(each, unused)]
    return {"schema": 1, "weeks": found["weeks"], "milestones": kept}


def _is_weeks(weeks: Any) -> bool:
    return type(weeks) is int and 0 <= weeks <= 1000


def _milestone(one: Any, unused: list[str]) -> Iterator[dict[str, Any]]:
    try:
        title = clean_line(one["title"], limit=LONGEST_TITLE)
        sound = _is_weeks(one["week"]) and _is_weeks(one["last_week"]) and type(one["joint"]) is bool
        words = _are_keys([one["phase"], *one["leaders"], *one["clauses"]])
    except (ValidationError, KeyError, TypeError, AttributeError):
        sound = words = False
    if sound and words:
        yield {"title": title} | {name: one[name] for name in MILESTONE}
    else:
        unused.append(_("a milestone: it has not the shape of one"))


def _printable(name: str) -> str:
    return "".join(letter if letter.isprintable() else "?" for letter in name[:60])


def _are_keys(found: list[Any]) -> bool:
    return len(found) <= 100 and all(isinstance(one, str) and _is_key(one) for one in found)


def _is_key(one: str) -> bool:
    return 0 < len(one) <= 60 and one.isascii() and one.replace("-", "").isalnum()


def _to_read(content: dict[str, Any]) -> Iterable[str]:
    """What no template and no plan has a place for. It stays in the file, to be read."""
    names = {
        "decisions": _("decisions: %(n)s, to be read in the file"),
        "datasets": _("datasets: %(n)s, to be read in the file"),
    }
    counts = {name: len(content[name]) for name in names if isinstance(content.get(name), list)}
    return [names[name] % {"n": count} for name, count in counts.items() if count]


def _origin(found: Any) -> str:
    """Who made it and where it stands, in a line."""
    said = found if isinstance(found, dict) else {}
    names = said.get("organizations")
    parts = [*(names.values() if isinstance(names, dict) else ()), said.get("program"), said.get("address")]
    words = " · ".join(" ".join(part.split()) for part in parts if isinstance(part, str) and part.strip())
    try:
        return clean_line(words[:LONGEST_ORIGIN], limit=LONGEST_ORIGIN)
    except ValidationError:
        return _("a package that does not say where it came from")
