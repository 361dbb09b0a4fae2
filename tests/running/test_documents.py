"""What is written about the product leads somewhere."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.test import Client

from tests.factories.people import NOW
from tests.running.process import ROOT
from topcities import __version__
from topcities.doctor import version

PAGES = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    ROOT / "script" / "README.md",
    *sorted((ROOT / "docs").rglob("*.md")),
]


def anchors(page: Path) -> set[str]:
    """The names that the headings of a page can be linked by."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_to_something(page: Path) -> None:
    links = re.findall(r"\]\((?!https?:|mailto:)([^)#]*)(?:#([^)]*))?\)", page.read_text())
    lost = []
    for target, anchor in links:
        found = (page.parent / target) if target else page
        if not found.exists() or (anchor and anchor not in anchors(found)):
            lost.append(f"{target}#{anchor}")
    assert lost == []


NAMED = re.compile(
    r"`((?:text|ledger|mail|partners|agreements|sprints|topcities|tests|templates|script|docs)/[\w./-]*)`"
)
# What a record decided of a file that is gone stays as it was said.
GONE = {"docs/decisions/0017-mails-of-one-shape.md"}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_file_that_is_named_is_there(page: Path) -> None:
    if str(page.relative_to(ROOT)) in GONE:
        return
    named = NAMED.findall(page.read_text())
    assert [path for path in named if "ROOM" not in path and not (ROOT / path).exists()] == []


def test_the_readme_begins_with_the_two_commands() -> None:
    first_screen = "\n".join((ROOT / "README.md").read_text().splitlines()[:15])
    assert re.findall(r"^    (\S+)", first_screen, re.MULTILINE) == ["script/server", "script/test"]


def test_every_command_is_listed() -> None:
    listed = (ROOT / "script" / "README.md").read_text()
    files = [file.name for file in (ROOT / "script").iterdir() if file.is_file() and file.name != "README.md"]
    assert [name for name in files if f"`script/{name}`" not in listed] == []


def test_the_version_is_the_same_wherever_it_is_asked_for(client: Client) -> None:
    says = subprocess.run(
        [sys.executable, "manage.py", "--version"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert says.stdout.strip() == __version__
    assert f"Version {__version__}" in client.get("/verify/").content.decode()
    assert next(version(NOW)).says.startswith(__version__)
