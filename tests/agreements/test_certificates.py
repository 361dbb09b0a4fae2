"""The certificates that seal: made here or given, and what is said of them before anyone signs."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from agreements.pdf import draw
from agreements.seal import certificates, seal
from agreements.seal.verdict import Kind
from tests.agreements import samples
from tests.agreements.attacks import stranger
from tests.agreements.authority import authority_file
from tests.running.process import ROOT

NOW = datetime(2027, 3, 2, 18, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def unsealed() -> bytes:
    of = samples.content()
    return draw.render(of, samples.record(of))


@pytest.fixture
def folder(settings: object, tmp_path: Path) -> Path:
    settings.DATA_DIR, settings.SEAL_PKCS12, settings.SEAL_PKCS12_PASSWORD = tmp_path, "", ""
    return tmp_path


def test_a_local_certificate_is_made_once_and_readable_by_its_owner_alone(folder: Path) -> None:
    first = certificates.identity(demo=False)
    certificates._parsed.cache_clear()
    assert certificates.identity(demo=False).fingerprint == first.fingerprint
    assert (folder / "seal" / "local.p12").stat().st_mode & 0o777 == 0o600
    assert (folder / "seal").stat().st_mode & 0o777 == 0o700
    assert [each.name for each in (folder / "seal").iterdir()] == ["local.p12"]


def test_of_two_processes_that_make_one_at_once_the_first_stays(folder: Path) -> None:
    first = certificates.identity(demo=False)
    certificates._make(folder / "seal" / "local.p12", demo=False)
    certificates._parsed.cache_clear()
    assert certificates.identity(demo=False).fingerprint == first.fingerprint


def test_the_demonstration_has_a_key_of_its_own(folder: Path) -> None:
    demo = certificates.identity(demo=True)
    assert demo.fingerprint != certificates.identity(demo=False).fingerprint
    assert "DEMONSTRATION" in demo.certificate.subject.rfc4514_string()


def test_a_pkcs12_file_of_an_authority_seals(folder: Path, settings: object, unsealed: bytes) -> None:
    file = authority_file(
        folder / "city.p12", start=NOW - timedelta(days=1), end=NOW + timedelta(days=400), password="open"
    )
    settings.SEAL_PKCS12, settings.SEAL_PKCS12_PASSWORD = str(file), "open"
    assert certificates.certificate_problems(NOW) == []
    mine = certificates.identity(demo=False)
    sealed = seal.seal(unsealed, mine)
    assert seal.check(sealed, known=True, now=NOW).kind == Kind.VALID
    assert seal.check(sealed, known=True, now=NOW).sealer_name == "City of San Alma"


def test_a_certificate_made_here_says_what_that_means(folder: Path) -> None:
    (problem,) = certificates.certificate_problems(datetime.now(UTC))
    assert "made on this machine" in problem and "SEAL_PKCS12" in problem
    assert certificates.blocks_sealing(datetime.now(UTC)) == []


@pytest.mark.parametrize(
    ("start", "end", "said", "blocks"),
    [
        (-400, -1, "expired", True),
        (2, 400, "not valid before", True),
        (-400, 20, "expires on", False),
    ],
    ids=["expired", "not yet valid", "soon"],
)
def test_dates_that_are_wrong_are_said_before_anyone_signs(
    folder: Path, settings: object, start: int, end: int, said: str, blocks: bool
) -> None:
    file = authority_file(folder / "x.p12", start=NOW + timedelta(days=start), end=NOW + timedelta(days=end))
    settings.SEAL_PKCS12 = str(file)
    (problem,) = certificates.certificate_problems(NOW)
    assert said in problem
    assert bool(certificates.blocks_sealing(NOW)) == blocks


@pytest.mark.parametrize("kind", ["missing", "not PKCS#12", "wrong password"])
def test_a_file_that_cannot_be_used_is_said_in_words(folder: Path, settings: object, kind: str) -> None:
    file = authority_file(folder / "x.p12", start=NOW, end=NOW + timedelta(days=400), password="right")
    settings.SEAL_PKCS12, settings.SEAL_PKCS12_PASSWORD = str(file), "wrong"
    if kind == "missing":
        file.unlink()
    if kind == "not PKCS#12":
        file.write_bytes(b"hello")
    (problem,) = certificates.certificate_problems(NOW)
    assert str(file) in problem
    assert certificates.blocks_sealing(NOW)
    with pytest.raises(certificates.CertificateProblem):
        certificates.identity(demo=False)


@pytest.mark.parametrize("form", [Encoding.PEM, Encoding.DER], ids=["PEM", "DER"])
def test_with_a_certificate_a_file_is_verified_without_any_database(tmp_path: Path, form: Encoding) -> None:
    of, sealer = samples.content(), stranger()
    record = samples.of_a_year_ago(samples.record(of))
    (tmp_path / "a.pdf").write_bytes(seal.seal(draw.render(of, record), sealer))
    (tmp_path / "good.crt").write_bytes(sealer.certificate.public_bytes(form))
    (tmp_path / "other.crt").write_bytes(stranger().certificate.public_bytes(form))
    environment = os.environ | {"DATABASE_URL": "postgres://nobody@127.0.0.1:1/nothing", "DATA_DIR": str(tmp_path)}

    def ask(*options: str) -> subprocess.CompletedProcess:
        command = [sys.executable, str(ROOT / "manage.py"), "verify_agreement", "a.pdf", *options]
        return subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True)

    good, other, none = (ask("--trust", f"{name}.crt") for name in ("good", "other", "nowhere"))
    assert (good.returncode, other.returncode, none.returncode) == (0, 1, 2), good.stderr
    assert samples.COMMUNITY_LEAD.encode() in good.stdout
    unasked = ask()
    assert (unasked.returncode, unasked.stdout) == (2, b"") and b"says nothing about the file" in unasked.stderr
    assert b"Traceback" not in good.stderr + other.stderr + none.stderr + unasked.stderr
