"""A message is drawn once for all of its shape: what is put in later reads as if it had been drawn by itself."""

from __future__ import annotations

from unittest.mock import patch

import pytest
from django.template.loader import render_to_string
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mail import render
from mail.content import MailLine, Message, Section
from mail.render import drawn

SITE = "https://partnership.example.org"
HOSTILE = [
    "<script>alert(1)</script>",
    "{0}",
    "{message}",
    "{{ site }}",
    "%s",
    "\ue0000\ue001",
    "&amp;",
    "'\"",
    "·",
    "{",
]
WORDS = st.sampled_from(HOSTILE) | st.text(st.characters(exclude_categories=["Cc", "Cs", "Zs", "Zl", "Zp"]), min_size=1)
LINKS = st.tuples(WORDS, st.just(f"{SITE}/partnerships/elm/"))
LINES = st.builds(MailLine, text=WORDS, link=st.none() | LINKS)
SECTIONS = st.builds(
    Section, heading=WORDS, lines=st.lists(LINES, max_size=3), level=st.sampled_from([2, 3]), lead=st.just("") | WORDS
)
MESSAGES = st.builds(
    Message,
    subject=WORDS,
    paragraphs=st.lists(WORDS, max_size=2),
    button=st.none() | LINKS,
    code=st.just("") | WORDS,
    sections=st.lists(SECTIONS, max_size=3),
    stop=st.just("") | WORDS,
    settings_url=st.just("") | WORDS,
    why=st.just("") | WORDS,
)


def as_django_draws_it(message: Message, language: str) -> tuple[str, str]:
    context = {"message": message, "language": language, "site": SITE, "comes_anyway": False}
    page = render_to_string("mail/message.html", context)
    return render_to_string("mail/message.txt", context), "\n".join(
        line.strip() for line in page.split("\n") if line.strip()
    )


@given(message=MESSAGES, language=st.sampled_from(["en", "es"]))
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_it_is_what_django_would_have_drawn(message: Message, language: str) -> None:
    with translation.override(language):
        assert drawn(message, language, SITE) == as_django_draws_it(message, language)


def test_each_language_and_shape_is_drawn_once() -> None:
    render._skeletons.cache_clear()
    with patch.object(render, "render_to_string", wraps=render_to_string) as drawing_now:
        for language in ("en", "es", "en", "es"):
            with translation.override(language):
                text, _page = drawn(Message(f"Subject in {language}", ["One paragraph."], stop=SITE), language, SITE)
            assert ("Stop the weekly mail" in text) == (language == "en")
    assert drawing_now.call_count == 4, "text and HTML, in two languages"


@pytest.mark.parametrize("number", [1, 3])
def test_the_lines_of_a_paragraph_stay_lines(number: int) -> None:
    text, page = drawn(Message("Hello", ["\n".join(["A <line>."] * number)]), "en", SITE)
    assert text.startswith("A <line>.\n" * number)
    assert "<br>".join(["A &lt;line&gt;."] * number) in page
