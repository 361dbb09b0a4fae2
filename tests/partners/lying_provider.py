"""A small OpenID Connect provider over HTTP that says what a test tells it to: it lies, and it hangs."""

from __future__ import annotations

import json
import threading
import time
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from joserfc import jwk, jwt

CLIENT, SECRET = "topcities", "a-secret:with/signs"


class LyingProvider:
    """`claims` replace those of its token, `metadata` what it says of itself; at paths in `hangs` it says nothing."""

    def __init__(self, issuer: str) -> None:
        self.issuer, self.key = issuer, jwk.RSAKey.generate_key(2048, {"kid": "one"})
        self.signs_with = self.key
        self.claims: dict[str, Any] = {}
        self.metadata: dict[str, Any] = {}
        self.userinfo: dict[str, Any] = {}
        self.hangs: set[str] = set()
        self.asked: dict[str, str] = {}
        self.done = threading.Event()

    def authorize(self, url: str, **answer: str) -> dict[str, str]:
        """What its page would send the browser back with."""
        self.asked = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        return {"code": "the-code", "state": self.asked["state"], **answer}

    def answer(self, path: str, sent: dict[str, str]) -> dict[str, Any]:
        if path in self.hangs:
            self.done.wait(20)
        if path == "/.well-known/openid-configuration":
            return self._metadata()
        if path == "/jwks":
            return {"keys": [self.key.as_dict(private=False)]}
        if path == "/userinfo":
            return self.userinfo
        proved = urlsafe_b64encode(sha256(sent["code_verifier"].encode()).digest()).decode().rstrip("=")
        assert (sent["code"], proved) == ("the-code", self.asked["code_challenge"])
        return {"access_token": "opaque", "token_type": "Bearer", "id_token": self._token()}

    def _metadata(self) -> dict[str, Any]:
        ends = {"authorization_endpoint": "/authorize", "token_endpoint": "/token", "jwks_uri": "/jwks"}
        ends["userinfo_endpoint"] = "/userinfo"
        known = {name: self.issuer + path for name, path in ends.items()}
        algorithms = {"id_token_signing_alg_values_supported": ["RS256", "HS256", "none"]}
        return {"issuer": self.issuer, **known, **algorithms, **self.metadata}

    def _token(self) -> str:
        now = int(time.time())
        says = {
            "iss": self.issuer,
            "sub": "1",
            "aud": CLIENT,
            "iat": now,
            "exp": now + 60,
            "nonce": self.asked["nonce"],
        }
        says = {name: value for name, value in (says | self.claims).items() if value is not None}
        return jwt.encode({"alg": "RS256", "kid": "one"}, says, self.signs_with)


@contextmanager
def running() -> Iterator[LyingProvider]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._say({})

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            self._say({name: values[0] for name, values in parse_qs(body).items()})

        def _say(self, sent: dict[str, str]) -> None:
            said = json.dumps(provider.answer(self.path, sent)).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        def log_message(self, *_of: object) -> None:
            """Nothing: the terminal is the tests'."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider = LyingProvider(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        provider.done.set()
        server.shutdown()
        server.server_close()
