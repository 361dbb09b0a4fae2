"""A signing service of the tests' own: the part of the Cloud Signature Consortium's API (1.0.4) that a seal needs."""

from __future__ import annotations

import json
import threading
from base64 import b64decode, b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.serialization import Encoding

RSA_SHA256 = "1.2.840.113549.1.1.11"
CLIENT, SECRET, PIN, CREDENTIAL = "topcities", "a secret: of the client", "1234", "city-seal"


@dataclass
class Service:
    """What it was asked, as (path, body). `broken` answers every question with 503."""

    key: rsa.RSAPrivateKey
    certificates: list[x509.Certificate]
    asked: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    broken: bool = False
    address: str = ""

    def answer(self, path: str, body: dict[str, Any], token: str) -> dict[str, Any] | None:
        """Its answer; None where the question may not be asked so."""
        self.asked.append((path, body))
        if path == "/csc/v1/info":
            return {"oauth2": self.address}
        if path == "/oauth2/token":
            return (
                {"access_token": "let me"} if (body["client_id"], body["client_secret"]) == (CLIENT, SECRET) else None
            )
        if token != "Bearer let me" or body["credentialID"] != CREDENTIAL:
            return None
        if path == "/csc/v1/credentials/info":
            shown = [b64encode(each.public_bytes(Encoding.DER)).decode() for each in self.certificates]
            algorithms = {"algo": [RSA_SHA256]}
            return {"cert": {"certificates": shown}, "key": algorithms, "multisign": 1, "SCAL": "2"}
        if path == "/csc/v1/credentials/authorize":
            return {"SAD": f"for {body['hash']}"} if body["PIN"] == PIN else None
        return self._signed(body) if path == "/csc/v1/signatures/signHash" else None

    def _signed(self, body: dict[str, Any]) -> dict[str, Any] | None:
        """Only the hash that was allowed is signed."""
        if body["SAD"] != f"for {body['hash']}" or body["signAlgo"] != RSA_SHA256:
            return None
        digest = Prehashed(hashes.SHA256())
        made = [self.key.sign(b64decode(each), padding.PKCS1v15(), digest) for each in body["hash"]]
        return {"signatures": [b64encode(each).decode() for each in made]}


@contextmanager
def answering(key: rsa.RSAPrivateKey, *certificates: x509.Certificate) -> Iterator[Service]:
    service = Service(key, list(certificates))

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            data = self.rfile.read(int(self.headers["Content-Length"]))
            is_form = "form" in self.headers["Content-Type"]
            body = dict(parse_qsl(data.decode())) if is_form else json.loads(data)
            answer = None if service.broken else service.answer(self.path, body, self.headers.get("Authorization", ""))
            told = json.dumps(answer or {}).encode()
            self.send_response(200 if answer is not None else 401)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(told)))
            self.end_headers()
            self.wfile.write(told)

        def log_message(self, *_args: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    service.address = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield service
    finally:
        server.shutdown()
