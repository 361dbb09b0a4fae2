"""A key that never leaves its place: in a token (SoftHSM), or at a signing service. What it seals is as good as any."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pkcs11
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.hazmat.primitives.serialization.pkcs12 import load_key_and_certificates

from agreements.pdf import draw
from agreements.seal import certificates, seal, signers
from agreements.seal.certificates import CertificateProblem
from agreements.seal.keys import require_https, service_key, token_key
from agreements.seal.verdict import Kind
from tests.agreements import samples, signing_service
from tests.agreements.authority import authority_file
from topcities import doctor
from topcities.figures import Figures

NOW = datetime(2027, 3, 2, 18, 30, tzinfo=UTC)
DAY = timedelta(days=1)
PIN = "98-76"
MODULE = Path("/usr/lib/softhsm/libsofthsm2.so")
needs_softhsm = pytest.mark.skipif(not MODULE.exists(), reason="SoftHSM is not installed: apt-get install softhsm2")


@pytest.fixture(scope="module")
def unsealed() -> bytes:
    of = samples.content()
    return draw.render(of, samples.record(of))


@pytest.fixture(scope="module")
def tokens(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder of SoftHSM's own. Its module reads where it is once in a process."""
    folder = tmp_path_factory.mktemp("tokens")
    (folder / "softhsm2.conf").write_text(f"directories.tokendir = {folder}\nlog.level = ERROR\n")
    os.environ["SOFTHSM2_CONF"] = str(folder / "softhsm2.conf")
    softhsm("--init-token", "--free", "--label", "City token", "--so-pin", "0000", "--pin", PIN)
    yield folder
    del os.environ["SOFTHSM2_CONF"]


def softhsm(*arguments: str) -> None:
    subprocess.run([shutil.which("softhsm2-util"), *arguments], check=True, capture_output=True)


def authority(folder: Path, key: object) -> tuple[object, list[x509.Certificate]]:
    """A key, and its certificate by the tests' own authority with that authority's."""
    file = authority_file(folder / "x.p12", start=NOW - DAY, end=NOW + 400 * DAY, key=key)
    found, own, chain = load_key_and_certificates(file.read_bytes(), None)
    return found, [own, *chain]


def in_file(settings: object, folder: Path, *chain: x509.Certificate) -> None:
    path = folder / "seal.pem"
    path.write_bytes(b"".join(each.public_bytes(Encoding.PEM) for each in chain))
    settings.SEAL_PKCS12, settings.SEAL_CERTIFICATE = "", str(path)


def keep_in_token(folder: Path, label: str, key: object) -> str:
    """Put a key into the token. Returns its PKCS #11 address."""
    pem = folder / "key.pem"
    pem.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    softhsm("--import", str(pem), "--token", "City token", "--label", label, "--id", label.encode().hex(), "--pin", PIN)
    pem.unlink()
    return f"pkcs11:token=City%20token;object={label}?module-path={MODULE}"


@needs_softhsm
@pytest.mark.parametrize(
    ("label", "make"),
    [
        ("rsa", lambda: rsa.generate_private_key(public_exponent=65537, key_size=2048)),
        ("ec", lambda: ec.generate_private_key(ec.SECP256R1())),
    ],
)
def test_a_key_in_a_token_seals(
    tokens: Path, tmp_path: Path, settings: object, unsealed: bytes, label: str, make: object
) -> None:
    key, chain = authority(tmp_path, make())
    settings.SEAL_PKCS11, settings.SEAL_PKCS11_PIN = keep_in_token(tmp_path, label, key), PIN
    in_file(settings, tmp_path, *chain)
    mine = certificates.identity(demo=False)
    signers.reach(mine)
    assert certificates.certificate_problems(NOW) == []
    sealed = seal.seal(unsealed, mine)
    assert seal.check(sealed, trust=[chain[0].public_bytes(Encoding.DER)], now=NOW).kind == Kind.VALID
    assert seal.seal(unsealed, mine), "and again, with a session of its own"
    assert PIN not in repr(mine)

    settings.SEAL_PKCS11_PIN = "0000"
    with pytest.raises(seal.SealFailed):
        seal.seal(unsealed, certificates.identity(demo=False))
    with pytest.raises(pkcs11.exceptions.PinIncorrect):
        signers.reach(certificates.identity(demo=False))


@pytest.fixture
def service(tmp_path: Path, settings: object) -> Iterator[signing_service.Service]:
    key, chain = authority(tmp_path, rsa.generate_private_key(public_exponent=65537, key_size=2048))
    with signing_service.answering(key, *chain) as service:
        settings.SEAL_CSC = f"{service.address}?credential={signing_service.CREDENTIAL}"
        settings.SEAL_CSC_SECRET = f"{signing_service.CLIENT}:{signing_service.SECRET}"
        settings.SEAL_CSC_PIN = signing_service.PIN
        in_file(settings, tmp_path, *chain)
        yield service


