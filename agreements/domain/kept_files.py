"""Files that are kept with their fingerprint: what each is, as people know it, and how its bytes are read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Model, QuerySet

from agreements.models import Edition, PaperCopy, SealFile
from partners.models import Partnership


@dataclass(frozen=True)
class KeptFile:
    """One file, not read yet. `stored_as` is its name in the storage; empty where the database holds the bytes.

    `chunks` reads. It raises FileNotFoundError where the file is gone, and what the storage raises where that cannot be
    asked.
    """

    partnership: Partnership
    what: str
    name: str
    size: int | None
    sha256: str
    chunks: Callable[[], Iterator[bytes]]
    stored_as: str = ""

    @property
    def key(self) -> str:
        """What tells it from all others: its name in the storage, or what it is and was."""
        return self.stored_as or f"{self.partnership.slug}: {self.what}, {self.sha256}"


def kept_files(*, sample: int | None = None) -> Iterator[KeptFile]:
    """Texts, scans and sealed PDFs of editions; of each kind so many by chance, where a sample is asked for."""
    for edition in chosen(Edition.objects.select_related("agreement__partnership").defer("canonical"), sample):
        what = f"the text of edition {edition.number}, opened for signing on {edition.opened_at:%Y-%m-%d}"
        yield in_database(edition, "canonical", edition.agreement.partnership, what, edition.digest)
    for paper in chosen(PaperCopy.objects.select_related("edition__agreement__partnership"), sample):
        what = f"the scan of edition {paper.edition.number}, signed on paper by {paper.name}"
        yield in_database(paper, "scan", paper.edition.agreement.partnership, what, paper.scan_sha256)
    for file in chosen(SealFile.objects.select_related("seal__edition__agreement__partnership").defer("pdf"), sample):
        edition = file.seal.edition
        what = f"the sealed PDF of edition {edition.number} ({file.get_level_display()})"
        yield in_database(file, "pdf", edition.agreement.partnership, what, file.sha256)


def chosen(rows: QuerySet[Any], sample: int | None) -> Iterator[Any]:
    """All of them, piece by piece; or so many by chance."""
    return rows.order_by("pk").iterator(chunk_size=500) if sample is None else iter(rows.order_by("?")[:sample])


def in_database(row: Model, field: str, partnership: Partnership, what: str, sha256: str) -> KeptFile:
    def chunks() -> Iterator[bytes]:
        kept = type(row)._base_manager.filter(pk=row.pk).values_list(field, flat=True).first()
        if kept is None:
            raise FileNotFoundError
        yield bytes(kept)

    return KeptFile(partnership, what, "", None, sha256, chunks)
