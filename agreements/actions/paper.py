"""Sign on paper: one side uploads a scan of the signed print, and the other side's lead confirms it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from agreements.actions.signatures import after_signature, same_name
from agreements.actions.transactions import lock_agreement, record_event, speaks_for
from agreements.consent_texts import PAPER_CONSENT_VERSION
from agreements.domain.editions import content
from agreements.emails.agreements import notify_both
from agreements.models import Agreement, Edition, PaperCopy, Signature
from agreements.refusals import NotNow, Stale
from agreements.states import EditionState
from partners import rules
from partners.authentication_proof import Proof, mask, require_fresh
from partners.dates import date_words
from partners.models import Person
from partners.parties import Party
from text.fields import clean_words, refuse

# Where somebody signs it may still be the day before.
ELSEWHERE = timedelta(days=1)
# How old the paper of a partnership can be that was under way before it came here.
OUTSIDE = timedelta(days=3 * 366)
LARGEST_SCAN = 10 * 1024 * 1024  # bytes
SCAN_TYPES = {b"%PDF-": "application/pdf", b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg"}
PHONES = "image/heic"  # what phones take; whether it can be drawn is judged where it is read


def type_of_scan(scan: bytes) -> str:
    """The type by the file's own first bytes, whatever its name says. Raises ValidationError for any other."""
    found = next((kind for start, kind in SCAN_TYPES.items() if scan.startswith(start)), None)
    if found is None and scan[4:8] == b"ftyp":
        found = PHONES
    if found is None:
        raise ValidationError({"scan": _("The scan must be a PDF, JPEG, PNG or HEIC file. Choose another file.")})
    if len(scan) > LARGEST_SCAN:
        raise ValidationError({"scan": _("The scan is larger than 10 MB. Scan it again with a lower resolution.")})
    return found


@transaction.atomic
def upload_paper(
    *,
    by: Person,
    edition: Edition,
    shown: str,
    name: str,
    title: str,
    paper_date: date,
    scan: bytes,
    proof: Proof | None,
    now: datetime,
    outside: bool = False,
) -> PaperCopy:
    """Hand in the scan of a print that the own side signed by hand. It counts when the other lead confirms it. Raises
    NeedsFreshCode, as signing here does.

    `outside`: both had signed before this text was written down here, so that the date may lie before it. The other
    lead compares the scan with the text; each side hands in and confirms, and neither brings it into force alone.
    """
    held = lock_agreement(edition.agreement)
    party = speaks_for(by, held.partnership, rules.assents)
    edition = _open_edition(edition, shown)
    require_fresh(proof, now)
    if edition.signatures.filter(party=party).exists():
        raise NotNow(_("Your side has signed this edition already."))
    said = clean_words(PaperCopy, name=name, title=title)
    typed = {"name": said["name"], "paper_date": paper_date, "outside": outside}
    refuse(refused_paper(typed, edition=edition, party=party, now=now))
    edition.paper_copies.filter(party=party, refused_at=None).update(
        refused_at=now, refused_by=by, refuse_reason=_("Replaced by another scan.")
    )
    paper = PaperCopy.objects.create(
        edition=edition,
        party=party,
        **said,
        paper_date=paper_date,
        outside=outside,
        scan=scan,
        scan_type=type_of_scan(scan),
        scan_sha256=hashlib.sha256(scan).hexdigest(),
        uploaded_at=now,
        uploaded_by=by,
    )
    _record_and_notify(held, "paper.uploaded", paper, by=by, now=now)
    return paper


def refused_paper(typed: Mapping[str, Any], *, edition: Edition, party: Party, now: datetime) -> dict[str, str]:
    """What of what is said of a paper cannot be, by field."""
    name = typed.get("name")
    other = name and not same_name(name, content(edition)["parties"][party]["signatory"])
    return {
        "name": _("The name on the paper must be the one in the signature block.") if other else "",
        "paper_date": _wrong_date(edition, typed.get("paper_date"), now, outside=bool(typed.get("outside"))),
    }


