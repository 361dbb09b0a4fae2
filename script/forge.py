"""Forge a sealed PDF and count what was taken for true: the work of script/forge."""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import sys
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "topcities.settings")

import django

django.setup()

from asn1crypto import keys
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import ArrayObject, DictionaryObject, NameObject, StreamObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers
from pyhanko.sign.timestamps import DummyTimeStamper

from agreements.seal import seal, verify
from agreements.seal.certificates import Identity
from agreements.seal.revisions import TimestampWriter
from agreements.seal.verdict import Kind

Forgery = Callable[[random.Random, bytes], bytes]
TOKENS = [b"/ByteRange", b"/Contents", b"/Type", b"/Prev", b"/Root", b"/Perms", b"/DocMDP", b"obj", b"stream", b"%%EOF"]


# --- Bytes and structure ----------------------------------------------------------------------------------------


def flip(chance: random.Random, pdf: bytes) -> bytes:
    forged = bytearray(pdf)
    for _each in range(chance.choice((1, 1, 1, 2, 8))):
        forged[chance.randrange(len(forged))] ^= 1 << chance.randrange(8)
    return bytes(forged)


def flip_in_the_seal(chance: random.Random, pdf: bytes) -> bytes:
    start = pdf.index(b"/Contents <")
    at = chance.randrange(start - 400, pdf.index(b">", start) + 200)
    return pdf[:at] + bytes([pdf[at] ^ (1 << chance.randrange(8))]) + pdf[at + 1 :]


def move_a_piece(chance: random.Random, pdf: bytes) -> bytes:
    """Cut a piece out, and put it, or zeros, or nothing, somewhere."""
    start = chance.randrange(len(pdf))
    piece = pdf[start : start + chance.choice((1, 16, 400, 9000))]
    rest = pdf[:start] + pdf[start + len(piece) :] if chance.random() < 0.5 else pdf
    at = chance.randrange(len(rest))
    return rest[:at] + chance.choice((piece, bytes(len(piece)), b"")) + rest[at:]


def cut_or_append(chance: random.Random, pdf: bytes) -> bytes:
    if chance.random() < 0.5:
        return pdf[: chance.randrange(len(pdf))]
    return pdf + chance.choice((b"\n", b"%%EOF\n", pdf[-2000:], pdf, chance.randbytes(100)))


def misspell(chance: random.Random, pdf: bytes) -> bytes:
    token = chance.choice(TOKENS)
    places = [found.start() for found in re.finditer(re.escape(token), pdf)]
    at = chance.choice(places) if places else 0
    other = chance.choice((token[:-1] + b"x", token.swapcase(), b" " * len(token), token.replace(b"e", b"#65")))
    return pdf[:at] + other + pdf[at + len(token) :]


def change_a_number(chance: random.Random, pdf: bytes) -> bytes:
    found = chance.choice(list(re.finditer(rb"(?<=[ \[])\d{1,6}(?=[ \]])", pdf)))
    other = chance.choice((b"0", b"1", b"-1", b"99999999999", str(int(found[0]) + 1).encode()))
    return pdf[: found.start()] + other + pdf[found.end() :]


# --- Later revisions --------------------------------------------------------------------------------------------


def title(_chance: random.Random, writer: IncrementalPdfFileWriter) -> None:
    info = writer.trailer["/Info"]
    info["/Title"] = generic.pdf_string("Void")
    writer.update_container(info)


def catalog(chance: random.Random, writer: IncrementalPdfFileWriter) -> None:
    key = chance.choice(("/MarkInfo", "/Extensions", "/OpenAction", "/Lang", "/Names", "/Pages", "/AA", "/Metadata"))
    writer.root[NameObject(key)] = chance.choice((DictionaryObject(), generic.pdf_string("x"), generic.NullObject()))
    writer.update_root()


