"""The style sheet is what its sources give, and nothing of ours in it is for a page that no longer is."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

from topcities import settings

ROOT = Path(settings.BASE_DIR)
SHEETS = sorted((ROOT / "assets" / "scss").rglob("_*.scss"))
ROOMS = ["text", "ledger", "mail", "partners", "agreements", "sprints", "programs", "topcities"]
CLASS = re.compile(r"\.(-?[a-zA-Z_][\w-]*)")
NO_CLASSES = re.compile(r"//[^\n]*|url\([^)]*\)|\"[^\"]*\"|#\{[^}]*\}")
ATTRIBUTE = re.compile(r"\bclass(?:Name)?\s*=\s*\"((?:\{[%{].*?[%}]\}|[^\"])*)\"", re.DOTALL)
# A block of ours and its part, or its kind: in code such a word is a class wherever it stands.
PART_OR_KIND = re.compile(r"[a-z][\w-]*(?:--|__)[\w-]+")


def test_the_stylesheet_is_what_its_sources_give() -> None:
    """Without Node: the head of the built file holds the fingerprint of its sources, and of its rules."""
    assert runpy.run_path(str(ROOT / "assets" / "css.py"))["is_current"](), "run npm ci && npm run css, in assets"


def test_every_class_of_our_own_sheets_is_named_on_a_page() -> None:
    texts = [path.read_text() for path in (ROOT / "templates").rglob("*.html")]
    code = [path.read_text() for room in ROOMS for path in (ROOT / room).rglob("*.py")]
    code += [path.read_text() for path in (ROOT / "static").rglob("*.js")]
    named = {word for text in [*texts, *code] for value in ATTRIBUTE.findall(text) for word in words_of(value)}
    named |= {word for text in code for word in PART_OR_KIND.findall(text)}
    everything = "\n".join([*texts, *code])
    ours = {name for sheet in SHEETS for name in CLASS.findall(NO_CLASSES.sub("", sheet.read_text()))}
    assert {name for name in ours - named if not is_composed(name, named, everything)} == set()


def words_of(value: str) -> list[str]:
    """The classes in an attribute; what a template or an f-string fills in is a star."""
    value = re.sub(r"\{\{.*?\}\}|(?<=-)\{%.*?%\}|\{(?!%)[^{}]*\}", "*", value)
    quoted = [word for tag in re.findall(r"\{%\s*cycle.*?%\}", value) for word in re.findall(r"[\w-]+", tag)]
    return re.sub(r"\{%.*?%\}", " ", value).split() + quoted


def is_composed(name: str, named: set[str], everything: str) -> bool:
    """A name like "state--in-force": its beginning stands before a star, and its end is a value somewhere."""
    beginning, _, end = name.rpartition("--")
    value = end.replace("-", "[ -]")
    return f"{beginning}--*" in named and re.search(rf"[\"' ]{value}[\"' ]", everything) is not None
