"""Make the seals that signed editions wait for: claimed, drawn, sealed, read back, and only then kept.

Signed and sealed are two facts. A seal that fails is tried again for as long as it takes, and says what stands in its
way; nothing is offered before it has been read back and found valid.
"""

from __future__ import annotations

import hashlib
import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta

from cryptography.hazmat.primitives.serialization import Encoding
from django.conf import settings
from django.db import DatabaseError, transaction
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from agreements.domain import editions
from agreements.emails.agreements import notify_both
from agreements.models import Edition, Seal, SealFile
from agreements.pdf import draw
from agreements.pdf.layout import TooLong
from agreements.pdf.sandbox import SandboxFailed
from agreements.seal import seal, timestamps
from agreements.seal.certificates import CertificateProblem, Identity, blocks_sealing, identity
from agreements.seal.verdict import Kind
from ledger.canonical import digest
from ledger.models import Event
from ledger.record import append_event
from mail.outbox import wake

log = logging.getLogger(__name__)

# A worker that dies in the middle holds a seal up for this long at most. One that is slower than that shares the work
# with another: of two files made, the first is kept.
LEASE = timedelta(seconds=40)
FIRST_WAIT = timedelta(seconds=15)
LONGEST_WAIT = timedelta(minutes=15)
SWEEP_SECONDS = 20
BASIC, LONG_TERM = SealFile.Level.BASIC, SealFile.Level.LONG_TERM
REASON = gettext_noop("Both parties signed this text. This seal shows that it has not changed since.")


class NotSealed(Exception):
    """The seal could not be made now; the message says why, in plain words."""


def seal_waiting(*, clock: Callable[[], datetime]) -> int:
    """Make the seals and timestamps that are due, for at most 20 seconds; how many were made. Never raises for one."""
    deadline, made = time.monotonic() + SWEEP_SECONDS, 0
    while time.monotonic() < deadline and (claimed := claim(now=clock())):
        try:
            made += _work(claimed, clock)
        except Exception as error:  # the next seal in the queue must not wait for this one
            _try_later(claimed, error, now=clock())
    return made


def claim(*, now: datetime) -> Seal | None:
    """The next seal to work on, leased to this worker alone."""
    free = Q(leased_until=None) | Q(leased_until__lt=now)
    for pk in due(now=now).filter(free).order_by("due_at", "pk").values_list("pk", flat=True)[:20]:
        mine = due(now=now).filter(free, pk=pk).update(leased_until=now + LEASE, attempts=F("attempts") + 1)
        if mine:
            return Seal.objects.select_related("edition__agreement__partnership__program").get(pk=pk)
    return None


def due(*, now: datetime) -> QuerySet[Seal]:
    """Seals not made yet, and made ones without the timestamp that TSA_URL asks for."""
    wanted = Q(sealed_at=None)
    if settings.TSA_URL:
        stamped = SealFile.objects.filter(level=LONG_TERM).values("seal")
        real = Q(edition__agreement__partnership__program__is_demo=False)
        wanted |= Q(sealed_at__isnull=False) & real & ~Q(pk__in=stamped)
    return Seal.objects.filter(wanted, due_at__lte=now)


def _work(claimed: Seal, clock: Callable[[], datetime]) -> bool:
    if claimed.sealed_at is None:
        return _make(claimed, clock)
    basic = claimed.files.get(level=BASIC)
    stamped = _checked(
        timestamps.add(bytes(basic.pdf)), claimed.edition, seal.certificate_of(bytes(basic.pdf)), clock()
    )
    return keep_timestamp(waiting=claimed, stamped=stamped, now=clock())


def _make(claimed: Seal, clock: Callable[[], datetime]) -> bool:
    """Draw, seal, add the timestamp where one is to be had, read back, keep."""
    edition = claimed.edition
    now = clock()
    sealer = sealer_at(now, demo=_is_demo(edition))
    sealed = _checked(seal.seal(draw_edition(edition), sealer, reason=_(REASON)), edition, _der(sealer), now)
    stamped = b""
    if settings.TSA_URL and not _is_demo(edition):
        try:
            stamped = _checked(timestamps.add(sealed), edition, _der(sealer), now)
        except (seal.TimestampFailed, NotSealed) as error:
            log.warning("no timestamp for seal %s, it follows later: %s", claimed.pk, error)
    level = LONG_TERM if stamped else BASIC
    return keep_seal(waiting=claimed, sealed=stamped or sealed, level=level, now=clock())


def draw_edition(edition: Edition) -> bytes:
    """The PDF of a signed edition, before it is sealed."""
    record = editions.record_of(edition)
    mark = "demonstration" if record["demonstration"] else ""
    return draw.render(editions.content(edition), record, mark=mark, paper=settings.PAPER_SIZE)


def _is_demo(edition: Edition) -> bool:
    return edition.agreement.partnership.program.is_demo


