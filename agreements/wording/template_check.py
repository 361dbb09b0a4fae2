"""What stands in the way of publishing a template, and what to think about before. Pure: no database.

A template may come from a stranger's file, so nothing of its shape is taken for granted. The two sides are asked the
same: swap them in a template, and what is said of it swaps.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from agreements.wording.digest import LONGEST_CLAUSE, MOST_CLAUSES
from agreements.wording.template import LANGUAGES, facts_used, unknown_placeholders
from partners.parties import Party
from text.clean import clean_text

SIGNED = "en"  # the language that is signed; another one helps people read
ONCE = ("title", "parties", "heading-1", "heading-2", "vision", "ultimate-goal", "acknowledgement")
TYPES = {"title", "parties", "heading", "lead-in", "clause", "signature"}
KINDS = {"vision", "goal", "commitment", "acknowledgement"}
LONGEST_KEY = 60
MOST_OFFERED = 40


@dataclass(frozen=True)
class TemplateProblem:
    """`place`: the line that it is about, and in which language; empty where it is about the whole."""

    text: str
    place: str = ""
    language: str = ""


def template_problems(content: Any) -> list[TemplateProblem]:
    """Everything that must be put right before it is published."""
    if not has_shape(content):
        return [TemplateProblem(_("This is no template that we can read."))]
    return [*_missing_parts(content), *_words(content), *_names(content)]


def has_shape(content: Any) -> bool:
    """Whether it can be shown and edited at all, whatever else is wrong with it."""
    lines, offered = (content.get("lines"), content.get("offered")) if isinstance(content, dict) else (None, None)
    if not isinstance(lines, list) or not isinstance(offered, list):
        return False
    if len(lines) > MOST_CLAUSES + 20 or len(offered) > MOST_OFFERED:
        return False
    places = [line.get("place") for line in lines if isinstance(line, dict)]
    keys = [one.get("key") for one in offered if isinstance(one, dict)]
    sound = all(map(_is_line, lines)) and all(_has_texts(one) and _is_key(one.get("key")) for one in offered)
    return sound and len(set(places)) == len(places) == len(lines) and len({*keys, *places}) == len(keys) + len(places)


def _is_line(line: Any) -> bool:
    if not isinstance(line, dict) or not _has_texts(line) or not _is_key(line.get("place")):
        return False
    if not all(isinstance(line.get(name), str) for name in ("type", "key", "kind", "owner")):
        return False
    if line.get("type") not in TYPES or line.get("owner") not in {"", *Party.values}:
        return False
    if line["type"] != "clause":
        return line.get("key") == "" and line.get("kind") == ""
    commits = line.get("kind") == "commitment"
    return line.get("kind") in KINDS and line.get("key") == line["place"] and bool(line["owner"]) == commits


def _is_key(key: Any) -> bool:
    return isinstance(key, str) and 0 < len(key) <= LONGEST_KEY and key.replace("-", "").isalnum() and key.isascii()


def _has_texts(one: Any) -> bool:
    texts = one.get("texts") if isinstance(one, dict) else None
    return isinstance(texts, dict) and all(
        language in LANGUAGES and isinstance(text, str) and len(text) <= 2 * LONGEST_CLAUSE
        for language, text in texts.items()
    )


def _missing_parts(content: dict[str, Any]) -> Iterator[TemplateProblem]:
    """Each part that an agreement cannot do without."""
    lines = content["lines"]
    places, kinds = {line["place"] for line in lines}, Counter((line["kind"], line["owner"]) for line in lines)
    for place in [place for place in ONCE if place not in places]:
        yield TemplateProblem(_("This part is missing: %(part)s.") % {"part": place_name(place)}, place)
    if not kinds["goal", ""]:
        yield TemplateProblem(_("There is no goal."), "goal")
    for party in Party:
        whose = {"party": party.label.lower()}
        if not kinds["commitment", party.value]:
            yield TemplateProblem(_("There is no commitment of the %(party)s.") % whose, party.value)
        for part in (f"lead-in-{party}", f"signature-{party}"):
            if part not in places:
                yield TemplateProblem(_("This part is missing: %(part)s.") % {"part": place_name(part)}, part)
    if sum(line["type"] == "clause" for line in lines) > MOST_CLAUSES:
        yield TemplateProblem(_("An agreement holds at most %(most)s clauses.") % {"most": MOST_CLAUSES})


def _words(content: dict[str, Any]) -> Iterator[TemplateProblem]:
    """What is wrong with a text: none where there must be one, or an unknown placeholder."""
    lines = [line for line in content["lines"] if line["type"] != "signature"]
    also = [language for language in LANGUAGES if any(line["texts"].get(language) for line in lines)]
    for line in [*lines, *({"place": one["key"], "texts": one["texts"]} for one in content["offered"])]:
        for language in LANGUAGES:
            text = line["texts"].get(language, "")
            if text or language == SIGNED or language in also:
                for why in _wrong(text):
                    yield TemplateProblem(why, line["place"], language)


def _wrong(text: str) -> Iterator[str]:
    try:
        clean_text(text, limit=LONGEST_CLAUSE)
    except ValidationError as refusal:
        yield from refusal.messages
        return
    if unknown := unknown_placeholders(text):
        says = _("We do not know what to put here: %(what)s. Use [City Team], [Community Partner] or [issue].")
        yield says % {"what": ", ".join(unknown)}


def _names(content: dict[str, Any]) -> Iterator[TemplateProblem]:
    """The names of the two sides come from placeholders, and nothing else says who they are."""
    wanted = {"parties": set(Party.values)} | {f"lead-in-{party}": {party.value} for party in Party}
    for line in content["lines"]:
        for language, text in line["texts"].items():
            if text and (missing := wanted.get(line["place"], set()) - facts_used(text)):
                names = ", ".join(PLACEHOLDERS[party] for party in Party if party in missing)
                says = _("The name must stand here as a placeholder: %(names)s.") % {"names": names}
                yield TemplateProblem(says, line["place"], language)


PLACEHOLDERS = {Party.CITY: "[City Team]", Party.COMMUNITY: "[Community Partner]"}


def template_cautions(content: dict[str, Any]) -> list[TemplateProblem]:
    """Of a template that can be published: where one side carries what the other does not."""
    found = [TemplateProblem(why) for why in _lopsided(content["lines"])]
    names = line_names(content)
    for line in content["lines"]:
        named = facts_used(line["texts"].get(SIGNED, "")) & set(Party.values)
        if line["type"] == "clause" and line["kind"] != "commitment" and len(named) == 1:
            one = Party(named.pop())
            says = _("%(part)s names the %(party)s alone. What both agree to should hold for both.")
            words = says % {"part": names[line["place"]], "party": one.label.lower()}
            found.append(TemplateProblem(words, line["place"], SIGNED))
    return found


def _lopsided(lines: list[dict[str, Any]]) -> Iterator[str]:
    count = Counter(line["owner"] for line in lines if line["kind"] == "commitment")
    for party in Party:
        if count[party] > 2 * count[party.other]:
            says = _("The %(one)s promises %(many)s things, the %(other)s %(few)s. Give each a counterpart.")
            yield says % {
                "one": party.label.lower(),
                "many": count[party],
                "other": party.other.label.lower(),
                "few": count[party.other],
            }


def line_names(content: Mapping[str, Any]) -> dict[str, str]:
    """What each line is called on pages, by its place: a goal and a commitment by its number in their order."""
    count: Counter[str] = Counter()
    names = {}
    for line in content["lines"]:
        stem = line["owner"] if line["kind"] == "commitment" else line["kind"]
        count[stem] += 1
        numbered = line["kind"] in {"goal", "commitment"}
        names[line["place"]] = place_name(f"{stem}-{count[stem]}" if numbered else line["place"])
    return names


def place_name(place: str) -> str:
    """What a line is called that has this place in a template where nothing was moved."""
    stem, _dash, number = place.rpartition("-")
    if number.isdigit() and stem == "goal":
        return _("Goal %(number)s") % {"number": number}
    if number.isdigit() and stem in Party.values:
        return _("Commitment %(number)s of the %(party)s") % {"number": number, "party": _label(stem)}
    if stem in {"lead-in", "signature"} and number in Party.values:
        says = {
            "lead-in": _("Line before the commitments of the %(party)s"),
            "signature": _("Signature block of the %(party)s"),
        }
        return says[stem] % {"party": _label(number)}
    names = {
        "title": _("Title"),
        "parties": _("The two names"),
        "heading-1": _("Heading of the vision"),
        "vision": _("Shared vision"),
        "heading-2": _("Heading of the goals"),
        "ultimate-goal": _("Ultimate goal"),
        "acknowledgement": _("Acknowledgement"),
    }
    return names.get(place, place)


def _label(party: str) -> str:
    return str(Party(party).label).lower()
