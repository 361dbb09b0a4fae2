"""The worker's part of a sealed report: drawn, sealed, read back, and only then kept.

Apart from reports.py, so that pages that ask for a report need not import what seals it.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from cryptography.hazmat.primitives.serialization import Encoding
from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from agreements.actions.seals import NotSealed, problem_words, sealer_at
from agreements.pdf import draw
from agreements.seal import seal
from agreements.seal.verdict import Kind
from partners.parties import Party
from sprints.actions.transactions import lock_sprint, record_event
from sprints.domain.reports import kept_page
from sprints.emails.hourly import notify_lead
from sprints.models import SealedReport

log = logging.getLogger(__name__)

# Also how long a worker that dies in the middle holds a report up.
NEXT_TRY = timedelta(minutes=1)
REASON = gettext_noop("Both sides asked for this report. This seal shows that it has not changed since.")


def seal_reports(*, clock: Callable[[], datetime]) -> int:
    """Seal what is due; how many were sealed. One that fails is tried again, and holds up no other."""
    sealed = 0
    while waiting := _claimed(now=clock()):
        try:
            sealed += keep_sealed(waiting, _sealed(waiting, clock()), now=clock())
        except Exception as error:
            log.error("report %s was not sealed: %s", waiting.pk, type(error).__name__)
            SealedReport.objects.filter(pk=waiting.pk).update(problem=problem_words(error)[:500])
    return sealed


def _claimed(*, now: datetime) -> SealedReport | None:
    """The next one, taken by this worker alone until it is due again."""
    due = SealedReport.objects.filter(sealed_at=None, due_at__lte=now)
    for pk in due.order_by("due_at").values_list("pk", flat=True)[:20]:
        if due.filter(pk=pk).update(due_at=now + NEXT_TRY, attempts=F("attempts") + 1):
            return SealedReport.objects.select_related("sprint__partnership__program").get(pk=pk)
    return None


def _sealed(waiting: SealedReport, now: datetime) -> bytes:
    """Drawn, sealed, and read back as a stranger would. Raises NotSealed."""
    sealer = sealer_at(now, demo=waiting.sprint.partnership.program.is_demo)
    drawn = draw.draw_apart(kept_page(waiting), paper=settings.PAPER_SIZE)
    data = seal.seal(drawn, sealer, reason=_(REASON))
    verdict = seal.check(data, now=now, trust=[sealer.certificate.public_bytes(Encoding.DER)])
    if verdict.kind != Kind.REPORT:
        raise NotSealed(_("The sealed file was read back and found wrong: %(why)s") % {"why": " ".join(verdict.words)})
    return data


@transaction.atomic
def keep_sealed(waiting: SealedReport, data: bytes, *, now: datetime) -> bool:
    """Keep the file, say so in the ledger, and tell both leads. False where another worker was quicker."""
    lock_sprint(waiting.sprint)
    sha256 = hashlib.sha256(data).hexdigest()
    mine = SealedReport.objects.filter(pk=waiting.pk, sealed_at=None)
    if not mine.update(sealed_at=now, pdf=data, sha256=sha256, problem=""):
        return False
    record_event(waiting.sprint, "report.sealed", by=None, now=now, payload={"digest": waiting.digest, "file": sha256})
    for party in Party:
        notify_lead(waiting.sprint, party, "report.sealed", about={"report": str(waiting.pk)}, now=now)
    return True