def test_a_long_chain_has_room(service: signing_service.Service, unsealed: bytes) -> None:
    """Authorities put one or two certificates of their own beside a city's, and much into each."""
    mine = certificates.identity(demo=False)
    padding = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.3.6.1.4.1.55555.1"), bytes(4500))
    name = mine.chain[0].subject
    builder = x509.CertificateBuilder(name, name, service.key.public_key(), 1, NOW - DAY, NOW + DAY)
    long = builder.add_extension(padding, critical=False).sign(service.key, hashes.SHA256())
    service.certificates[1:] = [long]
    sealed = seal.seal(unsealed, mine)
    assert long.public_bytes(Encoding.DER).hex() in sealed.decode("latin-1").lower()
    assert seal.check(sealed, trust=[mine.certificate.public_bytes(Encoding.DER)], now=NOW).kind == Kind.VALID


def test_doctor_looks_for_the_key_and_tells_no_secret(service: signing_service.Service) -> None:
    (certificate,), (key,) = (look(Figures(NOW)) for look in (doctor.certificate, doctor.sealing_key))
    assert (certificate.level, key.level, key.says) == ("ok", "ok", "its key can be reached")
    service.broken = True
    (key,) = doctor.sealing_key(Figures(NOW))
    assert key.level == "wrong" and "cannot be reached: ClientResponseError 401" in key.says
    assert signing_service.SECRET not in key.says


def test_a_key_at_a_signing_service_seals(service: signing_service.Service, unsealed: bytes) -> None:
    mine = certificates.identity(demo=False)
    signers.reach(mine)
    assert [path for path, _body in service.asked] == ["/csc/v1/info", "/oauth2/token", "/csc/v1/credentials/info"]
    service.asked.clear()
    sealed = seal.seal(unsealed, mine)
    assert seal.check(sealed, trust=[service.certificates[0].public_bytes(Encoding.DER)], now=NOW).kind == Kind.VALID
    authorized, signed = service.asked[-2:]
    assert authorized[1]["hash"] == signed[1]["hash"], "a signature is allowed for its own hash alone"
    assert signing_service.SECRET not in repr(mine) and "1234" not in repr(mine)


@pytest.mark.parametrize(
    "wrong", [{"SEAL_CSC_SECRET": "topcities:another"}, {"SEAL_CSC_PIN": "0000"}, {"broken": True}], ids=str
)
def test_where_the_service_refuses_nothing_is_sealed(
    service: signing_service.Service, settings: object, unsealed: bytes, wrong: dict[str, object]
) -> None:
    for name, value in wrong.items():
        setattr(service if name == "broken" else settings, name, value)
    with pytest.raises(seal.SealFailed):
        seal.seal(unsealed, certificates.identity(demo=False))


def test_another_certificate_than_the_services_is_found_before_anyone_signs(
    service: signing_service.Service, settings: object, tmp_path: Path
) -> None:
    in_file(settings, tmp_path, *authority(tmp_path, rsa.generate_private_key(65537, 2048))[1])
    with pytest.raises(Exception, match="not the certificate of this key"):
        signers.reach(certificates.identity(demo=False))


@pytest.mark.parametrize(
    ("read", "said"),
    [
        (lambda: token_key("/usr/lib/x.so", PIN), "SEAL_PKCS11 must look like"),
        (lambda: token_key("pkcs11:token=a?module-path=/x.so", PIN), "SEAL_PKCS11 must look like"),
        (lambda: service_key("https://sign.example.org/", "a:b", ""), "SEAL_CSC must look like"),
        (lambda: service_key("http://sign.example.org/?credential=1", "a:b", ""), "https"),
        (lambda: service_key("https://sign.example.org/?credential=1", "a", ""), "CLIENT:SECRET"),
        (lambda: require_https("http://elsewhere.example.org"), "https"),
    ],
)
def test_what_cannot_be_read_says_how_it_must_look(read: object, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        read()


def test_a_certificate_that_cannot_be_read_stands_in_the_way_in_words(
    service: signing_service.Service, settings: object, tmp_path: Path
) -> None:
    settings.SEAL_CERTIFICATE = str(tmp_path / "nowhere.pem")
    assert "No such file" in certificates.blocks_sealing(NOW)[0]
    (tmp_path / "nowhere.pem").write_text("no certificate")
    assert "SEAL_CERTIFICATE" in certificates.blocks_sealing(NOW)[0]
    settings.SEAL_CSC = "sign.example.org"
    with pytest.raises(CertificateProblem, match="SEAL_CSC must look like"):
        certificates.identity(demo=False)
