"""A city's data.json file: keep it in pieces, read it bit by bit, and take over what was chosen.

An address that somebody gives is a note. Nothing is fetched: the file is handed in.
"""

from __future__ import annotations

import hashlib
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from agreements.refusals import NotNow, Stale
from ledger.holds import why_kept
from mail.outbox import wake
from partners import rules
from partners.actions.invitations import lock
from partners.models import Person
from sprints.actions.datasets import add_dataset
from sprints.actions.transactions import lock_for, lock_sprint, record_event
from sprints.catalog.contents import LARGEST, MOST_ENTRIES, Item, each_once, item_of
from sprints.catalog.entries import CatalogPart, Place, Reading
from sprints.catalog.refresh import refresh_in_words
from sprints.catalog.window import FileProblem, NoCatalog
from sprints.domain.catalog import COPIED, Listed, folded, listed
from sprints.domain.datasets import dataset_digest
from sprints.domain.milestones import today_of
from sprints.models import Catalog, CatalogEntry, CatalogPiece, Sprint
from text.fields import clean_words

PIECE = 512 * 1024  # bytes
AT_ONCE, BYTES_AT_ONCE = 400, 8 * 1024 * 1024  # of one transaction; the entry that passes it is the last
MOST_SHOWN = 500  # of the entries that are skipped
MOST_CHOSEN = 100  # at once
SWEEP_SECONDS = 20


@dataclass(frozen=True)
class Chosen:
    """How many were taken over, were there already, and were brought up to date."""

    made: int
    known: int
    updated: int = 0


@transaction.atomic
def hand_in_catalog(
    *, by: Person, sprint: Sprint, chunks: Iterable[bytes], file_name: str, source: str = "", now: datetime
) -> Catalog:
    """Keep a file to be read by the worker, in place of the one before. Raises ValidationError, in words, and NotNow
    where the one before must be kept."""
    lock(sprint.partnership)
    sprint = lock_for(rules.takes_part, by, sprint)
    if before := Catalog.objects.filter(sprint=sprint).first():
        _require_no_hold(sprint)
        before.delete()
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
            raise ValidationError({"file": FileProblem.FILE_TOO_LARGE.label})
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
    start = _start_of(catalog)
    reading, entries = Reading(_bytes_from(catalog, start.offset), start), []
    parts, problem, is_over = iter(reading), None, False
    try:
        for entry in parts:
            entries.append(entry)  # one by one: what was read before a refusal is kept
            if len(entries) == AT_ONCE or entry.after.offset - start.offset > BYTES_AT_ONCE:
                break
        else:
            is_over = True
        if catalog.read + len(entries) >= MOST_ENTRIES and next(parts, None):
            problem = FileProblem.TOO_MANY
    except NoCatalog as refusal:
        problem = refusal.problem
    _keep(catalog, entries)
    catalog.not_read = dict(Counter(catalog.not_read) + reading.passed)
    if problem or is_over or not entries[-1].after.within:
        catalog.finished_at, catalog.problem = now, problem or ""
        catalog.pieces.all().delete()
    catalog.save()
    return len(entries)


def _start_of(catalog: Catalog) -> Place:
    """Where reading goes on. What another version began is read anew."""
    if catalog.read_within:
        return Place(catalog.read_to, catalog.read_within)
    catalog.entries.all().delete()
    catalog.read = catalog.skipped = 0
    return Place()


def _bytes_from(catalog: Catalog, offset: int) -> Iterator[bytes]:
    """The file from this place on, a piece at a time."""
    number, within = divmod(offset, PIECE)
    while piece := CatalogPiece.objects.filter(catalog=catalog, number=number).first():
        yield bytes(piece.data)[within:]
        number, within = number + 1, 0


def _keep(catalog: Catalog, entries: list[CatalogPart]) -> None:
    """The entries as rows, in the order of the file. Of those that are skipped, the first hundreds are shown."""
    items = [item_of(entry, catalog.source) for entry in entries]
    rows: dict[object, CatalogEntry] = {}
    for item in each_once(items, _known(catalog, items)):
        if item.takes_over:
            _replace(catalog, rows, item)
            continue
        catalog.read += 1
        catalog.skipped += bool(item.problem)
        if item.described or catalog.skipped <= MOST_SHOWN:
            key = item.key if item.described and item.identifier else catalog.read
            rows[key] = CatalogEntry(catalog=catalog, number=catalog.read, **_as_row(item))
    CatalogEntry.objects.bulk_create(rows.values(), batch_size=200)
    if entries:
        catalog.read_to, catalog.read_within = entries[-1].after.offset, entries[-1].after.within


