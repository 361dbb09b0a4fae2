"""Seals a PDF and says what a seal is worth: the only import of pyHanko, which pages do without (verifying.py).

One signature certifies the file and forbids any change after it (DocMDP 1). What may follow is timestamp data only.
Every exception while checking means "not valid", in words: a file from a stranger never breaks a page.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
from collections.abc import Callable, Iterable
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

from asn1crypto import cms, core, tsp
from asn1crypto import x509 as asn1_x509
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import fields, signers
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.sign.validation import validate_pdf_signature, validate_pdf_timestamp
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature, read_certification_data
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko.sign.validation.status import PdfSignatureStatus, SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from agreements.seal import contents
from agreements.seal.certificates import Identity
from agreements.seal.revisions import MOST_TIMESTAMPS, TimestampWriter, require_only_timestamps
from agreements.seal.signers import signer_of
from agreements.seal.verdict import (
    AS_WRITTEN,
    ONE_CASE,
    Bad,
    Contents,
    Kind,
    Verdict,
    covers_all,
    not_valid,
    refuse_early,
    sealed_der,
)

FIELD = "Seal"
# Hexadecimal digits for the signature: fixed, so that pyHanko need not sign once more to measure. An authority's own
# certificates go in, too: with keys of 4096 bits and three of them that is 6 to 7 KB.
RESERVED = 16384
RESERVED_FOR_TIME = 32768
LONGEST_SEALER_NAME = 200
EVER = datetime(9000, 1, 1, tzinfo=UTC)
EITHER_USE = KeyUsageConstraints(key_usage={"non_repudiation", "digital_signature"}, match_all_key_usages=False)

# pyHanko logs each flaw of a stranger's file with a traceback; the verdict says what a person needs.
logging.getLogger("pyhanko").setLevel(logging.CRITICAL)
logging.getLogger("pyhanko_certvalidator").setLevel(logging.CRITICAL)


class SealFailed(Exception):
    """The PDF was not sealed."""


class TimestampFailed(Exception):
    """No timestamp could be had; the sealed file stands without one."""


# --- Sealing ------------------------------------------------------------------------------------------------


def seal(pdf: bytes, identity: Identity, *, reason: str = "") -> bytes:
    """Certify a PDF once, invisibly, with no changes allowed (PAdES B-B). Raises SealFailed."""
    meta = signers.PdfSignatureMetadata(
        field_name=FIELD,
        md_algorithm="sha256",
        subfilter=fields.SigSeedSubFilter.PADES,
        certify=True,
        docmdp_permissions=fields.MDPPerm.NO_CHANGES,
        reason=reason or None,
    )
    try:
        return asyncio.run(_sealed(pdf, identity, meta))
    except Exception as error:
        raise SealFailed(type(error).__name__) from error


async def _sealed(pdf: bytes, identity: Identity, meta: signers.PdfSignatureMetadata) -> bytes:
    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    async with signer_of(identity) as signer:
        sealed: BytesIO = await signers.PdfSigner(meta, signer).async_sign_pdf(writer, bytes_reserved=RESERVED)
    return sealed.getvalue()


def add_timestamp(pdf: bytes, ask: Callable[[bytes], bytes]) -> bytes:
    """Add a document timestamp from outside over the whole sealed file (PAdES B-LTA). Raises TimestampFailed.

    `ask` sends a DER request to the timestamp server and returns its DER answer.
    """
    try:
        writer = TimestampWriter(BytesIO(pdf))
        stamper = signers.PdfTimeStamper(_Asker(ask), field_name="Timestamp")
        stamped: BytesIO = stamper.timestamp_pdf(writer, "sha256", bytes_reserved=RESERVED_FOR_TIME)
    except TimestampFailed:
        raise
    except Exception as error:
        raise TimestampFailed(type(error).__name__) from error
    return stamped.getvalue()


class _Asker(TimeStamper):
    def __init__(self, ask: Callable[[bytes], bytes]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # pyHanko says no type here
        self._ask = ask

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        return tsp.TimeStampResp.load(self._ask(req.dump()), strict=True)


def certificate_of(pdf: bytes) -> bytes:
    """The certificate (DER) in a file's first seal. Only for files that were checked: a seal names its own sealer."""
    signature = PdfFileReader(BytesIO(pdf)).embedded_signatures[0]
    certificate: bytes = signature.signer_cert.dump()
    return certificate


