"""Which characters can be drawn: asked before anyone signs, since a missing letter would be an empty box on paper."""

from __future__ import annotations

import subprocess
import unicodedata
from functools import cache
from pathlib import Path

FONTS = Path(__file__).resolve().parent / "fonts"


def missing_glyphs(text: str) -> str:
    """The characters of a text that no font here can draw, each once, in order. Empty: all can be drawn."""
    doubtful = [letter for letter in dict.fromkeys(text) if ord(letter) not in _bundled() and not _invisible(letter)]
    if not doubtful:
        return ""
    return "".join(letter for letter in doubtful if not _of_this_machine()[ord(letter)])


def has_own_letters(text: str) -> bool:
    """Whether our own faces have every character of a text, whatever this machine has."""
    return all(ord(letter) in _bundled() or _invisible(letter) for letter in text)


def _invisible(letter: str) -> bool:
    return unicodedata.category(letter) in {"Cc", "Cf", "Zl", "Zp", "Zs"} or "\ufe00" <= letter <= "\ufe0f"


@cache
def _bundled() -> frozenset[int]:
    """The code points that all our own faces have."""
    from fontTools.ttLib import TTFont

    faces = [frozenset(TTFont(file, lazy=True).getBestCmap()) for file in sorted(FONTS.glob("*.ttf"))]
    return frozenset.intersection(*faces)


@cache
def _of_this_machine() -> bytearray:
    """For each code point whether an outline font on this machine has it. Empty where fontconfig is not installed.

    Colour fonts are pictures, which an archival PDF cannot rely on.
    """
    known = bytearray(0x110000)
    ask = ["fc-list", "--format", "%{charset}\n", ":outline=true:color=false"]
    try:
        answer = subprocess.run(ask, capture_output=True, text=True, timeout=20, check=True).stdout  # noqa: S603
    except (OSError, subprocess.SubprocessError):
        return known
    for span in set(answer.split()):
        first, _, last = span.partition("-")
        start, end = int(first, 16), int(last or first, 16) + 1
        known[start:end] = b"\x01" * (end - start)
    return known
