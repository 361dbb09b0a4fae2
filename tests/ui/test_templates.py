"""Rules for every template: short, no inline style or script, nothing from elsewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from topcities import settings

ROOT = Path(settings.BASE_DIR)
# What is drawn into a PDF or a mail is no page, and has rules of its own.
PAGES = sorted(
    path
    for path in (ROOT / "templates").rglob("*.html")
    if "pdf" not in path.parts and path.parent != ROOT / "templates" / "mail"
)
EVERYTHING = sorted(path for path in (ROOT / "templates").rglob("*") if path.is_file())
WIDTH = 120
INLINE = {
    "a style": r"\sstyle\s*=|<style",
    "a handler": r"\son[a-z]+\s*=\s*[\"']",
    "a script": r"<script(?![^>]*\b(src=|type=\"application/json\"))",
    "an address elsewhere": r"(src|href|action)\s*=\s*[\"'](https?:)?//",
    "javascript as an address": r"javascript:",
}


def name(path: Path) -> str:
    return str(path.relative_to(ROOT / "templates"))


@pytest.mark.parametrize("path", PAGES, ids=name)
def test_a_template_is_short(path: Path) -> None:
    assert len(path.read_text().splitlines()) < 150


@pytest.mark.parametrize("path", EVERYTHING, ids=name)
def test_a_template_can_be_read_in_a_diff(path: Path) -> None:
    """Django ends no tag over two lines: long words stand in blocktranslate trimmed, long arguments get a name."""
    lines = enumerate(path.read_text().splitlines(), start=1)
    assert [f"{name(path)}:{number}" for number, line in lines if len(line) > WIDTH] == []


@pytest.mark.parametrize("path", PAGES, ids=name)
def test_a_template_holds_nothing_that_the_content_policy_refuses(path: Path) -> None:
    found = {what: match[0] for what, pattern in INLINE.items() if (match := re.search(pattern, path.read_text()))}
    assert found == {}


@pytest.mark.parametrize("path", PAGES, ids=name)
def test_a_form_that_changes_something_carries_the_token(path: Path) -> None:
    for form in re.findall(r"<form\b.*?</form>", path.read_text(), flags=re.DOTALL):
        changes_something = 'method="post"' in form and "{% url 'verify' %}" not in form
        if changes_something:
            assert "csrf" in form or "slot body" in form, f"{name(path)}: {form[:80]}"


@pytest.mark.parametrize("path", PAGES, ids=name)
def test_a_template_names_no_party(path: Path) -> None:
    """What a page shows of a party comes from the party: swap the two and the page swaps."""
    text = re.sub(r"{% comment %}.*?{% endcomment %}", "", path.read_text(), flags=re.DOTALL)
    assert not re.search(r"[\"'](city|community)[\"']", text)


FONTS = {f"fonts/{family}{rest}.woff2" for family in ("literata", "commissioner") for rest in ("", "-ext", "-vi")}


def test_the_stylesheet_asks_only_for_our_fonts() -> None:
    css = (ROOT / "static" / "css" / "topcities.css").read_text()
    assert {url.removeprefix("../") for url in re.findall(r"url\(\"?([^)\"]+)", css)} == FONTS
    assert "@import" not in css


def test_static_holds_nothing_that_no_page_uses() -> None:
    used = {f"css/{sheet}.css" for sheet in ("topcities", "programs", "admin")}
    used |= (
        {"js/topcities.js", "img/mark.svg", "img/card.png"}
        | FONTS
        | {f"fonts/{family}-OFL.txt" for family in ("literata", "commissioner")}
    )
    there = {str(path.relative_to(ROOT / "static")) for path in (ROOT / "static").rglob("*") if path.is_file()}
    assert there == used
