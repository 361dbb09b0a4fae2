"""The seal, and what is said of a file after every attack that we know."""

from __future__ import annotations

import random
import subprocess
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import given, settings
from hypothesis import strategies as some

from agreements.pdf import draw
from agreements.seal import seal
from agreements.seal.certificates import Identity
from agreements.seal.verdict import AS_WRITTEN, LARGEST, ONE_CASE, Bad, Kind, Verdict, der_length, sealed_der
from agreements.seal.verify import check_apart
from ledger.canonical import digest
from tests.agreements import samples
from tests.agreements.attacks import ATTACKS, UPDATES, bomb, resealed, stranger
from tests.agreements.authority import answer
from tests.agreements.pdf_tools import require_conformance, require_tool

NOW = datetime(2027, 3, 4, 18, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def unsealed() -> bytes:
    of = samples.content()
    return draw.render(of, samples.record(of))


@pytest.fixture(scope="module")
def sealer() -> Identity:
    return stranger()


@pytest.fixture(scope="module")
def sealed(unsealed: bytes, sealer: Identity) -> bytes:
    return seal.seal(unsealed, sealer, reason="Both parties signed this text.")


@pytest.fixture(scope="module")
def stamped(sealed: bytes) -> bytes:
    return seal.add_timestamp(sealed, answer)


def der(identity: Identity) -> bytes:
    return identity.certificate.public_bytes(Encoding.DER)


# --- A good seal ---------------------------------------------------------------------------------------------


def test_a_sealed_file_is_valid_under_its_certificate(sealed: bytes, sealer: Identity) -> None:
    verdict = seal.check(sealed, trust=[der(sealer)], now=NOW)
    assert verdict.kind == Kind.VALID
    assert verdict.sealer == sealer.fingerprint
    assert (verdict.contents.number, verdict.contents.digest) == (1, digest(samples.content()))
    assert [signer.name for signer in verdict.contents.signers] == [samples.COMMUNITY_LEAD, samples.CITY_LEAD]


def test_without_a_reason_to_trust_it_is_only_intact(sealed: bytes) -> None:
    verdict = seal.check(sealed, now=NOW)
    assert (verdict.kind, verdict.reasons) == (Kind.INTACT, ("sealer unknown",))
    assert "not known here" in verdict.words[0]


def test_a_file_stays_valid_when_its_certificate_has_expired(sealed: bytes, stamped: bytes, sealer: Identity) -> None:
    with time_machine.travel(sealer.certificate.not_valid_after_utc + timedelta(days=1)):
        for data in (sealed, stamped):
            assert seal.check(data, known=True, now=NOW).kind == Kind.VALID
            assert seal.check(data, trust=[der(sealer)], now=NOW).kind == Kind.VALID


def test_the_seal_is_invisible_and_keeps_the_file_archival(sealed: bytes, stamped: bytes, tmp_path: Path) -> None:
    for name, data in {"sealed": sealed, "stamped": stamped}.items():
        (tmp_path / name).write_bytes(data)
    require_conformance(tmp_path / "sealed", tmp_path / "stamped")


def test_other_tools_read_it(sealed: bytes, stamped: bytes, tmp_path: Path) -> None:
    require_tool("qpdf", "qpdf")
    require_tool("pdfsig", "poppler-utils")
    for data in (sealed, stamped):
        (tmp_path / "a.pdf").write_bytes(data)
        subprocess.run(["qpdf", "--check", str(tmp_path / "a.pdf")], check=True, capture_output=True)
    done = subprocess.run(["pdfsig", "-nocert", str(tmp_path / "a.pdf")], capture_output=True, text=True)
    assert "Signature is Valid" in done.stdout
    (tmp_path / "a.pdf").write_bytes(sealed)
    done = subprocess.run(["pdfsig", "-nocert", str(tmp_path / "a.pdf")], capture_output=True, text=True)
    assert "Signature is Valid" in done.stdout and "Total document signed" in done.stdout


def test_a_timestamp_from_outside_keeps_it_valid_and_says_when(stamped: bytes, sealer: Identity) -> None:
    verdict = seal.check(stamped, trust=[der(sealer)], now=NOW)
    assert verdict.kind == Kind.VALID
    assert datetime.fromisoformat(verdict.timestamped_at).tzinfo


def test_a_timestamp_for_other_bytes_is_not_taken(sealed: bytes, stamped: bytes) -> None:
    def stale(_request: bytes) -> bytes:
        from asn1crypto import tsp

        asked = tsp.TimeStampReq.load(_request)
        asked["message_imprint"]["hashed_message"] = b"\0" * 32
        return answer(asked.dump())

    stamped_wrong = seal.add_timestamp(sealed, stale)
    assert not seal.check(stamped_wrong, known=True, now=NOW).is_intact


@pytest.mark.parametrize("junk", [b"", b"\x30\x00", b"<html>busy</html>", b"\xff" * 100])
def test_a_timestamp_server_that_answers_nonsense_costs_the_timestamp_alone(sealed: bytes, junk: bytes) -> None:
    with pytest.raises(seal.TimestampFailed):
        seal.add_timestamp(sealed, lambda _request: junk)


# --- Every attack ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_changed_file_is_not_valid_and_says_why(sealed: bytes, sealer: Identity, attack: str) -> None:
    changed = ATTACKS[attack](sealed)
    assert changed != sealed
    for known in (False, True):
        verdict = seal.check(changed, trust=[der(sealer)], known=known, now=NOW)
        assert verdict.kind == Kind.NOT_VALID, attack
        assert verdict.words and all(verdict.words)
        assert verdict.contents is None


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_changed_file_with_a_timestamp_is_not_valid_either(stamped: bytes, sealer: Identity, attack: str) -> None:
    assert seal.check(ATTACKS[attack](stamped), trust=[der(sealer)], now=NOW).kind == Kind.NOT_VALID


@pytest.mark.parametrize("attack", UPDATES)
def test_a_timestamp_over_a_changed_file_does_not_cover_the_change_up(
    sealed: bytes, sealer: Identity, attack: str
) -> None:
    covered = seal.add_timestamp(UPDATES[attack](sealed), answer)
    for known in (False, True):
        verdict = seal.check(covered, trust=[der(sealer)], known=known, now=NOW)
        assert verdict.kind == Kind.NOT_VALID, verdict


def test_sealed_anew_by_a_stranger_is_unchanged_but_not_confirmed(unsealed: bytes, sealer: Identity) -> None:
    verdict = seal.check(resealed(unsealed), trust=[der(sealer)], now=NOW)
    assert (verdict.kind, verdict.reasons) == (Kind.INTACT, ("sealer unknown",))
    assert verdict.sealer != sealer.fingerprint


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "not a pdf"),
        (b"hello", "not a pdf"),
        (b"\x89PNG\r\n", "not a pdf"),
        (b"%PDF-" + bytes(LARGEST), "too large"),
        (b"PK\3\4", "not a pdf"),
    ],
    ids=["empty", "words", "picture", "too large", "zip"],
)
def test_what_is_no_pdf_is_unreadable(data: bytes, reason: str) -> None:
    assert seal.check(data, now=NOW) == check_apart(data, now=NOW)
    verdict = seal.check(data, now=NOW)
    assert (verdict.kind, verdict.reasons) == (Kind.UNREADABLE, (reason,))


