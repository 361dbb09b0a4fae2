"""What can be said of a PDF that somebody hands in, and strict checks of its bytes. Pure: no database, no library."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext_lazy as _

LARGEST = 20 * 1024 * 1024


class Kind(StrEnum):
    VALID = "valid"
    REPORT = "valid report"
    NO_AGREEMENT = "sealed, no agreement"
    INTACT = "intact, sealer unknown"
    NOT_VALID = "not valid"
    UNREADABLE = "unreadable"


# Each reason in words for the person who handed the file in.
REASONS = {
    "too large": _("The file is larger than 20 megabytes. A sealed agreement is far smaller."),
    "too much": _(
        "Checking this file takes more time or memory than a sealed agreement ever does, so it was not read to its "
        "end. That does not show whether it is true."
    ),
    "no file": _("The file cannot be opened."),
    "not a pdf": _("This is not a PDF file."),
    "broken": _("The file is damaged or incomplete, so it cannot be read as a sealed agreement."),
    "no seal": _("The PDF has no seal. It may be a draft, a print, or another document."),
    "seal empty": _("The place of the seal is empty or holds something else."),
    "seal altered": _("The seal itself has been altered."),
    "bytes differ": _("The file's bytes differ from those that were sealed: it was changed after sealing."),
    "added after": _("Something was added to the file after it was sealed."),
    "not covered": _("The seal does not cover the whole file."),
    "several seals": _("The file carries more than one seal."),
    "no lock": _("The seal does not forbid changes, as the seal of an agreement does."),
    "timestamp": _("The file's timestamp is damaged."),
    "many timestamps": _("The file carries more timestamps than a sealed agreement ever does."),
    "report": _("This is a sealed report on the promises of an agreement, and not an agreement."),
    "no agreement": _(
        "The file has not changed since it was sealed here, but it is no agreement: its text and the record of its "
        "signing are not attached to it, or do not belong together."
    ),
    "sealer unknown": _(
        "The file has not changed since it was sealed, but it was sealed with a certificate that is not known here. "
        "That does not show who sealed it."
    ),
    "not ours": _("The file has not changed since it was sealed, but it is not one of the files that this site keeps."),
}


@dataclass(frozen=True)
class Signer:
    """Who signed, as the file says. `signed_at` is ISO 8601, UTC; `paper_date` a day, where they signed a print."""

    party: str
    name: str
    title: str
    organization: str
    signed_at: str
    paper_date: str = ""


@dataclass(frozen=True)
class Contents:
    """What an agreement's file says of itself. `digest` and `record_digest` are the SHA-256 of its two attachments."""

    number: int
    digest: str
    record_digest: str
    demonstration: bool
    time_zone: str
    signers: tuple[Signer, ...] = field(repr=False)


@dataclass(frozen=True)
class Verdict:
    """`reasons` are keys of REASONS. `sealer` is the SHA-256 of the certificate; times are ISO 8601, UTC.

    `contents` is there in a valid or intact file that is an agreement. It counts only as far as the seal does.
    """

    kind: Kind
    reasons: tuple[str, ...] = ()
    sealer: str = ""
    sealer_name: str = ""
    sealed_at: str = ""
    timestamped_at: str = ""
    contents: Contents | None = None

    @property
    def is_intact(self) -> bool:
        return self.kind in {Kind.VALID, Kind.REPORT, Kind.NO_AGREEMENT, Kind.INTACT}

    @property
    def words(self) -> list[str]:
        return [str(REASONS[reason]) for reason in self.reasons]


class CannotCheckNow(Exception):
    """The file was not looked at, for a reason that is not in the file."""


class Bad(Exception):
    """A check failed; the reason is a key of REASONS."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def not_valid(reason: str) -> Verdict:
    return Verdict(Kind.NOT_VALID, (reason,))


def unreadable(reason: str) -> Verdict:
    return Verdict(Kind.UNREADABLE, (reason,))


def from_dict(values: dict[str, Any]) -> Verdict:
    """The verdict that `asdict` took apart."""
    contents = values["contents"]
    if contents:
        contents = Contents(**(contents | {"signers": tuple(Signer(**each) for each in contents["signers"])}))
    made = {"kind": Kind(values["kind"]), "reasons": tuple(values["reasons"]), "contents": contents}
    return Verdict(**(values | made))


def refuse_early(pdf: bytes) -> Verdict | None:
    """What can be said without reading the file as a PDF."""
    if len(pdf) > LARGEST:
        return unreadable("too large")
    return None if pdf.startswith(b"%PDF-") else unreadable("not a pdf")


AS_WRITTEN = re.compile(rb"<(?:[0-9A-F]{2})+>")
ONE_CASE = re.compile(rb"<(?:(?:[0-9A-F]{2})+|(?:[0-9a-f]{2})+)>")


# --- The bytes of a seal ----------------------------------------------------------------------------------


def sealed_der(pdf: bytes, byte_range: list[int], *, spelling: re.Pattern[bytes] = AS_WRITTEN) -> bytes:
    """The signature's DER bytes out of the gap that a ByteRange leaves. Raises Bad.

    The gap must be one hexadecimal string as we write it: DER, then zeros only. Anything else could hide a change that
    the signature does not see. Others may write a timestamp's letters in the other case (ONE_CASE).
    """
    if len(byte_range) != 4 or byte_range[0] != 0 or any(number < 0 for number in byte_range):
        raise Bad("seal altered")
    start, end = byte_range[1], byte_range[2]
    gap = pdf[start:end]
    if end + byte_range[3] > len(pdf) or not spelling.fullmatch(gap):
        raise Bad("seal altered")
    whole = bytes.fromhex(gap[1:-1].decode())
    length = der_length(whole)
    if length is None or whole[length:].strip(b"\0"):
        raise Bad("seal empty" if not whole.strip(b"\0") else "seal altered")
    return whole[:length]


def der_length(data: bytes) -> int | None:
    """The length of the DER sequence at the start of some bytes; None where there is none in its shortest form."""
    if len(data) < 2 or data[0] != 0x30:
        return None
    first = data[1]
    if first < 0x80:
        return 2 + first if len(data) >= 2 + first else None
    size = first & 0x7F
    if not 1 <= size <= 4 or len(data) < 2 + size:
        return None
    length = int.from_bytes(data[2 : 2 + size], "big")
    shortest = length >= 0x80 and length >= 1 << (8 * (size - 1))
    total = 2 + size + length
    return total if shortest and total <= len(data) else None


def covers_all(pdf: bytes, byte_range: list[int]) -> bool:
    return byte_range[2] + byte_range[3] == len(pdf)