# --- Checking -----------------------------------------------------------------------------------------------


def check(pdf: bytes, *, now: datetime, trust: Iterable[bytes] = (), known: bool = False) -> Verdict:
    """The verdict on a PDF. Raises nothing but MemoryError, which says nothing of the file.

    `trust` are certificates (DER) that make it valid; `known` says that its hash is one of ours, which does too.
    """
    if verdict := refuse_early(pdf):
        return verdict
    try:
        return _check(pdf, [asn1_x509.Certificate.load(der) for der in trust], known, now)
    except Bad as bad:
        return not_valid(bad.reason)
    except MemoryError:
        raise
    except Exception:  # whatever a stranger's file provokes
        return not_valid("broken")


def check_job(job: dict[str, Any], body: bytes) -> bytes:
    """The work of the child process in verify.py."""
    trust, now = [bytes.fromhex(der) for der in job["trust"]], datetime.fromisoformat(job["now"])
    return json.dumps(asdict(check(body, now=now, trust=trust, known=job["known"]))).encode()


def _check(pdf: bytes, trusted: list[asn1_x509.Certificate], known: bool, now: datetime) -> Verdict:
    if pdf.count(b"/DocTimeStamp") > MOST_TIMESTAMPS:  # before any is read, which takes a while
        raise Bad("many timestamps")
    reader = PdfFileReader(BytesIO(pdf), strict=True)
    seal_, timestamps = _signatures(reader)
    for signature in (seal_, *timestamps):
        spelling = AS_WRITTEN if signature is seal_ else ONE_CASE
        der = sealed_der(pdf, [int(number) for number in signature.byte_range], spelling=spelling)
        if signature.pkcs7_content[: len(der)] != der:
            raise Bad("seal altered")
    strict_signature(sealed_der(pdf, list(seal_.byte_range)))
    if not covers_all(pdf, list((timestamps or [seal_])[-1].byte_range)):
        raise Bad("added after")
    status = _status(seal_, [seal_.signer_cert] if known else trusted)
    _require_sound(reader, seal_, status)
    require_only_timestamps(reader, seal_.signed_revision, noted=known)
    latest = EVER if known else now + timedelta(days=1)  # what we keep is not judged by a clock that was set back
    stamped_at = max((contents.time_within(_stamp(each), latest) for each in timestamps), default="")
    return _verdict(reader, seal_, status, timestamped_at=stamped_at, latest=latest)


def _signatures(reader: PdfFileReader) -> tuple[EmbeddedPdfSignature, list[EmbeddedPdfSignature]]:
    """The seal and the timestamps after it, in the order of the file."""
    found = sorted(reader.embedded_signatures, key=lambda each: each.byte_range[2])
    if not found:
        raise Bad("no seal")
    seal_, *rest = found
    if seal_.sig_object_type != "/Sig":
        raise Bad("no seal")
    if any(each.sig_object_type != "/DocTimeStamp" for each in rest):
        raise Bad("several seals")
    if len(rest) > MOST_TIMESTAMPS:  # however their type is spelled
        raise Bad("many timestamps")
    return seal_, rest


def _status(seal_: EmbeddedPdfSignature, roots: list[asn1_x509.Certificate]) -> PdfSignatureStatus:
    """What pyHanko says. The certificate is judged at the time of sealing: it may expire afterwards."""
    at = seal_.self_reported_timestamp
    context = ValidationContext(trust_roots=roots, moment=at, allow_fetching=False, revocation_mode="soft-fail")
    return validate_pdf_signature(seal_, context, key_usage_settings=EITHER_USE, skip_diff=True)


def _require_sound(reader: PdfFileReader, seal_: EmbeddedPdfSignature, status: PdfSignatureStatus) -> None:
    """The bytes are those sealed, and the seal forbids changes."""
    if not (status.intact and status.valid):
        raise Bad("bytes differ")
    lock = read_certification_data(reader)
    if lock is None or lock.permission != fields.MDPPerm.NO_CHANGES or lock.author_sig != seal_.sig_object:
        raise Bad("no lock")
    if seal_.coverage < SignatureCoverageLevel.ENTIRE_REVISION:
        raise Bad("not covered")


