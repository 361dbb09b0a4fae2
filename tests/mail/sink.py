"""A mail server of the test's own: takes mail over SMTP, answers as it is told to, and keeps what it took."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

HOST = "127.0.0.1"
TAKEN, WELCOME = "250 OK", "250 fine"


class Sink:
    """`at_mail`, `at_rcpt` and `at_data` answer, by address and by letter; what is answered with 250 is taken."""

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []
        self.bytes: list[bytes] = []
        self.recipients: list[str] = []
        self.connections = 0
        self.at_mail: Callable[[str], str] = lambda _address: WELCOME
        self.at_rcpt: Callable[[str], str] = lambda _address: WELCOME
        self.at_data: Callable[[EmailMessage], str] = lambda _letter: TAKEN
        self.port = 0

    async def handle_EHLO(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.mail_from = address
        return self.at_mail(address)

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = self.at_rcpt(address)
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        letter = message_from_bytes(envelope.content, policy=policy.default)
        answer = self.at_data(letter)
        if answer.startswith("250"):
            self.letters.append(letter)
            self.bytes.append(envelope.original_content or b"")
            self.recipients += envelope.rcpt_tos
        return answer

    def subjects(self) -> list[str]:
        return [str(letter["Subject"]) for letter in self.letters]


def part(letter: EmailMessage, kind: str) -> str:
    """The "plain" or the "html" text of a letter."""
    body = letter.get_body((kind,))
    assert body is not None
    return body.get_content()


class OnAnyPort(Controller):
    """The system chooses a free port, so that tests beside each other never want the same one."""

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


def send_through(port: int, settings: object) -> None:
    """As EMAIL_URL=smtp://127.0.0.1:PORT does."""
    settings.EMAIL_URL = f"smtp://{HOST}:{port}"
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_USE_TLS, settings.EMAIL_USE_SSL = HOST, port, False, False
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""


@contextmanager
def listening() -> Iterator[Sink]:
    sink = Sink()
    controller = OnAnyPort(sink, hostname=HOST, port=0)
    controller.start()
    sink.port = controller.port
    try:
        yield sink
    finally:
        controller.stop()