def page(chance: random.Random, writer: IncrementalPdfFileWriter) -> None:
    one = chance.choice(writer.root["/Pages"]["/Kids"]).get_object()
    key = chance.choice(("/Contents", "/Annots", "/MediaBox", "/Resources"))
    words = StreamObject(stream_data=b"BT (We promise nothing.) Tj ET")
    one[NameObject(key)] = chance.choice((writer.add_object(words), ArrayObject(), DictionaryObject()))
    writer.update_container(one)


def unused(chance: random.Random, writer: IncrementalPdfFileWriter) -> None:
    writer.add_object(StreamObject(stream_data=chance.randbytes(50)))


def overwrite(chance: random.Random, writer: IncrementalPdfFileWriter) -> None:
    """Another object in the place of one that is there."""
    size = int(writer.prev.trailer_view["/Size"])
    writer.objects[(0, chance.randrange(1, size))] = StreamObject(stream_data=OTHER + chance.randbytes(20))


OTHER = b"another object "
CHANGES = [title, catalog, page, unused, overwrite]


def revise(chance: random.Random, pdf: bytes) -> bytes:
    """A change in a revision of its own, or in that of a timestamp; sometimes with a timestamp over it."""
    writer = chance.choice((TimestampWriter, IncrementalPdfFileWriter))(BytesIO(pdf))
    changes = chance.sample(CHANGES, chance.choice((1, 1, 2)))
    for change in changes:
        change(chance, writer)
    forged = written(chance, writer)
    # A timestamp writes its page and its form itself. What was put in their place is gone then: no forgery is left.
    return pdf if changes == [overwrite] and OTHER not in forged else forged


def written(chance: random.Random, writer: IncrementalPdfFileWriter) -> bytes:
    if chance.random() < 0.4:
        return stamp(writer)
    out = BytesIO()
    writer.write(out)
    return stamp(TimestampWriter(BytesIO(out.getvalue()))) if chance.random() < 0.7 else out.getvalue()


def stamp(writer: IncrementalPdfFileWriter) -> bytes:
    stamper = signers.PdfTimeStamper(TIMES, field_name="Forged")
    stamped: BytesIO = stamper.timestamp_pdf(writer, "sha256", bytes_reserved=seal.RESERVED_FOR_TIME)
    return stamped.getvalue()


