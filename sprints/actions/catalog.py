"""A city's data.json file: keep it in pieces, read it bit by bit, and take over what was chosen.

An address that somebody gives is a note. Nothing is fetched: the file is handed in.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from mail.outbox import wake
from partners import rules
from partners.models import Person
from sprints.actions.datasets import add_dataset
from sprints.actions.transactions import lock_for, lock_sprint, record_event
from sprints.catalog.dcat import Described, EntryProblem, Unusable, described
from sprints.catalog.entries import CatalogPart, FileProblem, NoCatalog, entries_of, start_of
from sprints.domain.catalog import folded, refresh_in_words
from sprints.domain.milestones import today_of
from sprints.models import Catalog, CatalogEntry, CatalogPiece, Dataset, Sprint
from text.clean import one_line
from text.fields import clean_words

LARGEST = 40 * 1024 * 1024  # bytes
PIECE = 512 * 1024  # bytes
AT_ONCE = 400  # entries of one transaction
MOST_ENTRIES = 50_000
MOST_SHOWN = 500  # of the entries that are skipped
MOST_CHOSEN = 100  # at once
SWEEP_SECONDS = 20
COPIED = ("identifier", "title", "description", "steward", "licence", "formats", "refresh", "address")


@dataclass(frozen=True)
class Chosen:
    """How many were taken over, and how many were there already."""

    made: int
    known: int


@transaction.atomic
def hand_in_catalog(
    *, by: Person, sprint: Sprint, chunks: Iterable[bytes], file_name: str, source: str = "", now: datetime
) -> Catalog:
    """Keep a file to be read by the worker, in place of the one before. Raises ValidationError, in words."""
    sprint = lock_for(rules.takes_part, by, sprint)
    Catalog.objects.filter(sprint=sprint).delete()
    catalog = Catalog.objects.create(
        sprint=sprint,
        **clean_words(Catalog, file_name=file_name.replace("\\", "/").rpartition("/")[2], source=source),
        size=0,
        added_at=now,
        added_by=by,
    )
    digest = hashlib.sha256()
    for number, data in enumerate(_pieces(chunks)):
        digest.update(data)
        catalog.size += len(data)
        if catalog.size > LARGEST:
            raise ValidationError({"file": _("The file is larger than 40 MB. Hand in a smaller one.")})
        CatalogPiece.objects.create(catalog=catalog, number=number, data=data)
    catalog.sha256 = digest.hexdigest()
    catalog.save(update_fields=["size", "sha256"])
    payload = {"name": catalog.file_name, "sha256": catalog.sha256, "size": catalog.size, "source": catalog.source}
    record_event(sprint, "catalog.handed_in", by=by, now=now, payload=payload)
    wake("sprints.read_catalogs")
    return catalog


def _pieces(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes in pieces of one size."""
    kept = bytearray()
    for chunk in chunks:
        kept += chunk
        while len(kept) >= PIECE:
            yield bytes(kept[:PIECE])
            del kept[:PIECE]
    if kept:
        yield bytes(kept)


def read_catalogs(*, clock: Callable[[], datetime]) -> int:
    """Read on in the files that wait, each in turn, for at most 20 seconds; how many entries were read."""
    deadline, read = time.monotonic() + SWEEP_SECONDS, 0
    while waiting := list(Catalog.objects.filter(finished_at=None).order_by("added_at").values_list("pk", flat=True)):
        for pk in waiting:
            if time.monotonic() > deadline:
                return read
            read += read_on(pk, now=clock())
    return read


@transaction.atomic
def read_on(pk: UUID, *, now: datetime) -> int:
    """The next entries of a file, with how far it is read: whoever dies in the middle has read nothing of them."""
    catalog = Catalog.objects.select_for_update().filter(pk=pk, finished_at=None).first()
    if catalog is None:
        return 0
    entries: list[CatalogPart] = []
    problem: str | None = None
    try:
        catalog.read_to = catalog.read_to or start_of(_bytes_from(catalog, 0))
        for entry in islice(entries_of(_bytes_from(catalog, catalog.read_to), catalog.read_to), AT_ONCE):
            entries.append(entry)  # one by one: what was read before a refusal is kept
        problem = "" if len(entries) < AT_ONCE or entries[-1].last else None
    except NoCatalog as refusal:
        problem = refusal.problem
    _keep(catalog, entries)
    if problem is None and catalog.read >= MOST_ENTRIES:
        problem = FileProblem.TOO_MANY
    if problem is not None:
        catalog.finished_at, catalog.problem = now, problem
        catalog.pieces.all().delete()
    catalog.save()
    return len(entries)


