"""The certificates that seal: of a file, a token or a service, or made here at first use; a demonstration has its own.

A certificate made here proves that a file is unchanged since this site sealed it. It proves to nobody else who runs
the site: for that a certificate authority must vouch. Its PKCS#12 file goes into SEAL_PKCS12; a key in hardware or at
a service (keys.py) into SEAL_PKCS11 or SEAL_CSC, with its certificate in SEAL_CERTIFICATE.
"""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID
from django.conf import settings
from django.utils.translation import gettext as _

from agreements.seal.keys import ServiceKey, TokenKey, service_key, token_key

YEARS = 30
SOON = timedelta(days=45)


class CertificateProblem(Exception):
    """The certificate cannot be read or used; the message says why, in plain words."""


@dataclass(frozen=True)
class Identity:
    """A key, or where it is, with its certificate. `fingerprint` is the SHA-256 of the certificate, 64 hex."""

    key: PrivateKeyTypes | TokenKey | ServiceKey
    certificate: x509.Certificate
    chain: tuple[x509.Certificate, ...] = field(default=())

    @property
    def fingerprint(self) -> str:
        return self.certificate.fingerprint(hashes.SHA256()).hex()

    @property
    def subject(self) -> str:
        """Whose it is, as people say it."""
        return _short(self.certificate.subject)

    @property
    def issuer(self) -> str:
        return _short(self.certificate.issuer)

    @property
    def is_self_made(self) -> bool:
        return self.certificate.issuer == self.certificate.subject


def _short(name: x509.Name) -> str:
    """The common name, else the organization, else all of it."""
    for oid in (NameOID.COMMON_NAME, NameOID.ORGANIZATION_NAME):
        if found := name.get_attributes_for_oid(oid):
            return str(found[0].value)
    return name.rfc4514_string()


def identity(*, demo: bool) -> Identity:
    """What seals now. A local certificate is made when first needed. Raises CertificateProblem."""
    if settings.SEAL_PKCS12 and not demo:
        return _read(Path(settings.SEAL_PKCS12), settings.SEAL_PKCS12_PASSWORD)
    if (settings.SEAL_PKCS11 or settings.SEAL_CSC) and not demo:
        return _elsewhere(Path(settings.SEAL_CERTIFICATE))
    path = Path(settings.DATA_DIR) / "seal" / ("demonstration.p12" if demo else "local.p12")
    if not path.exists():
        _make(path, demo=demo)
    return _read(path, "")


def _read(path: Path, password: str) -> Identity:
    data = _bytes_of(path)
    try:
        return _parsed(data, password)
    except ValueError as error:
        raise CertificateProblem(
            _("The sealing certificate %(path)s cannot be opened: no PKCS#12 file, or SEAL_PKCS12_PASSWORD is wrong.")
            % {"path": path}
        ) from error


def _bytes_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise CertificateProblem(
            _("The sealing certificate %(path)s cannot be read: %(why)s.") % {"path": path, "why": error.strerror}
        ) from error


def _elsewhere(path: Path) -> Identity:
    """A key in a token or at a service, with its certificate and the chain below it from a PEM file."""
    try:
        if settings.SEAL_PKCS11:
            key: TokenKey | ServiceKey = token_key(settings.SEAL_PKCS11, settings.SEAL_PKCS11_PIN)
        else:
            key = service_key(settings.SEAL_CSC, settings.SEAL_CSC_SECRET, settings.SEAL_CSC_PIN)
    except ValueError as error:
        raise CertificateProblem(str(error)) from error
    data = _bytes_of(path)
    try:
        certificate, *chain = x509.load_pem_x509_certificates(data)
    except ValueError as error:
        raise CertificateProblem(
            _("The sealing certificate %(path)s cannot be opened: SEAL_CERTIFICATE must name a PEM file.")
            % {"path": path}
        ) from error
    return Identity(key, certificate, tuple(chain))


@lru_cache(maxsize=4)
def _parsed(data: bytes, password: str) -> Identity:
    """Reading and checking a key takes as long as a whole seal, so it is done once a process."""
    key, certificate, chain = pkcs12.load_key_and_certificates(data, password.encode() or None)
    if key is None or certificate is None:
        raise ValueError("no key, or no certificate")
    return Identity(key, certificate, tuple(chain))


# --- Made on this machine -------------------------------------------------------------------------------


def _make(path: Path, *, demo: bool) -> None:
    """Write a new key and certificate, readable by their owner alone. Of two that make one at once, the first stays."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = _self_made(key, demo=demo, now=datetime.now(UTC))
    data = pkcs12.serialize_key_and_certificates(b"seal", key, certificate, None, serialization.NoEncryption())
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".new-") as file:  # made with mode 0600
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
        try:
            os.link(file.name, path)
        except FileExistsError:
            return


def _self_made(key: ec.EllipticCurvePrivateKey, *, demo: bool, now: datetime) -> x509.Certificate:
    who = "DEMONSTRATION seal, binds nobody" if demo else "Seal made on this machine"
    names = {
        NameOID.COMMON_NAME: who,
        NameOID.ORGANIZATION_NAME: "TOPcities Partnership",
        NameOID.ORGANIZATIONAL_UNIT_NAME: (settings.SITE_HOST or "localhost")[:64],
    }
    name = x509.Name([x509.NameAttribute(oid, value) for oid, value in names.items()])
    usage = x509.KeyUsage(True, True, False, False, False, False, False, False, False)  # sign, and stand by it
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    builder = builder.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=365 * YEARS))
    builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    builder = builder.add_extension(usage, critical=True)
    own = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    return builder.add_extension(own, critical=False).sign(key, hashes.SHA256())


# --- What is wrong with it, in plain words ---------------------------------------------------------------


def certificate_problems(now: datetime) -> list[str]:
    """What stands in the way of a good seal, or will soon; empty when all is well. For doctor and the staff page."""
    try:
        mine = identity(demo=False)
    except CertificateProblem as problem:
        return [str(problem)]
    except OSError as error:
        where = {"folder": settings.DATA_DIR, "why": error.strerror}
        return [_("A sealing certificate cannot be made in %(folder)s: %(why)s.") % where]
    problems = _dates(mine.certificate, now)
    if mine.is_self_made:
        problems.append(what_self_made_means())
    return problems


def blocks_sealing(now: datetime) -> list[str]:
    """Those problems that make a seal impossible: unreadable, expired, not yet valid."""
    try:
        certificate = identity(demo=False).certificate
    except (CertificateProblem, OSError):
        return certificate_problems(now)
    outside = not certificate.not_valid_before_utc <= now <= certificate.not_valid_after_utc
    return _dates(certificate, now) if outside else []


def _dates(certificate: x509.Certificate, now: datetime) -> list[str]:
    start, end = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    days = {"start": start.date(), "end": end.date()}
    if now < start:
        return [_("The sealing certificate is not valid before %(start)s (UTC). Is this machine's clock right?") % days]
    if now > end:
        return [_("The sealing certificate expired on %(end)s (UTC). Seals wait until there is a new one.") % days]
    if now > end - SOON:
        return [_("The sealing certificate expires on %(end)s (UTC). Get a new one before then.") % days]
    return []


def what_self_made_means() -> str:
    return _(
        "The sealing certificate was made on this machine. It shows that a sealed file has not changed; it proves to "
        "nobody else who runs this site, and a PDF reader will say “unknown signer”. A certificate from a certificate "
        "authority goes into SEAL_PKCS12."
    )
