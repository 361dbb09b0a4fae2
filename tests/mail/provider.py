"""A mail provider's API of the test's own, on this machine: answers as it is told to, and keeps what it was asked."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from topcities.mail_provider import provider_settings

KEY = "a-server-token"
SECRET = "reports:a-long-word"
Answer = tuple[int, dict[str, object]]


def taken(mail: dict, name: str) -> Answer:
    return 200, {"ErrorCode": 0, "Message": "OK", "MessageID": name, "To": mail["To"]}


class Provider:
    """Speaks as Postmark does. `answer` gives (status, JSON) for a mail that it was asked to send."""

    def __init__(self) -> None:
        self.asked: list[dict] = []
        self.keys: list[str] = []
        self.answer: Callable[[dict], Answer] = lambda mail: taken(mail, f"provider-{len(self.asked)}")
        self.port = 0

    def recipients(self) -> list[str]:
        return [mail["To"] for mail in self.asked]


def through(port: int, settings: object) -> None:
    """As EMAIL_URL=anymail+postmark://?server_token=...&api_url=... does."""
    settings.EMAIL_URL = f"anymail+postmark://?server_token={KEY}&api_url=http://127.0.0.1:{port}"
    for name, value in provider_settings(settings.EMAIL_URL, secret=SECRET, timeout=2).items():
        setattr(settings, name, value)


@contextmanager
def answering() -> Iterator[Provider]:
    provider = Provider()

    class Asked(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            mail = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            provider.asked.append(mail)
            provider.keys.append(self.headers["X-Postmark-Server-Token"])
            status, said = provider.answer(mail)
            self.send_response(status)
            self.end_headers()
            self.wfile.write(json.dumps(said).encode())

        def log_message(self, *_about: object) -> None:
            """It says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Asked)
    provider.port = server.server_port
    Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
