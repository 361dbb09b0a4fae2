"""Files that people handed in, and sealed reports, with their fingerprints."""

from __future__ import annotations

from collections.abc import Iterator

from agreements.domain.kept_files import KeptFile, chosen, in_database
from partners.models import Partnership
from sprints.models import BuyIn, Evidence, EvidenceFile, SealedReport

CHUNK = 256 * 1024  # bytes


def stored_files(*, sample: int | None = None) -> Iterator[KeptFile]:
    """What the storage holds: evidence and letters, those that were taken back or replaced, too."""
    evidence = Evidence.objects.exclude(file="").select_related("milestone__sprint__partnership")
    for row in chosen(evidence, sample):
        yield _stored(row, row.milestone.sprint.partnership, _evidence(row))
    further = EvidenceFile.objects.select_related("evidence__milestone__sprint__partnership")
    for one in chosen(further, sample):
        yield _stored(one, one.evidence.milestone.sprint.partnership, _evidence(one.evidence))
    for letter in chosen(BuyIn.objects.exclude(file="").select_related("sprint__partnership"), sample):
        what = f"the letter of executive buy-in ({letter.get_occasion_display()}) of {letter.at:%Y-%m-%d}"
        yield _stored(letter, letter.sprint.partnership, what)


def kept_files(*, sample: int | None = None) -> Iterator[KeptFile]:
    """These, and the reports that the database holds."""
    yield from stored_files(sample=sample)
    sealed = SealedReport.objects.exclude(sealed_at=None).select_related("sprint__partnership")
    for report in chosen(sealed.defer("pdf", "html", "facts"), sample):
        what = f"the sealed report on the promises of {report.asked_at:%Y-%m-%d}"
        yield in_database(report, "pdf", report.sprint.partnership, what, report.sha256)


def _evidence(row: Evidence) -> str:
    return f"evidence “{row.title}” of milestone {row.milestone.number}, “{row.milestone.title}”"


def _stored(row: Evidence | EvidenceFile | BuyIn, partnership: Partnership, what: str) -> KeptFile:
    def chunks() -> Iterator[bytes]:
        with row.file.open("rb") as file:
            yield from file.chunks(CHUNK)

    return KeptFile(partnership, what, row.file_name, row.file_size, row.file_sha256, chunks, str(row.file.name))
