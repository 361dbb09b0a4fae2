"""Authorities of the tests' own: one of timestamps (RFC 3161), pyHanko's stand-in, and one that signs certificates."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from asn1crypto import keys, tsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.sign.timestamps import DummyTimeStamper


@cache
def _stamper() -> DummyTimeStamper:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Test time authority")])
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    builder = builder.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=9))
    usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
    certificate = builder.add_extension(usage, critical=True).sign(key, hashes.SHA256())
    der, pkcs8, plain = serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    return DummyTimeStamper(
        asn1_x509.Certificate.load(certificate.public_bytes(der)),
        keys.PrivateKeyInfo.load(key.private_bytes(der, pkcs8, plain)),
        include_nonce=True,
    )


def answer(request: bytes) -> bytes:
    """The DER answer to a DER request."""
    asked = tsp.TimeStampReq.load(request)
    working = _stamper().async_request_tsa_response(asked)
    try:
        working.send(None)  # it awaits nothing, and the loop that asks is busy with asking
    except StopIteration as done:
        return done.value.dump()
    raise AssertionError("the stand-in waited for something")


def authority_file(path: Path, *, start: datetime, end: datetime, password: str = "", key: Any = None) -> Path:
    """A PKCS#12 file with a key, RSA unless given, and a certificate that a test authority signed, with its chain."""
    root_key, own_key = (rsa.generate_private_key(public_exponent=65537, key_size=2048) for _ in range(2))
    key = key or own_key
    root_name, name = (
        x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, who)]) for who in ("Test root", "City of San Alma")
    )

    def certificate(subject: x509.Name, public: object, *, ca: bool) -> x509.Certificate:
        builder = x509.CertificateBuilder(root_name, subject, public, x509.random_serial_number())
        builder = builder.not_valid_before(start).not_valid_after(end)
        usage = x509.KeyUsage(not ca, not ca, False, False, False, ca, ca, False, False)
        builder = builder.add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        return builder.add_extension(usage, critical=True).sign(root_key, hashes.SHA256())

    root, own = certificate(root_name, root_key.public_key(), ca=True), certificate(name, key.public_key(), ca=False)
    secret = serialization.BestAvailableEncryption(password.encode()) if password else serialization.NoEncryption()
    path.write_bytes(pkcs12.serialize_key_and_certificates(b"x", key, own, [root], secret))
    return path