def test_a_pdf_without_a_seal_says_so(unsealed: bytes) -> None:
    verdict = seal.check(unsealed, known=True, now=NOW)
    assert (verdict.kind, verdict.reasons) == (Kind.NOT_VALID, ("no seal",))


def test_a_bomb_is_defused_in_the_child_and_costs_the_parent_nothing() -> None:
    data = bomb()
    assert len(data) < LARGEST
    start = time.monotonic()
    assert check_apart(data, now=NOW).kind in {Kind.NOT_VALID, Kind.UNREADABLE}
    assert time.monotonic() - start < 25


def test_the_child_says_the_same(sealed: bytes, sealer: Identity) -> None:
    assert check_apart(sealed, trust=[der(sealer)], now=NOW) == seal.check(sealed, trust=[der(sealer)], now=NOW)


def flipped(data: bytes, at: int, bit: int) -> bytes:
    changed = bytearray(data)
    changed[at] ^= 1 << bit
    return bytes(changed)


def gap_of(data: bytes) -> range:
    start = data.index(b"/Contents <") + 10
    return range(start, data.index(b">", start) + 1)


def test_four_hundred_flipped_bytes_are_all_rejected_without_the_database(sealed: bytes, sealer: Identity) -> None:
    """Half of them anywhere, half in the signature's own bytes, which the signature itself does not cover."""
    chance = random.Random(20270302)  # noqa: S311
    gap = gap_of(sealed)
    places = [chance.randrange(len(sealed)) for _ in range(200)] + [chance.choice(gap[:2200]) for _ in range(200)]
    for place in places:
        bit = chance.randrange(8)
        assert not seal.check(flipped(sealed, place, bit), trust=[der(sealer)], now=NOW).is_intact, (place, bit)


