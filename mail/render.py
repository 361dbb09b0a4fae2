"""How a message looks as text and as HTML: drawn once for all messages of one shape, since only their words differ.

A template takes longer than all the rest of sending a mail. Here it draws marks in the place of words; what comes of
that is kept, and the words of each message are put in, once, as they are: nothing in them is read as a template.
"""

from __future__ import annotations

import re
from functools import lru_cache
from html import escape
from itertools import count
from typing import TYPE_CHECKING

from django.template.loader import render_to_string

if TYPE_CHECKING:
    from mail.content import Message

# Of those characters that Unicode leaves to private use.
MARK = re.compile("\ue000(\\d+)\ue001")


def drawn(message: Message, language: str, site: str, *, comes_anyway: bool = False) -> tuple[str, str]:
    """(text, HTML) in this language, which is the active one."""
    words: list[str] = []

    def take_out(word: str) -> str:
        words.append(word)
        return "·"

    shape = message.with_each(take_out)
    text, page = _skeletons(shape, language, site, comes_anyway)
    return text.format(*words), page.format(*(escape(word).replace("\n", "<br>") for word in words))


@lru_cache(maxsize=2000)
def _skeletons(shape: Message, language: str, site: str, comes_anyway: bool) -> tuple[str, str]:
    """Format strings of the text and the page, whose places are numbered as the words of a message are."""
    numbers = count()
    marked = shape.with_each(lambda _word: f"\ue000{next(numbers)}\ue001")
    context = {"message": marked, "language": language, "site": site, "comes_anyway": comes_anyway}
    text = render_to_string("mail/message.txt", context)
    return _skeleton(text), _skeleton(_without_indentation(render_to_string("mail/message.html", context)))


def _skeleton(drawing: str) -> str:
    return MARK.sub(r"{\1}", drawing.replace("{", "{{").replace("}", "}}"))


def _without_indentation(page: str) -> str:
    """A third of the bytes, and nothing that anybody sees."""
    return "\n".join(line.strip() for line in page.splitlines() if line.strip())