def _stamp(timestamp: EmbeddedPdfSignature) -> datetime:
    """The time of a sound timestamp. Whether its authority is to be trusted is not judged here."""
    signer = timestamp.signer_cert
    context = ValidationContext(trust_roots=[signer], allow_fetching=False)
    status = validate_pdf_timestamp(timestamp, context, skip_diff=True)
    if not (status.intact and status.valid):
        raise Bad("timestamp")
    stamped: datetime = status.timestamp
    return stamped


def _verdict(
    reader: PdfFileReader,
    seal_: EmbeddedPdfSignature,
    status: PdfSignatureStatus,
    *,
    timestamped_at: str,
    latest: datetime,
) -> Verdict:
    attached = {name: _attached(reader, name) for name in contents.LARGEST}
    says = contents.of_agreement(attached[contents.AGREEMENT], attached[contents.RECORD], latest=latest)
    kind, reasons = _kind(status, says, attached[contents.REPORT])
    name = str(seal_.signer_cert.subject.native.get("common_name", ""))
    return Verdict(
        kind,
        reasons,
        sealer=hashlib.sha256(seal_.signer_cert.dump()).hexdigest(),
        sealer_name=contents.line_within(name, LONGEST_SEALER_NAME),
        sealed_at=contents.time_within(seal_.self_reported_timestamp, latest),
        timestamped_at=timestamped_at,
        contents=says,
    )


def _kind(status: PdfSignatureStatus, says: Contents | None, report: bytes) -> tuple[Kind, tuple[str, ...]]:
    if not (status.bottom_line and status.trusted):
        return Kind.INTACT, ("sealer unknown",)
    if says:
        return Kind.VALID, ()
    return (Kind.REPORT, ("report",)) if contents.is_report(report) else (Kind.NO_AGREEMENT, ("no agreement",))


def _attached(reader: PdfFileReader, name: str) -> bytes:
    """The bytes of an attachment; empty where there is none of that name, or more than one."""
    try:
        names = reader.root["/Names"]["/EmbeddedFiles"]["/Names"]
    except KeyError:
        return b""
    found = [names[index] for index in range(1, len(names), 2) if names[index].get("/UF") == name]
    return bytes(found[0]["/EF"]["/F"].data) if len(found) == 1 else b""


# --- The signature's own bytes --------------------------------------------------------------------------------


def strict_signature(der: bytes) -> None:
    """The signature must be exactly as we write one: what it does not sign itself is written anew and compared.

    pyHanko reads several encodings of one signature as equal; a flipped byte must not hide among them. Raises Bad.
    """
    try:
        expected = _written_anew(cms.ContentInfo.load(der, strict=True)["content"])
    except (ValueError, TypeError, KeyError, StopIteration) as error:
        raise Bad("seal altered") from error
    if expected != der:
        raise Bad("seal altered")


def _written_anew(data: cms.SignedData) -> bytes:
    """The signature put together from its certificates, signed attributes and value; all else is as we write it."""
    (signer,) = data["signer_infos"]
    number = signer["sid"].chosen["serial_number"].native
    own = next(each.chosen for each in data["certificates"] if each.chosen.serial_number == number)
    by_key = {"rsa": "sha256_rsa", "ec": "sha256_ecdsa"}
    sha256 = {"algorithm": "sha256", "parameters": core.Null()}
    algorithm = cms.SignedDigestAlgorithm({"algorithm": by_key[own.public_key.algorithm]})
    if own.public_key.algorithm == "rsa":
        algorithm["parameters"] = core.Null()
    anew = {
        "version": "v1",
        "sid": {"issuer_and_serial_number": {"issuer": own.issuer, "serial_number": own.serial_number}},
        "digest_algorithm": sha256,
        "signed_attrs": signer["signed_attrs"],
        "signature_algorithm": algorithm,
        "signature": signer["signature"].native,
    }
    rebuilt = {
        "version": "v1",
        "digest_algorithms": [sha256],
        "encap_content_info": {"content_type": "data"},
        "certificates": list(data["certificates"]),
        "signer_infos": [anew],
    }
    whole: bytes = cms.ContentInfo({"content_type": "signed_data", "content": cms.SignedData(rebuilt)}).dump()
    return whole
