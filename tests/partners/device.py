"""A device that holds passkeys, in software: it answers as a browser's authenticator does, or as a forger would."""

from __future__ import annotations

import json
import os
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from fido2.cose import ES256
from fido2.utils import sha256, websafe_decode, websafe_encode
from fido2.webauthn import (
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorData,
    CollectedClientData,
)

FLAG = AuthenticatorData.FLAG
ORIGIN, HOST = "http://localhost", "localhost"


class Device:
    """One passkey. `count`: how often it was used; zero for one that does not count."""

    def __init__(self, *, count: int = 0) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.credential, self.count, self.person = os.urandom(16), count, b""

    def make(self, options: dict[str, Any], *, origin: str = ORIGIN, host: str = HOST, unlocked: bool = True) -> str:
        asked = options["publicKey"]
        self.person = websafe_decode(asked["user"]["id"])
        public = ES256.from_cryptography_key(self.key.public_key())
        made = AttestedCredentialData.create(b"\0" * 16, self.credential, public)
        data = AuthenticatorData.create(sha256(host.encode()), _flags(unlocked) | FLAG.AT, self.count, made)
        said = _said(CollectedClientData.TYPE.CREATE, asked, origin)
        return self._answer(clientDataJSON=said, attestationObject=AttestationObject.create("none", data, {}))

    def use(self, options: dict[str, Any], *, origin: str = ORIGIN, host: str = HOST, unlocked: bool = True) -> str:
        self.count += bool(self.count)
        data = AuthenticatorData.create(sha256(host.encode()), _flags(unlocked), self.count)
        said = _said(CollectedClientData.TYPE.GET, options["publicKey"], origin)
        signature = self.key.sign(data + said.hash, ec.ECDSA(SHA256()))
        return self._answer(clientDataJSON=said, authenticatorData=data, signature=signature, userHandle=self.person)

    def _answer(self, **response: bytes) -> str:
        name, parts = websafe_encode(self.credential), {part: websafe_encode(value) for part, value in response.items()}
        return json.dumps({"id": name, "rawId": name, "type": "public-key", "response": parts})


def _flags(unlocked: bool) -> FLAG:
    return FLAG.UP | FLAG.UV if unlocked else FLAG.UP


def _said(kind: str, asked: dict[str, Any], origin: str) -> CollectedClientData:
    return CollectedClientData.create(kind, websafe_decode(asked["challenge"]), origin)
