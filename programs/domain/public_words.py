"""What is kept back from words before everybody reads them: addresses, telephone numbers, and names of the people.

What people wrote for each other may name somebody. The sealed text is not touched: a side can hold back a part of it.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from django.utils.translation import gettext as _

from partners.models import Invitation, Partnership, Seat

ADDRESS = re.compile(r"(?:mailto:)?[^\s@<>()\[\]\"'“”,;:]+@[^\s@<>()\[\]\"'“”,;:]+\.[^\W\d_]{2,}", re.IGNORECASE)
# Ten digits or more, written as people write a number to call: no date and no amount has that many.
TELEPHONE = re.compile(r"(?<![\w/.-])\+?\(?\d(?:[ ().\-\u2011/]{0,2}\d){8,14}(?![\w/-])")
SHORTEST_NAME = 4

Words = Callable[[str], str]


def words_of(partnership: Partnership) -> Words:
    """The function that keeps back what is nobody's to read, for this partnership."""
    names = _names(partnership)
    named = re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, names)) + r")(?!\w)", re.IGNORECASE) if names else None

    def public(text: str) -> str:
        text = ADDRESS.sub(lambda _found: _("[address left out]"), text)
        text = TELEPHONE.sub(lambda _found: _("[number left out]"), text)
        return named.sub(lambda _found: _("[name left out]"), text) if named else text

    return public


def _names(partnership: Partnership) -> list[str]:
    """Of all who take part, took part, or were invited; the longest first."""
    seats = Seat.objects.filter(partnership=partnership).values_list("person__name", flat=True)
    invited = Invitation.objects.filter(partnership=partnership).values_list("name", flat=True)
    found = {name.strip() for name in [*seats, *invited] if len(name.strip()) >= SHORTEST_NAME}
    return sorted(found, key=len, reverse=True)
