"""A bucket that speaks S3, as far as keeping files takes. The client that speaks to it is the real one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread


class Bucket(BaseHTTPRequestHandler):
    """As much of S3 as keeping files takes: put, look, get, remove."""

    kept: dict[str, bytes]
    signed: list[str]
    refuses: int

    def do_PUT(self) -> None:
        self.signed.append(self.headers["Authorization"])
        self.kept[self.path] = self.rfile.read(int(self.headers["Content-Length"]))
        self.answer(200)

    def do_HEAD(self) -> None:
        if self.path == "/evidence-bucket":
            self.answer(self.refuses or 200)
            return
        self.answer(200 if self.path in self.kept else 404, self.kept.get(self.path, b""))

    def do_GET(self) -> None:
        self.answer(200 if self.path in self.kept else 404, self.kept.get(self.path, b""))

    def do_DELETE(self) -> None:
        self.kept.pop(self.path, None)
        self.answer(204)

    def answer(self, status: int, body: bytes = b"") -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("ETag", '"tag"')
        self.send_header("Last-Modified", "Tue, 02 Mar 2027 18:30:00 GMT")
        self.end_headers()
        self.wfile.write(body if self.command == "GET" else b"")

    def log_message(self, *_about: object) -> None:
        """Quiet."""


@contextmanager
def running() -> Iterator[ThreadingHTTPServer]:
    """An empty one, on a port of its own."""
    Bucket.kept, Bucket.signed, Bucket.refuses = {}, [], 0
    server = ThreadingHTTPServer(("127.0.0.1", 0), Bucket)
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    yield server
    close(server)


def close(server: ThreadingHTTPServer) -> None:
    """From now on it does not answer."""
    server.shutdown()
    server.server_close()


def address_of(server: ThreadingHTTPServer) -> str:
    """FILES_URL."""
    return f"s3+http://a-key:a%2Fsecret@127.0.0.1:{server.server_port}/evidence-bucket?region=us-west-2"