def _known(catalog: Catalog, items: list[Item]) -> dict[tuple[str, str], int]:
    """The ranks of what is kept already, by its key."""
    identifiers = {item.identifier for item in items if item.described and item.identifier}
    there = CatalogEntry.objects.filter(catalog=catalog, problem="", identifier__in=identifiers)
    return {(one, title): rank for one, title, rank in there.values_list("identifier", "title", "rank")}


def _replace(catalog: Catalog, rows: dict[object, CatalogEntry], item: Item) -> None:
    """The copy of it that stands deeper in the file."""
    if kept := rows.get(item.key):
        rows[item.key] = CatalogEntry(catalog=catalog, number=kept.number, **_as_row(item))
        return
    there = CatalogEntry.objects.filter(catalog=catalog, problem="")
    there.filter(identifier=item.identifier, title=item.title).update(**_as_row(item))


def _as_row(item: Item) -> dict[str, Any]:
    row: dict[str, Any] = {"title": item.title, "identifier": item.identifier, "rank": item.rank}
    if (read := item.described) is None:
        return row | {"problem": item.problem}
    row |= {name: getattr(read, name) for name in COPIED}
    row |= {"missing": read.missing, "issued": read.issued, "is_public": read.is_public}
    searched = " ".join([read.title, read.identifier, read.steward, read.formats, read.keywords, read.description])
    return row | {"found_by": folded(searched)}


@transaction.atomic
def choose_entries(
    *, by: Person, sprint: Sprint, numbers: Iterable[int], updates: Mapping[int, str] | None = None, now: datetime
) -> Chosen:
    """Take entries of the catalog over as datasets of the sprint. One that is there already stays as it is; what the
    catalog says of it now is taken over by `updates`: its number, with the dataset's digest as the person saw it.
    Raises Stale."""
    sprint, updates = lock_for(rules.takes_part, by, sprint), updates or {}
    asked = set(list(numbers)[:MOST_CHOSEN])
    usable = CatalogEntry.objects.filter(catalog__sprint=sprint, problem="")
    found = list(usable.filter(number__in=asked | set(list(updates)[:MOST_CHOSEN])))
    there = listed(sprint.catalog, found) if found else {}
    chosen = [entry for entry in found if entry.number in asked]
    new = {(entry.identifier, entry.title): entry for entry in chosen if entry.number not in there}
    today = today_of(sprint, now)
    made = [add_dataset(sprint, by=by, now=now, **_from_catalog(entry, today)) for entry in new.values()]
    if made:
        payload = {"titles": [dataset.title for dataset in made], "count": len(made)}
        record_event(sprint, "dataset.chosen", by=by, now=now, payload=payload)
    updated = [_update(sprint, there[number], shown, by, now) for number, shown in updates.items() if number in there]
    return Chosen(len(made), len(chosen) - len(made), sum(updated))


def _update(sprint: Sprint, there: Listed, shown: str, by: Person, now: datetime) -> bool:
    """Whether the catalog says anything else of it."""
    dataset = there.dataset
    if dataset_digest(dataset) != shown:
        raise Stale
    if not there.changes:
        return False
    for name, said in there.changes.items():
        setattr(dataset, name, said)
    dataset.changed_at, dataset.changed_by = now, by
    dataset.save()
    payload = {"dataset": dataset.title, "changed": there.changes}
    record_event(sprint, "dataset.changed", by=by, now=now, payload=payload)
    return True


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
    """The file and its entries are not needed any more. What was chosen from it stays. Raises NotNow where they must be
    kept."""
    lock(sprint.partnership)  # before the sprint, as a deletion does: a hold is placed under the same lock
    sprint = lock_sprint(sprint)
    rules.require(rules.takes_part, by, sprint.partnership)
    catalog = Catalog.objects.filter(sprint=sprint).first()
    if catalog:
        _require_no_hold(sprint)
        catalog.delete()
        record_event(sprint, "catalog.put_away", by=by, now=now, payload={"name": catalog.file_name})


def _require_no_hold(sprint: Sprint) -> None:
    if why := why_kept(sprint.partnership_id):
        raise NotNow(why)
