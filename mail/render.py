"""How a message looks as text and as HTML: templates/mail/message.txt and message.html."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.template.loader import render_to_string

if TYPE_CHECKING:
    from mail.content import Message


def drawn(message: Message, language: str, site: str, *, comes_anyway: bool = False) -> tuple[str, str]:
    """(text, HTML) in this language, which is the active one."""
    context = {"message": message, "language": language, "site": site, "comes_anyway": comes_anyway}
    page = render_to_string("mail/message.html", context)
    return render_to_string("mail/message.txt", context), _without_indentation(page)


def _without_indentation(page: str) -> str:
    """A third of the bytes, and nothing that anybody sees."""
    return "\n".join(line.strip() for line in page.split("\n") if line.strip())
