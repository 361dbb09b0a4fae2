"""The way to the mail server: one connection a sweep, and what an answer of the server means for a mail."""

from __future__ import annotations

import logging
import smtplib
from contextlib import suppress
from enum import Enum, auto

from django.conf import settings
from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.smtp import EmailBackend as SMTPBackend

from mail import pipelining, provider_errors
from mail.content import Mail
from mail.mime import address_of

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
        self._announced: Mail | None = None

    def send(self, mail: Mail) -> None:
        """Raises Closed when there is no connection to be had, else what the mail server's answer raises."""
        connection = self._connection(is_demo=_is_demo(mail.to[0]))
        server = _server_of(connection)
        if server is None:
            connection.send_messages([mail])
        elif pipelining.can_be_told_ahead(server):
            if self._announced is not mail:
                self._announce(server, mail)
            self._announced = None
            try:
                pipelining.send_announced(server, sender=mail.sender, receiver=mail.receiver, letter=mail.written)
            finally:
                if server.sock is None:
                    self.close()
        else:
            server.sendmail(mail.sender, [mail.receiver], mail.written)

    def announce(self, mail: Mail) -> None:
        """This one is sent next. What goes wrong here is found, and belongs to it, when it is sent."""
        connection = self.open.get(_is_demo(mail.to[0]))
        server = _server_of(connection) if connection else None
        if server is not None and pipelining.can_be_told_ahead(server):
            with suppress(Exception):
                self._announce(server, mail)

    def _announce(self, server: smtplib.SMTP, mail: Mail) -> None:
        pipelining.announce(server, sender=mail.sender, receiver=mail.receiver, size=len(mail.written))
        self._announced = mail

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
        self.open, self._announced = {}, None


def _server_of(connection: BaseEmailBackend) -> smtplib.SMTP | None:
    """The open conversation with a mail server; None where mail goes another way."""
    return connection.connection if isinstance(connection, SMTPBackend) else None


def outcome_of(post: Transport, mail: Mail) -> tuple[Delivery, str]:
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
        address_of(address)
    except ValueError:
        return False
    return True


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
    if isinstance(error, smtplib.SMTPDataError):
        return Delivery.NEVER if error.smtp_code >= 500 else Delivery.LATER
    # The address cannot be written in this server's alphabet.
    return Delivery.NEVER if isinstance(error, smtplib.SMTPNotSupportedError) else Delivery.LATER


def _is_refusal(error: Exception) -> bool:
    """The connection is as good as before. 421 is how a server says that it hangs up."""
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return True
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code != 421 for code, _words in error.recipients.values())
    return isinstance(error, smtplib.SMTPResponseException) and error.smtp_code != 421


def _is_demo(address: str) -> bool:
    """Made-up people have no mailbox: what they are told stays on this machine."""
    return bool(settings.EMAIL_URL) and address.lower().endswith(f"@{settings.DEMO_DOMAIN}")


def _in_files() -> BaseEmailBackend:
    return get_connection(IN_FILES, file_path=str(settings.MAIL_DIR))
