"""Every word that people read has its Spanish, the site reads the newest, and nothing in braces is lost on the way."""

from __future__ import annotations

import gettext
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.running.process import ROOT

LANGUAGES = sorted(folder.name for folder in (ROOT / "locale").iterdir() if folder.is_dir())
TOLD = "Run script/translate, and write what is missing."
# What a translation must keep as it is: where values come, markup, and each number.
KEPT = re.compile(r"%\(\w+\)[sd]|%%|</?\w+[^>]*>|\d+")

needs_gettext = pytest.mark.skipif(not shutil.which("msgfmt"), reason="gettext is not installed here")
each_language = pytest.mark.parametrize("language", LANGUAGES)


def source(language: str) -> Path:
    return ROOT / "locale" / language / "LC_MESSAGES" / "django.po"


def compiled(po: Path, to: Path) -> dict[object, str]:
    """A catalogue as a program reads it: message, or message and which plural, to translation."""
    subprocess.run(["msgfmt", "--check-format", "-o", to, po], check=True, capture_output=True)
    return read(to)


def read(mo: Path) -> dict[object, str]:
    with mo.open("rb") as file:
        return dict(gettext.GNUTranslations(file)._catalog)


def chosen(po: Path, what: str) -> list[str]:
    """The messages that msgattrib finds to be so, without their translations."""
    found = subprocess.run(["msgattrib", f"--{what}", "--no-wrap", po], check=True, capture_output=True, text=True)
    return re.findall(r'^msgid "(.+)"$', found.stdout, re.MULTILINE)


@pytest.fixture(scope="module")
def gathered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the source, in which the messages were gathered anew as script/translate does it."""
    if not shutil.which("xgettext"):
        pytest.skip("gettext is not installed here")
    copy = tmp_path_factory.mktemp("source") / "copy"
    shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(".*", "__pycache__", "var", "assets", "static*", "tests"))
    command = re.search(r"^django_admin (makemessages .+)$", (ROOT / "script" / "translate").read_text(), re.MULTILINE)
    environment = os.environ | {"DATA_DIR": str(copy / "var"), "DJANGO_SETTINGS_MODULE": "topcities.settings"}
    subprocess.run([sys.executable, "manage.py", *command[1].split()], cwd=copy, env=environment, check=True)
    return copy


@each_language
def test_every_message_of_the_source_is_in_the_catalogue(language: str, gathered: Path) -> None:
    """And none that the source has no more."""
    there, found = (message_ids(folder / "locale" / language) for folder in (ROOT, gathered))
    assert sorted(found - there) == [], TOLD
    assert sorted(there - found) == [], TOLD


def message_ids(folder: Path) -> set[str]:
    """Each message with its context and plural, as the file has them."""
    text = (folder / "LC_MESSAGES" / "django.po").read_text()
    return {re.sub(r"^#.*\n", "", block.split("\nmsgstr")[0], flags=re.MULTILINE) for block in text.split("\n\n")[1:]}


@needs_gettext
@each_language
def test_every_message_is_translated_and_none_is_guessed(language: str) -> None:
    assert chosen(source(language), "untranslated") == [], TOLD
    assert chosen(source(language), "only-fuzzy") == [], TOLD


@needs_gettext
@each_language
def test_the_site_reads_what_the_catalogue_says(language: str, tmp_path: Path) -> None:
    """django.mo was compiled from the django.po beside it."""
    po = source(language)
    assert read(po.with_suffix(".mo")) == compiled(po, tmp_path / "django.mo"), TOLD


@each_language
def test_a_translation_keeps_what_stands_for_a_value(language: str) -> None:
    read_by_the_site = read(source(language).with_suffix(".mo"))
    assert [message for message, said in read_by_the_site.items() if message and loses_something(message, said)] == []


def loses_something(message: object, said: str) -> bool:
    """A plural may hold a number that the message for one of it does not need."""
    if isinstance(message, tuple):
        return not set(KEPT.findall(message[0])) <= set(KEPT.findall(said))
    return set(KEPT.findall(str(message))) != set(KEPT.findall(said))


@pytest.mark.parametrize("said", ["semanas", "%(m)s semanas", "<b>%(n)s semanas</b>", "%(n)s semanas, 18"])
def test_a_lost_value_is_found(said: str) -> None:
    assert loses_something("%(n)s weeks", said)
    assert not loses_something("%(n)s weeks", "%(n)s semanas")
