"""The way to the mail server: one connection a sweep, and what an answer of the server means for a mail."""

from __future__ import annotations

import logging
import smtplib
from enum import Enum, auto

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.message import sanitize_address

from mail import provider_errors

log = logging.getLogger(__name__)

IN_FILES = "django.core.mail.backends.filebased.EmailBackend"


class Delivery(Enum):
    """What came of one mail."""

    SENT = auto()
    NOT_DUE = auto()
    LATER = auto()
    NEVER = auto()
    CLOSED = auto()
    # It was sent, and by another worker too: that one has it, and those that were claimed with it.
    TAKEN_OVER = auto()


class Closed(Exception):
    """The mail server cannot be reached, or does not let us in."""


class Transport:
    """Connections that are opened when first needed and used again until closed."""

    def __init__(self) -> None:
        self.open: dict[bool, BaseEmailBackend] = {}

    def send(self, mail: EmailMessage) -> None:
        """Raises Closed when there is no connection to be had, else what the mail server's answer raises."""
        self._connection(is_demo=_is_demo(mail.to[0])).send_messages([mail])

    def _connection(self, *, is_demo: bool) -> BaseEmailBackend:
        if is_demo not in self.open:
            try:
                connection = _in_files() if is_demo else get_connection()
                connection.open()
            except Exception as error:
                log.warning("mail cannot be sent now, and waits: %s", type(error).__name__)
                raise Closed(f"{type(error).__name__}: {error}") from error
            self.open[is_demo] = connection
        return self.open[is_demo]

    def close(self) -> None:
        """Say good-bye where the server still listens."""
        for connection in self.open.values():
            try:
                connection.close()
            except Exception as error:
                log.info("the connection for mail was lost at its end: %s", type(error).__name__)
        self.open = {}


def outcome_of(post: Transport, mail: EmailMessage) -> tuple[Delivery, str]:
    """Send one mail: what came of it, and the problem in the mail server's words."""
    try:
        post.send(mail)
    except Closed as error:
        return Delivery.CLOSED, str(error)
    except Exception as error:
        if not _is_refusal(error):
            post.close()
        return meaning_of(error), f"{type(error).__name__}: {error}"
    return Delivery.SENT, ""


def is_address(address: str) -> bool:
    """Whether it can be written into a mail as one address, and nothing besides."""
    try:
        sanitize_address(address, "utf-8")
    except ValueError:
        return False
    return "\n" not in address and "\r" not in address


def meaning_of(error: Exception) -> Delivery:
    """A server that says "never" (5xx) to this address or this mail ends it; all else is tried again.

    What it says to our own address or name (a sender refused) is a matter of configuration, which somebody can mend.
    """
    if provider_errors.is_closed(error):
        return Delivery.CLOSED
    if provider_errors.refuses_address(error):
        return Delivery.NEVER
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        codes = [code for code, _words in error.recipients.values()]
        return Delivery.NEVER if all(code >= 500 for code in codes) else Delivery.LATER
    never = isinstance(error, smtplib.SMTPDataError) and error.smtp_code >= 500
    return Delivery.NEVER if never else Delivery.LATER


def _is_refusal(error: Exception) -> bool:
    """The connection is as good as before. 421 is how a server says that it hangs up.

    One that refused a text may wait for the end of that mail: it is left.
    """
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code != 421 for code, _words in error.recipients.values())
    return isinstance(error, smtplib.SMTPSenderRefused) and error.smtp_code != 421


def _is_demo(address: str) -> bool:
    """Made-up people have no mailbox: what they are told stays on this machine."""
    return bool(settings.EMAIL_URL) and address.lower().endswith(f"@{settings.DEMO_DOMAIN}")


def _in_files() -> BaseEmailBackend:
    return get_connection(IN_FILES, file_path=str(settings.MAIL_DIR))
