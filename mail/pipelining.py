"""A mail is announced while the one before it is noted: the answers are there when it is sent.

After RFC 2920, with mail servers that say they can. Who stops before the text has sent nothing: a server drops a mail
whose end it has not seen (RFC 5321, 4.1.1.4).
"""

from __future__ import annotations

import smtplib
from contextlib import suppress
from functools import lru_cache

from mail.mime import PLAIN_ADDRESS

FINE, WELCOME, GO_ON, HANGS_UP = 250, (250, 251), 354, 421
Answer = tuple[int, bytes]


def can_be_told_ahead(server: smtplib.SMTP) -> bool:
    return server.has_extn("pipelining")


def announce(server: smtplib.SMTP, *, sender: str, receiver: str, size: int) -> None:
    """Say whom a mail is from and for, and that its text comes, in one go; and wait for no answer."""
    limit = f" size={size}" if server.has_extn("size") else ""
    server.send(f"MAIL FROM:{_path(sender)}{limit}\r\nRCPT TO:{_path(receiver)}\r\nDATA\r\n")


def _path(address: str) -> str:
    return f"<{address}>" if PLAIN_ADDRESS.fullmatch(address) else _read_path(address)


@lru_cache(maxsize=1000)
def _read_path(address: str) -> str:
    path = smtplib.quoteaddr(address)
    if len(path.splitlines()) > 1:
        raise ValueError("an address breaks out of its command")
    return path


def send_announced(server: smtplib.SMTP, *, sender: str, receiver: str, letter: bytes) -> None:
    """Send the text of the mail that was announced. Raises what `smtplib.SMTP.sendmail` raises.

    `letter` has lines that end with CRLF, as the last one does.
    """
    to_sender, to_receiver, to_text = _answers(server)
    if to_sender[0] != FINE:
        _take_back(server, to_text)
        raise smtplib.SMTPSenderRefused(*to_sender, sender)
    if to_receiver[0] not in WELCOME:
        _take_back(server, to_text)
        raise smtplib.SMTPRecipientsRefused({receiver: to_receiver})
    if to_text[0] == GO_ON:
        server.send((b"\r\n" + letter).replace(b"\r\n.", b"\r\n..")[2:] + b".\r\n")
        to_text = server.getreply()
    if to_text[0] != FINE:
        _take_back(server, to_text)
        raise smtplib.SMTPDataError(*to_text)


def _answers(server: smtplib.SMTP) -> list[Answer]:
    """To the three commands. Who says 421 hangs up: that is the answer to all that follows."""
    found: list[Answer] = []
    while len(found) < 3:
        hung_up = found and found[-1][0] == HANGS_UP
        found.append(found[-1] if hung_up else server.getreply())
    return found


def _take_back(server: smtplib.SMTP, to_text: Answer) -> None:
    """As before the announcement. A server that waits for the text of a mail it refused is left: it gets none."""
    with suppress(smtplib.SMTPServerDisconnected):
        server.close() if to_text[0] in (GO_ON, HANGS_UP) else server.rset()