@given(some.binary(max_size=300))
@settings(max_examples=60, deadline=None)
def test_any_bytes_after_a_header_get_a_verdict(data: bytes) -> None:
    assert isinstance(seal.check(b"%PDF-1.7\n" + data, now=NOW), Verdict)


# --- The strict checks of bytes --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "length"),
    [
        (b"\x30\x01\xff", 3),
        (b"\x30\x81\x80" + bytes(128), 131),
        (b"\x30\x81\x7f" + bytes(127), None),
        (b"\x30\x82\x00\x80" + bytes(128), None),
        (b"\x31\x01\xff", None),
        (b"\x30\x05\xff", None),
        (b"\x30", None),
        (b"\x30\x80\x00\x00", None),
    ],
)
def test_a_der_length_must_be_in_its_shortest_form(data: bytes, length: int | None) -> None:
    assert der_length(data) == length


def test_a_gap_holds_der_and_zeros_as_we_write_them() -> None:
    for gap, spelling in ((b"<3001FF0000>", AS_WRITTEN), (b"<3001FF0000>", ONE_CASE), (b"<3001ff0000>", ONE_CASE)):
        assert sealed_der(b"ab" + gap + b"cd", [0, 2, 14, 2], spelling=spelling) == b"\x30\x01\xff"


@pytest.mark.parametrize(
    "gap", [b"<3001ff00>", b"<3001Ff00>", b"<3001FF01>", b"(3001FF00)", b"<3001FF0>", b"<30 1FF00>", b"<0000>", b"<>"]
)
def test_a_gap_with_anything_else_is_refused(gap: bytes) -> None:
    with pytest.raises(Bad):
        sealed_der(b"ab" + gap + b"cd", [0, 2, 2 + len(gap), 2])


@pytest.mark.parametrize("byte_range", [[0, 2], [1, 2, 12, 2], [0, 2, 12, 99], [0, -2, 12, 2]])
def test_a_byte_range_must_leave_out_one_gap_of_the_file(byte_range: list[int]) -> None:
    with pytest.raises(Bad):
        sealed_der(b"ab<3001FF00>cd", byte_range)


# --- Cost --------------------------------------------------------------------------------------------------------


def test_a_seal_costs_a_fraction_of_the_drawing_beside_it(sealer: Identity) -> None:
    """At most 0.3 of the warm drawing, each at its best of several."""
    of = samples.content()
    record = samples.record(of)

    def best(work: object, times: int) -> float:
        took = []
        for _ in range(times):
            start = time.perf_counter()
            work()
            took.append(time.perf_counter() - start)
        return min(took)

    drawn = draw.render(of, record)
    drawing = best(lambda: draw.render(of, record), 5)
    sealing = best(lambda: seal.seal(drawn, sealer), 5)
    assert sealing <= 0.3 * drawing, f"{sealing * 1000:.0f} ms beside {drawing * 1000:.0f} ms"
