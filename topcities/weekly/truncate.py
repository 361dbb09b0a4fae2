"""A weekly mail stays brief, however much there is: what does not fit is counted, and a link leads to it.

With these figures it stays under 30 KB, which mail programs show whole, on a slow phone too.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.text import Truncator
from django.utils.translation import ngettext

from mail.content import MailLine

LINES, LONGEST = 20, 200


def shares(lengths: Sequence[int], room: int) -> list[int]:
    """How many of each list are shown: a line of each in turn, while there are any and there is room. One at least."""
    shown = [min(1, length) for length in lengths]
    while sum(shown) < min(room, sum(lengths)):
        for place, length in enumerate(lengths):
            if shown[place] < length and sum(shown) < room:
                shown[place] += 1
    return shown


def cut(text: str, most: int) -> str:
    """Its beginning, where it is longer than so many characters."""
    return text if len(text) <= most else Truncator(text).chars(most)


def shortened(lines: Sequence[MailLine], most: int, page: tuple[str, str]) -> list[MailLine]:
    """The first of them, none too long; and how many more there are on the page, which is (label, address)."""
    shown = [MailLine(cut(line.text, LONGEST), line.link) for line in lines[:most]]
    more = len(lines) - most
    if more <= 0:
        return shown
    words = ngettext("And %(n)s thing more.", "And %(n)s things more.", more) % {"n": more}
    return [*shown, MailLine(words, page)]
