"""A letter that is written here says to Python's own reader of mail just what was put into it."""

from __future__ import annotations

from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import parseaddr

import pytest
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.locmem import EmailBackend
from django.core.mail.message import sanitize_address
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mail.mime import LONGEST_LINE, address_of, written

# What people can have typed by the time that it stands in a mail: no controls but the end of a line.
LETTERS = st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"])
WORDS = st.text(LETTERS, max_size=200)
TEXT = st.lists(st.text(LETTERS, max_size=1200), max_size=6).map("\n".join)
ID = "<0123456789abcdef@example.org>"


def mail(**changed: object) -> EmailMultiAlternatives:
    page = str(changed.pop("page", "<p>Hello</p>\n"))
    fields = {"subject": "Week 3", "body": "Hello\n", "from_email": "Program <program@example.org>"}
    fields |= {"to": ["ana@example.org"], "reply_to": ["staff@example.org"], "headers": {"Message-ID": ID}} | changed
    found = EmailMultiAlternatives(**fields)
    found.attach_alternative(page, "text/html")
    return found


def read(letter: bytes) -> EmailMessage:
    return message_from_bytes(letter, EmailMessage, policy=policy.default)


def parts_of(letter: EmailMessage) -> list[str]:
    return [letter.get_body((kind,)).get_content().replace("\r\n", "\n").rstrip("\n") for kind in ("plain", "html")]


@settings(deadline=None)
@given(subject=WORDS, name=WORDS, text=TEXT, page=TEXT)
@example(subject="Señal " * 30, name="“Ana”, of <Elm>", text=".\n..\nFrom here", page="=3D " * 400)
@example(subject="a" * 2000, name="", text="", page="é" * 998)
def test_it_holds_what_was_put_in(subject: str, name: str, text: str, page: str) -> None:
    subject, name = " ".join(subject.split()), " ".join(name.split())
    sender = str(Address(name, addr_spec="program@example.org"))
    letter = written(mail(subject=subject, from_email=sender, body=text, page=page))
    found = read(letter)
    assert parts_of(found) == [text.rstrip("\n"), page.rstrip("\n")]
    assert (found["Subject"] or "") == subject
    shown, address = parseaddr(message_from_bytes(letter)["From"])
    assert (str(make_header(decode_header(shown))), address) == (name, "program@example.org")
    assert (found["To"], found["Reply-To"], found["Message-ID"]) == ("ana@example.org", "staff@example.org", ID)
    assert not any(part.defects for part in found.walk())
    head, _end, _body = letter.partition(b"\r\n\r\n")
    assert head.isascii()
    lines = letter.split(b"\r\n")
    assert max(map(len, lines)) <= LONGEST_LINE
    assert not any(b"\n" in line or b"\r" in line for line in lines), "each line ends as a mail server wants it"


def test_it_says_what_django_would_have_written() -> None:
    one = mail(subject="Señal", headers={"Message-ID": ID, "List-Unsubscribe": "<https://example.org/stop/>"})
    ours, theirs = read(written(one)), read(one.message().as_bytes())
    assert parts_of(ours) == parts_of(theirs)
    without = {"Content-Type", "Date"}
    assert {name: ours[name] for name in ours if name not in without} == {
        name: theirs[name] for name in theirs if name not in without
    }
    assert ours["Date"].datetime is not None
    assert EmailBackend().send_messages([one]) == 1, "and it is a mail of Django's, too, for other ways to send"


@pytest.mark.parametrize("broken", [
    {"subject": "Hello\nBcc: eve@example.org"},
    {"subject": "Señal\r\nBcc: eve@example.org"},
    {"to": ["ana@example.org\nBcc: eve@example.org"]},
    {"to": ["ana@example.org, eve@example.org"]},
    {"from_email": "Program\r\n <program@example.org>"},
    {"reply_to": ["staff@example.org\r\nBcc: eve@example.org"]},
    {"headers": {"List-Unsubscribe": "<https://example.org/>\r\nBcc: eve@example.org"}},
])  # fmt: skip
def test_nothing_breaks_out_of_its_header(broken: dict) -> None:
    with pytest.raises(ValueError, match=r"break|Invalid|newline|header"):
        written(mail(**broken))


@pytest.mark.parametrize(
    "address", ["ana@example.org", "ana.ruiz+elm@sub.example.org", "aña@exámple.org", '"a b"@x.org']
)
def test_an_address_is_written_as_django_writes_it(address: str) -> None:

    assert address_of(address) == sanitize_address(address, "utf-8")
