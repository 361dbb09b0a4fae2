"""How long a sprint may be, and what a text says of it. Pure."""

from __future__ import annotations

import re

WEEKS = 18  # of the usual plan, and of the agreement's built-in template
FEWEST_WEEKS, MOST_WEEKS = 4, 52
IN_WORDS = re.compile(r"\b(\d+)-week\b")


def says_other_weeks(text: str, weeks: int) -> bool:
    """Whether the text names a length, and another one than this."""
    said = {int(number) for number in IN_WORDS.findall(text)}
    return bool(said) and said != {weeks}


def with_weeks(text: str, weeks: int) -> str:
    """The text as it would read with this length."""
    return IN_WORDS.sub(f"{weeks}-week", text)