def sealer_at(now: datetime, *, demo: bool) -> Identity:
    """Who seals. An expired certificate seals nothing."""
    if not demo and (problems := blocks_sealing(now)):
        raise CertificateProblem(" ".join(problems))
    return identity(demo=demo)


def _der(sealer: Identity) -> bytes:
    return sealer.certificate.public_bytes(Encoding.DER)


def _checked(sealed: bytes, edition: Edition, certificate: bytes, now: datetime) -> bytes:
    """Read a sealed file back as a stranger would. Raises NotSealed unless it is valid and holds this very edition."""
    verdict = seal.check(sealed, now=now, trust=[certificate])
    says = verdict.contents
    if verdict.kind != Kind.VALID or not says or says.digest != edition.digest:
        raise NotSealed(_("The sealed file was read back and found wrong: %(why)s") % {"why": " ".join(verdict.words)})
    if says.record_digest != digest(editions.record_of(edition)):
        raise NotSealed(_("The sealed file was read back and its record of signing differs."))
    return sealed


# --- Keeping what was made: one transaction each ------------------------------------------------------------


@transaction.atomic
def keep_seal(*, waiting: Seal, sealed: bytes, level: str, now: datetime) -> bool:
    """Keep the sealed file, say so in the ledger, and tell both leads. False where another worker was quicker."""
    mine = Seal.objects.filter(pk=waiting.pk, sealed_at=None).update(
        sealed_at=now, problem="", attempts=0, leased_until=None, due_at=now + FIRST_WAIT
    )
    if not mine:
        return False
    file = _keep_file(waiting, sealed, level, now)
    event = _record(waiting, "edition.sealed", file, now)
    about = {"edition": str(waiting.edition_id)}
    notify_both(waiting.edition.agreement, "sealed copy ready", about=about, key=event.digest, now=now)
    if level == BASIC and settings.TSA_URL:
        wake("agreements.seal_signed_editions")
    return True


@transaction.atomic
def keep_timestamp(*, waiting: Seal, stamped: bytes, now: datetime) -> bool:
    """Keep a second file with the timestamp that could not be had at first. The first one stays known."""
    Seal.objects.select_for_update().get(pk=waiting.pk)
    if SealFile.objects.filter(seal=waiting, level=LONG_TERM).exists():
        return False
    file = _keep_file(waiting, stamped, LONG_TERM, now)
    _record(waiting, "edition.timestamped", file, now)
    Seal.objects.filter(pk=waiting.pk).update(problem="", leased_until=None)
    return True


def _keep_file(sealed: Seal, data: bytes, level: str, now: datetime) -> SealFile:
    sealer = hashlib.sha256(seal.certificate_of(data)).hexdigest()
    digest = hashlib.sha256(data).hexdigest()
    return SealFile.objects.create(seal=sealed, pdf=data, sha256=digest, level=level, sealer=sealer, made_at=now)


def _record(sealed: Seal, kind: str, file: SealFile, now: datetime) -> Event:
    payload = {
        "edition": sealed.edition.digest,
        "number": sealed.edition.number,
        "file": file.sha256,
        "level": file.level,
        "sealer": file.sealer,
        "timestamp": "outside" if file.level == LONG_TERM else "waits" if settings.TSA_URL else "none",
    }
    return append_event(chain=sealed.edition.agreement.partnership_id, kind=kind, by=None, at=now, payload=payload)


# --- Trying again ---------------------------------------------------------------------------------------------


def _try_later(claimed: Seal, error: Exception, *, now: datetime) -> None:
    """Write down what stands in the way and when it is tried again. Where even that fails, the lease runs out."""
    log.error("seal %s was not made: %s", claimed.pk, type(error).__name__)
    wait = min(FIRST_WAIT * 2 ** min(claimed.attempts - 1, 10), LONGEST_WAIT)
    fields = {"problem": problem_words(error)[:500], "due_at": now + wait, "leased_until": None}
    try:
        Seal.objects.filter(pk=claimed.pk, leased_until=claimed.leased_until).update(**fields)
    except DatabaseError:
        log.exception("seal %s: its problem could not be written down", claimed.pk)


def problem_words(error: Exception) -> str:
    """Why a seal waits, for staff. Never the text of an unknown error: it could hold a name."""
    if isinstance(error, CertificateProblem | NotSealed | TooLong):
        return str(error)
    if isinstance(error, draw.Unprintable):
        return _("No font here can draw: %(characters)s") % {"characters": " ".join(error.characters)}
    if isinstance(error, SandboxFailed):
        return _("The PDF could not be drawn: %(why)s.") % {"why": error}
    if isinstance(error, seal.TimestampFailed):
        return _("The timestamp server did not answer as it should. The agreement is sealed; its timestamp follows.")
    if isinstance(error, OSError | DatabaseError):
        return _("The sealed file could not be stored. Is the disk full?")
    return _("An unexpected error: %(kind)s.") % {"kind": type(error).__name__}