def _times() -> DummyTimeStamper:
    """An authority of timestamps that nobody knows."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
    der, pkcs8, plain = serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    return DummyTimeStamper(
        asn1_x509.Certificate.load(_certificate(key, "Times", usage).public_bytes(der)),
        keys.PrivateKeyInfo.load(key.private_bytes(der, pkcs8, plain)),
    )


def _certificate(
    key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey, name: str, usage: x509.ExtensionType
) -> x509.Certificate:
    who, now = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]), datetime.now(UTC)
    builder = x509.CertificateBuilder(who, who, key.public_key(), x509.random_serial_number())
    builder = builder.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=30))
    return builder.add_extension(usage, critical=True).sign(key, hashes.SHA256())


def _stranger() -> Identity:
    usage = x509.KeyUsage(True, True, False, False, False, False, False, False, False)
    key = ec.generate_private_key(ec.SECP256R1())
    return Identity(key, _certificate(key, "Stranger", usage))


# --- Records ----------------------------------------------------------------------------------------------------


def record(chance: random.Random, pdf: bytes) -> bytes:
    """What is attached says something else, and a stranger seals the file."""
    unsealed = pdf[: pdf.index(b"%%EOF") + len(b"%%EOF\n")]
    writer, out = IncrementalPdfFileWriter(BytesIO(unsealed)), BytesIO()
    names = writer.root["/Names"]["/EmbeddedFiles"]["/Names"]
    file = names[chance.randrange(1, len(names), 2)]["/EF"]
    file["/F"] = writer.add_object(StreamObject(stream_data=spoil(chance, file["/F"].data)))
    writer.update_container(file)
    writer.write(out)
    return seal.seal(out.getvalue(), STRANGER)


HOSTILE = [
    None,
    True,
    -1,
    10**400,
    "\ud800",
    "x" * 100_000,
    "0001-01-01T00:00:00Z",
    "9999-12-31T23:59:59Z",
    [],
    {},
    [[]] * 9,
]


def spoil(chance: random.Random, attached: bytes) -> bytes:
    """The same with one value, somewhere within, that a form of ours would not have written."""
    whole = json.loads(attached)
    within = whole
    while True:
        key = chance.choice(list(within) if isinstance(within, dict) else range(len(within)))
        if not isinstance(within[key], dict | list) or not within[key] or chance.random() < 0.2:
            break
        within = within[key]
    within[key] = (
        within[key] * 30_000 if isinstance(within[key], list) and chance.random() < 0.5 else chance.choice(HOSTILE)
    )
    return json.dumps(whole, sort_keys=True, separators=(",", ":"), ensure_ascii=chance.random() < 0.9).encode(
        errors="surrogatepass"
    )


FORGERIES: dict[Forgery, int] = {flip: 5, flip_in_the_seal: 3, move_a_piece: 3, cut_or_append: 1, misspell: 2}
FORGERIES |= {change_a_number: 2, revise: 4, record: 2}
TIMES, STRANGER = _times(), _stranger()


def forge(pdf: bytes, *, count: int, seconds: float, chance: random.Random) -> dict[str, float]:
    """Judge forgeries until there are so many, or the time is over, or somebody presses Ctrl-C."""
    trust, found, slowest = [seal.certificate_of(pdf)], Counter[str](), [0.0]
    assert verify.check_apart(pdf, now=datetime.now(UTC), trust=trust).kind == Kind.VALID, (
        "the file itself is not valid"
    )
    ends = time.monotonic() + seconds
    with suppress(KeyboardInterrupt):
        while found["tried"] < count and time.monotonic() < ends:
            kind = chance.choices(list(FORGERIES), weights=list(FORGERIES.values()))[0]
            forged = forgery_of(kind, chance, pdf)
            if forged in (None, pdf):
                continue
            began = time.monotonic()
            outcome = judged(kind, forged, trust)
            slowest.append(time.monotonic() - began)
            found["tried"] += 1
            if outcome:
                found[outcome] += 1
                print(f"{outcome}: {kind.__name__}, number {found['tried']}")
    figures = {name: found[name] for name in ("tried", "false_valid", "errors")}
    return figures | {"slowest_seconds": round(max(slowest), 2)}


def forgery_of(kind: Forgery, chance: random.Random, pdf: bytes) -> bytes | None:
    """None where this one cannot be made of this file: a change can be such that no library would write it."""
    try:
        return kind(chance, pdf)
    except Exception:
        return None


def judged(kind: Forgery, forged: bytes, trust: list[bytes]) -> str:
    """Empty where it was found out, or it was said that this cannot be told. What a stranger sealed is whole, whatever
    is attached to it: to call that damaged is an error."""
    try:
        verdict = verify.check_apart(forged, now=datetime.now(UTC), trust=trust)
    except Exception:
        return "errors"
    if kind is record and verdict.kind not in {Kind.INTACT, Kind.UNREADABLE}:
        return "errors"
    return "false_valid" if verdict.kind in {Kind.VALID, Kind.REPORT, Kind.NO_AGREEMENT} else ""


def main() -> None:
    parser = argparse.ArgumentParser(prog="script/forge")
    parser.add_argument("file", type=Path)
    parser.add_argument("--count", type=int, default=1_000)
    parser.add_argument("--seconds", type=float, default=float("inf"))
    parser.add_argument("--seed", type=int, default=random.randrange(10**9))
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--from", dest="place", type=Path, default=Path(), help=argparse.SUPPRESS)
    given = parser.parse_args()
    print(f"seed {given.seed}")
    pdf = (given.place / given.file).read_bytes()
    figures = forge(pdf, count=given.count, seconds=given.seconds, chance=random.Random(given.seed))
    print(json.dumps(figures) if given.json else ", ".join(f"{name} {value}" for name, value in figures.items()))
    sys.exit(bool(figures["false_valid"] or figures["errors"]))


if __name__ == "__main__":
    main()