def _bytes_from(catalog: Catalog, offset: int) -> Iterator[bytes]:
    """The file from this place on, a piece at a time."""
    number, within = divmod(offset, PIECE)
    while piece := CatalogPiece.objects.filter(catalog=catalog, number=number).first():
        yield bytes(piece.data)[within:]
        number, within = number + 1, 0


def _keep(catalog: Catalog, entries: list[CatalogPart]) -> None:
    """The entries as rows, in the order of the file. Of those that are skipped, the first hundreds are shown."""
    read = [_read(entry, catalog.source) for entry in entries]
    seen = _seen(catalog, [one.identifier for one in read if isinstance(one, Described)])
    rows = []
    for number, (entry, one) in enumerate(zip(entries, read, strict=True), start=catalog.read + 1):
        problem, fields = _as_row(entry, one)
        if not problem and (fields["identifier"], fields["title"]) in seen:
            problem = EntryProblem.TWICE
        elif not problem and fields["identifier"]:
            seen.add((fields["identifier"], fields["title"]))
        catalog.skipped += bool(problem)
        if not problem or catalog.skipped <= MOST_SHOWN:
            rows.append(CatalogEntry(catalog=catalog, number=number, problem=problem, **fields))
    CatalogEntry.objects.bulk_create(rows, batch_size=200)
    catalog.read += len(entries)
    catalog.read_to = entries[-1].end if entries else catalog.read_to


def _seen(catalog: Catalog, identifiers: list[str]) -> set[tuple[str, str]]:
    there = CatalogEntry.objects.filter(catalog=catalog, identifier__in=[one for one in identifiers if one])
    return set(there.values_list("identifier", "title"))


def _read(entry: CatalogPart, source: str) -> Described | EntryProblem:
    try:
        return described(entry.data, source=source)
    except Unusable as refusal:
        return refusal.problem


def _as_row(entry: CatalogPart, read: Described | EntryProblem) -> tuple[str, dict[str, Any]]:
    if isinstance(read, EntryProblem):
        begins = one_line((entry.data or b"")[:400].decode("utf-8", errors="replace"))
        return read.value, {"title": begins[:120], "identifier": ""}
    fields = {name: getattr(read, name) for name in COPIED}
    searched = " ".join([read.title, read.identifier, read.steward, read.formats, read.keywords, read.description])
    fields |= {"missing": read.missing, "issued": read.issued, "is_public": read.is_public}
    return "", fields | {"found_by": folded(searched)}


@transaction.atomic
def choose_entries(*, by: Person, sprint: Sprint, numbers: Iterable[int], now: datetime) -> Chosen:
    """Take entries of the catalog over as datasets of the sprint. One that is there already stays as it is."""
    sprint = lock_for(rules.takes_part, by, sprint)
    found = CatalogEntry.objects.filter(catalog__sprint=sprint, problem="", number__in=list(numbers)[:MOST_CHOSEN])
    there = set(Dataset.objects.filter(sprint=sprint, dropped_at=None).values_list("identifier", "title"))
    new = [entry for entry in found if (entry.identifier, entry.title) not in there]
    today = today_of(sprint, now)
    made = [add_dataset(sprint, by=by, now=now, **_from_catalog(entry, today)) for entry in new]
    if made:
        payload = {"titles": [dataset.title for dataset in made], "count": len(made)}
        record_event(sprint, "dataset.chosen", by=by, now=now, payload=payload)
    return Chosen(len(made), len(found) - len(made))


def _from_catalog(entry: CatalogEntry, today: date) -> dict[str, Any]:
    """As a dataset. Published on a day, at an address: then it is accessible since that day; else people say so."""
    published = entry.is_public and entry.address and entry.issued and entry.issued <= today
    return {name: getattr(entry, name) for name in COPIED if name != "refresh"} | {
        "refresh": refresh_in_words(entry.refresh)[:60],
        "gaps": "" if entry.is_public else _("The catalog does not list it as public."),
        "asked_on": today,
        "accessible_since": entry.issued if published else None,
    }


@transaction.atomic
def put_away_catalog(*, by: Person, sprint: Sprint, now: datetime) -> None:
    """The file and its entries are not needed any more. What was chosen from it stays."""
    sprint = lock_sprint(sprint)
    rules.require(rules.takes_part, by, sprint.partnership)
    catalog = Catalog.objects.filter(sprint=sprint).first()
    if catalog:
        catalog.delete()
        record_event(sprint, "catalog.put_away", by=by, now=now, payload={"name": catalog.file_name})
