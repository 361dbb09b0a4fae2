"""What is put into a message is what arrives, whatever the words are: its text, its HTML and its headers."""

from __future__ import annotations

from collections.abc import Iterator
from email import message_from_bytes
from email.header import decode_header, make_header
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import parseaddr
from html.parser import HTMLParser

import pytest
from django.core.mail import EmailMultiAlternatives
from django.utils import translation
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from mail.content import MailLine, Message, Section
from mail.models import OutboxMail
from mail.render import mail_of, refuse_break
from mail.transport import Transport, is_address
from tests.mail.sink import Sink, part
from text.clean import one_line

LONGEST_LINE = 998  # bytes: RFC 5322, 2.1.1
ID = "<0123456789abcdef@example.org>"
SITE = "http://127.0.0.1:8000"
HOSTILE = ["<script>alert(1)</script>", "{0}", "{{ site }}", "{% now 'Y' %}", "%s", "&amp;", "'\"", ".", "From here"]
# What people can have typed by the time that it stands in a mail: no controls but the end of a line.
LETTERS = st.characters(exclude_categories=["Cc", "Cs", "Zs", "Zl", "Zp"])
WORDS = st.sampled_from(HOSTILE) | st.text(LETTERS, min_size=1, max_size=200)
TEXT = st.lists(WORDS | st.text(LETTERS, min_size=300, max_size=1200), min_size=1, max_size=4).map("\n".join)
LINKS = st.tuples(WORDS, st.just(f"{SITE}/partnerships/elm/"))
LINES = st.builds(MailLine, text=WORDS, link=st.none() | LINKS)
SECTIONS = st.builds(
    Section, heading=WORDS, lines=st.lists(LINES, max_size=3), level=st.sampled_from([2, 3]), lead=st.just("") | WORDS
)
MESSAGES = st.builds(
    Message,
    subject=WORDS,
    paragraphs=st.lists(TEXT, max_size=2),
    button=st.none() | LINKS,
    code=st.just("") | WORDS,
    sections=st.lists(SECTIONS, max_size=3),
    stop=st.just("") | st.just(f"{SITE}/mail/stop/abc/"),
    settings_url=st.just("") | st.just(f"{SITE}/you/mail/"),
    why=st.just("") | WORDS,
)


class Page(HTMLParser):
    """The words of a page in their order, those of its title aside, and where its links lead."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.words, self.links, self.tags = "", [], set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.words += "\n" if tag == "br" else ""
        self.links += [value for name, value in attrs if name == "href"]

    def handle_data(self, data: str) -> None:
        self.words += data


def said(message: Message) -> Iterator[str]:
    """Its words, in the order in which they are read."""
    yield from message.paragraphs
    for section in message.sections:
        yield from (section.heading, *([section.lead] if section.lead else []))
        for line in section.lines:
            yield from (line.text, *([line.link[0]] if line.link else []))
    yield from (one for one in (message.code, message.button and message.button[0], message.why) if one)


def stand_in_order(words: Iterator[str], text: str) -> bool:
    place = 0
    for one in words:
        place = text.find(one, place) + len(one)
        if place < len(one):
            return False
    return True


def arrived(sink: Sink, message: Message, language: str = "en") -> EmailMessage:
    queued = OutboxMail(to="ana@example.org", language=language, message_id=ID)
    post = Transport()
    with translation.override(language):
        post.send(mail_of(queued, message))
    post.close()
    return sink.letters[-1]


@settings(deadline=None, max_examples=60, suppress_health_check=[*HealthCheck])
@given(message=MESSAGES, language=st.sampled_from(["en", "es"]))
@example(message=Message("Señal " * 30, [".\n..\nFrom here", "é" * 999]), language="es")
def test_it_holds_what_was_put_in(sink: Sink, message: Message, language: str) -> None:
    letter = arrived(sink, message, language)
    page = Page(part(letter, "html"))
    assert stand_in_order(said(message), part(letter, "plain").replace("\r\n", "\n"))
    assert stand_in_order(said(message), page.words)
    assert "script" not in page.tags and {*page.links} == {SITE, *message.links()}
    assert ("Stop the weekly mail" in part(letter, "plain")) == (bool(message.stop) and language == "en")
    assert letter["Subject"].strip() == one_line(message.subject)
    assert (letter["To"], letter["Message-ID"]) == ("ana@example.org", ID)
    assert not any(one.defects for one in letter.walk())


@settings(deadline=None, max_examples=60, suppress_health_check=[*HealthCheck])
@given(message=MESSAGES)
@example(message=Message("a" * 900, ["=3D " * 400]))
def test_each_line_of_it_is_one_that_a_mail_server_takes(sink: Sink, message: Message) -> None:
    arrived(sink, message)
    head, _end, _body = sink.bytes[-1].partition(b"\r\n\r\n")
    lines = sink.bytes[-1].split(b"\r\n")
    assert head.isascii() and max(map(len, lines)) <= LONGEST_LINE
    assert not any(b"\n" in line or b"\r" in line for line in lines)


@settings(deadline=None, max_examples=60, suppress_health_check=[*HealthCheck])
@given(name=WORDS)
@example(name="“Ana”, of <Elm>")
@example(name="Señal " * 30)
def test_the_name_of_the_sender_is_the_one_that_is_set(sink: Sink, settings: object, name: str) -> None:
    name = " ".join(name.split())
    settings.RETURN_EMAIL = settings.DEFAULT_FROM_EMAIL = str(Address(name, addr_spec="program@example.org"))
    assert is_address(settings.DEFAULT_FROM_EMAIL)
    arrived(sink, Message("Hello", []))
    shown, address = parseaddr(message_from_bytes(sink.bytes[-1])["From"])
    assert (str(make_header(decode_header(shown))), address) == (name, "program@example.org")


@pytest.mark.parametrize("broken", [
    {"subject": "Señal\r\nBcc: eve@example.org"},
    {"to": ["ana@example.org\nBcc: eve@example.org"]},
    {"reply_to": ["staff@example.org\r\nBcc: eve@example.org"]},
    {"headers": {"List-Unsubscribe": f"<{SITE}/>\rBcc: eve@example.org"}},
])  # fmt: skip
def test_nothing_breaks_out_of_its_header(broken: dict) -> None:
    """By whatever way it leaves: a provider is given the values, and not the mail."""
    with pytest.raises(ValueError, match="breaks out"):
        refuse_break(EmailMultiAlternatives(**{"to": ["ana@example.org"], **broken}))


@pytest.mark.parametrize("address", [
    "ana@example.org\nBcc: eve@example.org", "ana@example.org, eve@example.org", "Program\r\n <program@example.org>",
])  # fmt: skip
def test_what_is_not_one_address_is_told_from_what_is(address: str) -> None:
    assert not is_address(address)
    assert all(map(is_address, ["ana.ruiz+elm@sub.example.org", "aña@exámple.org", '"a b"@x.org', "Us <us@x.org>"]))


@pytest.mark.parametrize("number", [1, 3])
def test_the_lines_of_a_paragraph_stay_lines(sink: Sink, number: int) -> None:
    letter = arrived(sink, Message("Hello", ["\n".join(["A <line>."] * number)]))
    assert part(letter, "plain").replace("\r\n", "\n").startswith("A <line>.\n" * number)
    assert "<br>".join(["A &lt;line&gt;."] * number) in part(letter, "html")
