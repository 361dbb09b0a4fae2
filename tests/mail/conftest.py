"""What the tests of mail share."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.mail.sink import HOST, Sink, listening, send_through


@pytest.fixture
def sink(settings: object, tmp_path: Path) -> Iterator[Sink]:
    """A mail server, and the product set to send through it."""
    settings.MAIL_DIR = tmp_path / "mail"
    with listening() as server:
        send_through(server.port, settings)
        yield server


@pytest.fixture
def nowhere() -> Iterator[int]:
    """A port where nobody listens, and nobody will: it is ours."""
    with socket.socket() as held:
        held.bind((HOST, 0))
        yield held.getsockname()[1]
