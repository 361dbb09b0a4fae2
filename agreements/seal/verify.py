"""What this site can say of a PDF, or of a printed code: the verdict on the bytes, and what became of the edition."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from agreements.models import Edition, SealFile
from agreements.pdf import layout
from agreements.pdf.sandbox import MEGABYTE, Sandbox, SandboxBusy, SandboxFailed
from agreements.seal.verdict import CannotCheckNow, Kind, Verdict, from_dict, not_valid, refuse_early
from agreements.states import SIGNED, EditionState
from partners.parties import Party

UTC = ZoneInfo("UTC")
_child = Sandbox("agreements.seal.seal:check_job", seconds=20, memory=1024 * MEGABYTE, recycle_at=250 * MEGABYTE)
# What rooms above seal: each says in words what the file with this SHA-256 is; nothing where it is none of theirs.
_others: list[Callable[[str], str]] = []


def register_files(says: Callable[[str], str]) -> None:
    _others.append(says)


@dataclass(frozen=True)
class Signer:
    """Who signed, as the PDF itself says."""

    party: str
    name: str
    title: str
    organization: str
    when: str
    on_paper: bool


@dataclass(frozen=True)
class VerifyAnswer:
    """`edition` is the one that this file is, where we keep the file; `text_of` the one whose text it holds, if not.
    `other` says what a file of ours is that is no agreement."""

    verdict: Verdict
    edition: Edition | None = None
    text_of: Edition | None = None
    other: str = ""

    @property
    def is_valid(self) -> bool:
        return self.verdict.kind == Kind.VALID

    @property
    def is_intact(self) -> bool:
        return self.verdict.is_intact

    @property
    def is_demonstration(self) -> bool:
        return bool(self.verdict.is_intact and (self.verdict.record or {}).get("demonstration"))

    @property
    def number(self) -> int | None:
        """The edition's number as the PDF says; only where the PDF can be believed."""
        said = (self.verdict.agreement or {}).get("edition") if self.is_intact else None
        number = said.get("number") if isinstance(said, dict) else None
        return number if isinstance(number, int) else None

    @property
    def replaced_by(self) -> Edition | None:
        edition = self.edition or self.text_of
        return edition.superseded_by if edition else None

    @property
    def signers(self) -> list[Signer]:
        return signers_of(self.verdict.record) if self.is_intact else []

    @property
    def zone(self) -> ZoneInfo:
        return zone_of(self.verdict.record)

    @property
    def sealed(self) -> str:
        return self._when(self.verdict.sealed_at)

    @property
    def timestamped(self) -> str:
        return self._when(self.verdict.timestamped_at)

    def _when(self, moment: str) -> str:
        return layout.at(moment, self.zone) if self.is_intact and moment else ""


def answer(pdf: bytes) -> VerifyAnswer:
    """The answer for a file that somebody handed in. Never raises because of the file; CannotCheckNow because of us."""
    sha256 = hashlib.sha256(pdf).hexdigest()
    ours = SealFile.objects.filter(sha256=sha256).only("seal").first()
    other = "" if ours else next(filter(None, (says(sha256) for says in _others)), "")
    verdict = check_apart(pdf, known=bool(ours or other))
    if ours and verdict.kind == Kind.VALID:
        return VerifyAnswer(verdict, edition=_editions().get(seal=ours.seal_id))
    if other and verdict.kind == Kind.VALID:
        return VerifyAnswer(verdict, other=other)
    if verdict.kind != Kind.INTACT:
        return VerifyAnswer(verdict)
    if SealFile.objects.filter(sealer=verdict.sealer).exists():
        verdict = replace(verdict, reasons=("not ours",))
    return VerifyAnswer(verdict, text_of=_editions().filter(digest=verdict.agreement_digest).first())


def check_apart(pdf: bytes, *, trust: Iterable[bytes] = (), known: bool = False) -> Verdict:
    """What seal.check says, from a bounded child process: a file of 20 MB can unpack to gigabytes.

    Raises CannotCheckNow while the child is busy with others, and where one of our own files (`known`) was not read to
    its end: that says nothing about the file.
    """
    if verdict := refuse_early(pdf):
        return verdict
    try:
        answer = _child.call({"trust": [der.hex() for der in trust], "known": known}, pdf)
    except SandboxFailed as failed:
        if known or isinstance(failed, SandboxBusy):
            raise CannotCheckNow from failed
        return not_valid("broken")
    return from_dict(json.loads(answer))


def edition_of_code(code: str) -> Edition | None:
    """The signed edition of a printed code, however it was typed; None where there is none."""
    letters = "".join(letter for letter in code.upper() if letter.isalnum())
    return _editions().filter(code=f"{letters[:4]}-{letters[4:]}").first() if len(letters) == 8 else None


def _editions() -> Any:
    """Signed editions only: a draft or one open for signing is nobody's business."""
    return Edition.objects.filter(state__in=SIGNED).select_related("superseded_by", "agreement__partnership__program")


def state_day(edition: Edition) -> datetime | None:
    """When the edition came into the state that it is in."""
    if edition.state == EditionState.SUPERSEDED:
        return edition.superseded_at
    return edition.agreement.ended_at if edition.state == EditionState.ENDED else edition.in_force_at


def signers_of(record: dict[str, Any] | None) -> list[Signer]:
    """The signatures in a record; empty where the record is not one of ours."""
    try:
        return [_signer(each, zone_of(record)) for each in record["signatures"]] if record else []
    except (KeyError, TypeError, ValueError, AttributeError):
        return []


def zone_of(record: dict[str, Any] | None) -> ZoneInfo:
    """The program's zone as the record says; UTC where it says none, or something that is none."""
    try:
        return ZoneInfo(record["program"]["time_zone"]) if record else UTC
    except (KeyError, TypeError, ValueError, OSError):
        return UTC


def _signer(signature: dict[str, Any], zone: ZoneInfo) -> Signer:
    paper = signature["paper"]
    return Signer(
        party=Party(signature["party"]),  # an unknown one makes the record none of ours
        name=signature["name"],
        title=signature["title"],
        organization=signature["organization"],
        when=layout.day_signed(signature, zone) if paper else layout.at(signature["signed_at"], zone),
        on_paper=bool(paper),
    )