def _wrong_date(edition: Edition, day: date | None, now: datetime, *, outside: bool) -> str:
    """Empty between the day on which there was this text to print and today; from outside, within three years."""
    zone = edition.agreement.partnership.program.zone
    if day and day > now.astimezone(zone).date():
        return _("The date on the paper lies in the future. Check it.")
    if day and outside:
        early = day < now.astimezone(zone).date() - OUTSIDE
        return _("The date on the paper lies more than three years back. Check the year.") if early else ""
    opened = edition.opened_at.astimezone(zone).date()
    if day and day < opened - ELSEWHERE:
        says = _("This text was opened for signing on %(day)s, so nobody can have signed it before. Check the date.")
        return says % {"day": date_words(opened)}
    return ""


@transaction.atomic
def confirm_paper(*, by: Person, paper: PaperCopy, shown: str, proof: Proof | None, now: datetime) -> Signature:
    """The other side's lead confirms that the scan shows this edition, signed. It may complete the edition."""
    held = lock_agreement(paper.edition.agreement)
    party = speaks_for(by, held.partnership, rules.assents)
    if paper.party == party:
        raise rules.Refused(_("A paper signature is confirmed by the lead of the other side."))
    edition = _open_edition(paper.edition, shown)
    require_fresh(proof, now)
    confirmed = PaperCopy.objects.filter(pk=paper.pk, confirmed_at=None, refused_at=None)
    if not confirmed.update(confirmed_at=now, confirmed_by=by):
        raise Stale
    paper.refresh_from_db()
    signature = Signature.objects.create(
        edition=edition,
        party=paper.party,
        method=Signature.Method.PAPER,
        signed_at=now,
        signed_by=paper.uploaded_by,
        name=paper.name,
        title=paper.title,
        organization=content(edition)["parties"][paper.party]["organization"],
        consent_version=PAPER_CONSENT_VERSION,
        intent_version=PAPER_CONSENT_VERSION,
        language=held.language,
        proof_method="paper",
        proved_at=paper.uploaded_at,
        address=mask(paper.uploaded_by.email),
        paper=paper,
    )
    _record_and_notify(held, "paper.confirmed", paper, by=by, now=now, mail=False)
    # Who signed is who handed the signature in; that it was confirmed, and by whom, is an event of its own.
    after_signature(held, edition, signature, by=paper.uploaded_by, now=now)
    return signature


@transaction.atomic
def refuse_paper(*, by: Person, paper: PaperCopy, reason: str, now: datetime) -> None:
    """Either lead says that a scan does not count, and why. Its side can hand in another, or sign here."""
    held = lock_agreement(paper.edition.agreement)
    speaks_for(by, held.partnership, rules.assents)
    waiting = PaperCopy.objects.filter(pk=paper.pk, confirmed_at=None, refused_at=None)
    if not waiting.update(refused_at=now, refused_by=by, **clean_words(PaperCopy, blank=False, refuse_reason=reason)):
        raise Stale
    paper.refresh_from_db()
    _record_and_notify(held, "paper.refused", paper, by=by, now=now)


def _open_edition(edition: Edition, shown: str) -> Edition:
    edition = Edition.objects.select_for_update().get(pk=edition.pk)
    if edition.state != EditionState.SIGNING or edition.digest != shown:
        raise Stale
    return edition


def _record_and_notify(
    agreement: Agreement, kind: str, paper: PaperCopy, *, by: Person, now: datetime, mail: bool = True
) -> None:
    payload: dict[str, object] = {
        "edition": paper.edition.digest,
        "party": Party(paper.party),
        "name": paper.name,
        "scan": paper.scan_sha256,
        "paper_date": paper.paper_date.isoformat(),
        "reason": paper.refuse_reason,
    }
    payload |= {"outside": True} if paper.outside else {}
    event = record_event(agreement, kind, by=by, now=now, payload=payload)
    if mail:
        about = {"edition": str(paper.edition_id), "paper": paper.pk}
        notify_both(agreement, kind, about=about, key=event.digest, now=now)
