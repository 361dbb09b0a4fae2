"""Who makes the signature of a seal: a key in a file, in a token, or at a signing service. pyHanko's own signers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.util import find_spec
from typing import Any

from asn1crypto import x509 as asn1_x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.sign import signers
from pyhanko.sign.general import SigningError
from pyhanko_certvalidator.registry import SimpleCertificateStore

from agreements.seal.certificates import Identity
from agreements.seal.keys import ServiceKey, TokenKey, require_https

SECONDS = 30  # for each question to a signing service
LOCK = "requirements-pkcs11.txt"


class FileSigner(signers.SimpleSigner):
    """A signer with its key parsed once: pyHanko's own reads and checks the key anew for every signature."""

    def __init__(self, identity: Identity) -> None:
        chain = SimpleCertificateStore()
        chain.register_multiple(_chain(identity))
        super().__init__(signing_cert=_asn1(identity.certificate), signing_key=None, cert_registry=chain)
        self._key = identity.key

    def sign_raw(self, data: bytes, digest_algorithm: str) -> bytes:
        if digest_algorithm != "sha256":
            raise SigningError(f"the seal uses SHA-256, not {digest_algorithm}")
        if isinstance(self._key, rsa.RSAPrivateKey):
            return self._key.sign(data, padding.PKCS1v15(), hashes.SHA256())
        if isinstance(self._key, ec.EllipticCurvePrivateKey):
            return self._key.sign(data, ec.ECDSA(hashes.SHA256()))
        raise SigningError("the sealing key must be RSA or ECDSA")


@asynccontextmanager
async def signer_of(identity: Identity) -> AsyncIterator[signers.Signer]:
    """The signer of this identity, for as long as its token or service is open. Raises what these raise."""
    match identity.key:
        case TokenKey() as key:
            async with _of_token(identity, key) as signer:
                yield signer
        case ServiceKey() as key:
            async with _of_service(key) as signer:
                yield signer
        case _:
            yield FileSigner(identity)


def reach(identity: Identity) -> None:
    """Open the token or the service and find the key, without a signature. Raises what these raise."""
    asyncio.run(_reach(identity))


async def _reach(identity: Identity) -> None:
    async with signer_of(identity) as signer:
        certificate = signer.signing_cert  # a token is asked for its key by this
        if certificate is None or certificate.dump() != identity.certificate.public_bytes(Encoding.DER):
            raise SigningError("SEAL_CERTIFICATE is not the certificate of this key")


@asynccontextmanager
async def _of_token(identity: Identity, key: TokenKey) -> AsyncIterator[signers.Signer]:
    if not find_spec("pkcs11"):
        raise SigningError(f"what speaks to tokens is not installed: pip install --require-hashes -r {LOCK}")
    from pyhanko.config.pkcs11 import TokenCriteria  # only who has a token pays for these imports
    from pyhanko.sign.pkcs11 import PKCS11Signer, open_pkcs11_session

    with open_pkcs11_session(key.module, token_criteria=TokenCriteria(label=key.token), user_pin=key.pin) as session:
        yield PKCS11Signer(
            session,
            signing_cert=_asn1(identity.certificate),
            ca_chain=_chain(identity),
            key_label=key.label,
            use_raw_mechanism=isinstance(identity.certificate.public_key(), ec.EllipticCurvePublicKey),
        )


@asynccontextmanager
async def _of_service(key: ServiceKey) -> AsyncIterator[signers.Signer]:
    """A signer at a service that speaks the Cloud Signature Consortium's API, version 1.0.4.

    The certificates are the service's own: a seal must hold what the signature was made with.
    """
    import aiohttp  # only who has a service pays for these imports
    from pyhanko.sign.signers import csc_signer as csc

    class Authorizations(csc.CSCAuthorizationManager):
        """Each signature is allowed for its own hash alone, by the PIN where the service asks for one."""

        async def authorize_signature(self, hash_b64s: list[str]) -> csc.CSCAuthorizationInfo:
            body = self.format_csc_auth_request(hash_b64s=hash_b64s, pin=key.pin or None)
            address = self.csc_session_info.endpoint_url("credentials/authorize")
            return self.parse_csc_auth_response(await post(address, self.auth_headers, body))

    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=SECONDS), raise_for_status=True) as session:

        async def post(address: str, headers: dict[str, str], body: dict[str, Any]) -> dict[str, Any]:
            async with session.post(address, headers=headers, json=body, allow_redirects=False) as response:
                answer: dict[str, Any] = await response.json()
                return answer

        about = csc.CSCServiceSessionInfo(key.address, key.credential)
        told = await post(about.endpoint_url("info"), {}, {})
        where = require_https(str(told.get("oauth2") or key.address).rstrip("/"))
        asked = {"grant_type": "client_credentials", "client_id": key.client, "client_secret": key.secret}
        async with session.post(f"{where}/oauth2/token", data=asked, allow_redirects=False) as response:
            given = await response.json()
        about = csc.CSCServiceSessionInfo(key.address, key.credential, oauth_token=given["access_token"])
        credential = await csc.fetch_certs_in_csc_credential(session, about, timeout=SECONDS)
        yield csc.CSCSigner(session, Authorizations(about, credential), sign_timeout=SECONDS)


def _asn1(certificate: Any) -> asn1_x509.Certificate:
    return asn1_x509.Certificate.load(certificate.public_bytes(Encoding.DER))


def _chain(identity: Identity) -> list[asn1_x509.Certificate]:
    return [_asn1(each) for each in identity.chain]
