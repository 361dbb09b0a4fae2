"""One file of each kind that is kept with its fingerprint."""

from __future__ import annotations

import hashlib
import io

from PIL import Image

from agreements.models import Seal, SealFile
from partners.parties import Party
from sprints import actions
from sprints.files import checked_file
from sprints.models import Evidence, SealedReport, Sprint
from tests.factories.agreements import hand_in, make_agreement, open_for_signing
from tests.factories.decisions import sponsor_of
from tests.factories.people import NOW
from tests.factories.sprints import first_joint, lead_in, started_sprint

SCAN = b"%PDF-1.7 what residents said"
LETTER = b"%PDF-1.7 we stand behind this"


def sprint_with_files() -> Sprint:
    """Evidence and a letter in the storage, a sealed PDF and a sealed report in the database."""
    sprint = started_sprint()
    add_file(sprint, "The residents' survey", SCAN)
    act = {"by": sponsor_of(sprint), "sprint": sprint, "occasion": "start", "words": "", "now": NOW}
    actions.record_buy_in(file=checked_file(LETTER, "letter.pdf"), **act)
    seal = Seal.objects.get(edition__agreement__partnership=sprint.partnership)
    SealFile.objects.create(
        seal=seal, pdf=b"sealed", sha256=sha256(b"sealed"), level="B-B", sealer="0" * 64, made_at=NOW
    )
    SealedReport.objects.create(
        sprint=sprint, digest="0" * 64, asked_at=NOW, due_at=NOW, sealed_at=NOW, pdf=b"report", sha256=sha256(b"report")
    )
    return sprint


def add_file(sprint: Sprint, title: str, *data: bytes) -> Evidence:
    act = {"by": lead_in(sprint, Party.CITY), "milestone": first_joint(sprint), "now": NOW}
    return actions.add_evidence(title=title, attachments=[checked_file(one, "scan.pdf") for one in data], **act)


def paper_handed_in() -> None:
    hand_in(open_for_signing(make_agreement()), Party.CITY)


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def phone_picture(width: int = 48, height: int = 32) -> bytes:
    """A picture as phones take them: upright by a note alone, and saying where it was taken."""
    import pillow_heif

    pillow_heif.register_heif_opener()
    exif = Image.Exif()
    exif[0x0112], exif[0x010E] = 6, "At 12 Elm Street"  # to be turned; a description
    kept = io.BytesIO()
    Image.new("RGB", (width, height), "#24548a").save(kept, "HEIF", exif=exif.tobytes())
    return kept.getvalue()
