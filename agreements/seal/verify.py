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
from agreements.seal.verdict import CannotCheckNow, Kind, Signer, Verdict, from_dict, refuse_early, unreadable
from agreements.states import SIGNED, EditionState

UTC = ZoneInfo("UTC")
# A true file takes a fraction of a second. Who comes after a slow one waits no longer than it may take.
_child = Sandbox("agreements.seal.seal:check_job", seconds=5, memory=1024 * MEGABYTE, recycle_at=250 * MEGABYTE)
# What rooms above seal: each says in words what the file with this SHA-256 is; nothing where it is none of theirs.
_others: list[Callable[[str], str]] = []


def register_files(says: Callable[[str], str]) -> None:
    _others.append(says)


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
        return bool(self.verdict.contents and self.verdict.contents.demonstration)

    @property
    def number(self) -> int | None:
        """The edition's number, as a file says that is known to be an agreement."""
        return self.verdict.contents.number if self.is_valid and self.verdict.contents else None

    @property
    def replaced_by(self) -> Edition | None:
        edition = self.edition or self.text_of
        return edition.superseded_by if edition else None

    @property
    def signers(self) -> list[Signature]:
        says = self.verdict.contents
        return [Signature(signer, self.zone) for signer in says.signers] if says else []

    @property
    def zone(self) -> ZoneInfo:
        """The program's, as the file says; UTC where it says none."""
        says = self.verdict.contents
        return ZoneInfo(says.time_zone) if says else UTC

    @property
    def sealed(self) -> str:
        return self._when(self.verdict.sealed_at)

    @property
    def timestamped(self) -> str:
        return self._when(self.verdict.timestamped_at)

    def _when(self, moment: str) -> str:
        return layout.at(moment, self.zone) if self.is_intact and moment else ""


@dataclass(frozen=True)
class Signature:
    """A signer as people read it."""

    signer: Signer
    zone: ZoneInfo

    @property
    def when(self) -> str:
        signer = self.signer
        return layout.day(signer.paper_date) if signer.paper_date else layout.at(signer.signed_at, self.zone)


def answer(pdf: bytes, *, now: datetime) -> VerifyAnswer:
    """The answer for a file that somebody handed in. Never raises because of the file; CannotCheckNow because of us."""
    sha256 = hashlib.sha256(pdf).hexdigest()
    ours = SealFile.objects.filter(sha256=sha256).only("seal").first()
    other = "" if ours else next(filter(None, (says(sha256) for says in _others)), "")
    verdict = check_apart(pdf, now=now, known=bool(ours or other))
    if ours and verdict.kind == Kind.VALID:
        return VerifyAnswer(verdict, edition=_editions().get(seal=ours.seal_id))
    if verdict.kind != Kind.INTACT:
        return VerifyAnswer(verdict, other=other if verdict.kind == Kind.REPORT else "")
    if SealFile.objects.filter(sealer=verdict.sealer).exists():
        if not verdict.contents:
            return VerifyAnswer(replace(verdict, kind=Kind.NO_AGREEMENT, reasons=("no agreement",)))
        verdict = replace(verdict, reasons=("not ours",))
    digest = verdict.contents.digest if verdict.contents else ""
    return VerifyAnswer(verdict, text_of=_editions().filter(digest=digest).first() if digest else None)


def check_apart(pdf: bytes, *, now: datetime, trust: Iterable[bytes] = (), known: bool = False) -> Verdict:
    """What seal.check says, from a bounded child process: a file of 20 MB can unpack to gigabytes.

    Raises CannotCheckNow while the child is busy with others, and where one of our own files (`known`) was not read to
    its end: that says nothing about the file.
    """
    if verdict := refuse_early(pdf):
        return verdict
    job = {"trust": [der.hex() for der in trust], "known": known, "now": now.isoformat()}
    try:
        return from_dict(json.loads(_child.call(job, pdf)))
    except SandboxFailed as failed:
        if known or isinstance(failed, SandboxBusy):
            raise CannotCheckNow from failed
        return unreadable("too much")


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
