"""A mail written out, as RFC 5322 and RFC 2046 want it: its headers, its text, and its HTML.

All of our mails are built alike, and Python's own builder takes ten times as long for one, which looks for what they
never hold. A test reads each kind of letter with that package, and finds what was written.
"""

from __future__ import annotations

import re
import secrets
from binascii import b2a_qp
from email.header import Header
from email.utils import formatdate
from functools import lru_cache

from django.core.mail import BadHeaderError, EmailMultiAlternatives
from django.core.mail.message import sanitize_address

LONGEST_LINE = 998  # bytes: RFC 5322, 2.1.1
LONGEST_VALUE = 900  # with the name of its header it stays below
# What needs no library to see that it is one address; all others are read by Django.
PLAIN_ADDRESS = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]{0,62}@[A-Za-z0-9][A-Za-z0-9.-]{0,250}", re.ASCII)


def address_of(address: str) -> str:
    """As it is told to a mail server, and stands in a header. Raises ValueError where it is no single address."""
    return address if PLAIN_ADDRESS.fullmatch(address) else _read_address(address)


@lru_cache(maxsize=1000)
def _read_address(address: str) -> str:
    if "\n" in address or "\r" in address:
        raise BadHeaderError("an address breaks out of its header")
    return sanitize_address(address, "utf-8").replace("\n", "")  # a long name: its lines begin with a space


def written(mail: EmailMultiAlternatives) -> bytes:
    """The bytes that a mail server is given. Raises ValueError for what would break out of a header.

    `mail` has one alternative, which is HTML.
    """
    # One that nobody can guess need not be looked for in the text.
    boundary = f"=_{secrets.token_hex(16)}"
    headers = {
        "Content-Type": f'multipart/alternative; boundary="{boundary}"',
        "MIME-Version": "1.0",
        "Subject": mail.subject,
        "From": address_of(mail.from_email),
        "To": ", ".join(address_of(one) for one in mail.to),
        "Reply-To": ", ".join(address_of(one) for one in mail.reply_to),
        "Date": formatdate(),
        **mail.extra_headers,
    }
    head = "".join(f"{name}: {_value(value)}\r\n" for name, value in headers.items() if value).encode("ascii")
    text, page = _part("plain", str(mail.body)), _part("html", str(mail.alternatives[0][0]))
    between = f"\r\n--{boundary}".encode("ascii")
    return b"".join([head, between, b"\r\n", text, between, b"\r\n", page, between, b"--\r\n"])


def _value(value: str) -> str:
    """In the letters that a header may hold, which are those of ASCII."""
    if "\n" in value or "\r" in value:
        raise BadHeaderError("a value breaks out of its header")
    return value if value.isascii() and len(value) < LONGEST_VALUE else _encoded(value)


@lru_cache(maxsize=1000)
def _encoded(value: str) -> str:
    return Header(value, "utf-8", 70).encode(linesep="\r\n")


def _part(kind: str, content: str) -> bytes:
    body = content.replace("\r\n", "\n").replace("\r", "\n").encode()
    encoding = "8bit"
    if max(len(line) for line in body.split(b"\n")) > LONGEST_LINE:
        body, encoding = b2a_qp(body), "quoted-printable"
    head = f'Content-Type: text/{kind}; charset="utf-8"\nContent-Transfer-Encoding: {encoding}\n\n'
    return (head.encode("ascii") + body).replace(b"\n", b"\r\n")
