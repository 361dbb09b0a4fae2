"""The worker's part of an export: its archive is packed, compared, kept, told of, and cleared when its day is over.

What is packed lies in a folder of this machine (DATA_DIR/exports) until the archive is kept: whoever comes after a kill
goes on from there, and on another machine begins anew. The archive itself lies with the other kept files.
"""

from __future__ import annotations

import hashlib
import logging
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID
from zipfile import ZIP_DEFLATED, ZipFile

from django.conf import settings
from django.core.files import File
from django.core.files.storage import default_storage
from django.db import DatabaseError, transaction
from django.db.models import F, Q
from django.utils import translation
from django.utils.translation import gettext as _

from ledger.record import append_event
from partners.models import Partnership
from programs.actions.exports import LASTS
from programs.archive.folder import Damaged, WorkFolder
from programs.domain.exports import closing_files, files_in, files_of, may_have, packed
from programs.domain.records import Records
from programs.emails.exports import notify_of_export
from programs.models import Export, ExportContents

log = logging.getLogger(__name__)

Clock = Callable[[], datetime]
# A worker that dies in the middle holds an export up for this long at most; while the archive is handed to the storage,
# which says nothing on its way, for longer.
LEASE, LONG_LEASE = timedelta(minutes=1), timedelta(minutes=20)
SWEEP_SECONDS, SELDOM_SECONDS = 10, 5
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=15), timedelta(minutes=15)
CHUNK = 50  # partnerships


class TakenOver(Exception):
    """Another worker has it, or it was cleared."""


class Archive(NamedTuple):
    """One that is put together. `agreements`: of how many partnerships it holds something. `redactions`: None where
    nobody asked for any."""

    path: Path
    size: int
    sha256: str
    manifest_sha256: str
    agreements: int
    redactions: int | None = None


class Held:
    """An export that this worker works on alone, for as long as it says so."""

    def __init__(self, export: Export, clock: Clock) -> None:
        self.export, self.clock = export, clock
        self.work = WorkFolder(work_path(export))

    def renew(self, lease: timedelta = LEASE, **fields: object) -> None:
        """Say how far it is, and that it goes on. Raises TakenOver."""
        until = self.clock() + lease
        self._update(leased_until=until, **fields)
        self.export.leased_until = until

    def give_back(self) -> None:
        """Another sweep goes on from here."""
        self._update(leased_until=None)

    def _update(self, **fields: Any) -> None:
        mine = Export.objects.filter(pk=self.export.pk, leased_until=self.export.leased_until, made_at=None)
        if not mine.filter(expires_at__gt=self.clock()).update(**fields):
            raise TakenOver


def work_path(export: Export) -> Path:
    return work_folders() / str(export.pk)


def work_folders() -> Path:
    return Path(settings.DATA_DIR) / "exports"


def make_exports(*, clock: Clock) -> int:
    """Go on with what is due, for at most ten seconds and the end of an archive; how many were finished."""
    deadline, made = time.monotonic() + SWEEP_SECONDS, 0
    while time.monotonic() < deadline and (export := _claim(now=clock())):
        try:
            made += make(Held(export, clock), is_over=lambda: time.monotonic() > deadline)
        except TakenOver:
            log.info("export %s: another worker goes on with it, or it was cleared", export.pk)
        except Exception as error:  # the next one in the queue must not wait for this one
            _try_later(export, error, now=clock())
    return made


def _claim(*, now: datetime) -> Export | None:
    """The next one, leased to this worker alone."""
    free = Q(leased_until=None) | Q(leased_until__lt=now)
    due = Export.objects.filter(free, made_at=None, due_at__lte=now, expires_at__gt=now)
    for pk in due.order_by("due_at", "pk").values_list("pk", flat=True)[:20]:
        if due.filter(pk=pk).update(leased_until=now + LEASE):
            return Export.objects.select_related("asked_by", "program").get(pk=pk)
    return None


def make(held: Held, *, is_over: Callable[[], bool]) -> bool:
    """Whether it is made. Where the time is over before, what is packed stays for the next sweep."""
    export = held.export
    if not may_have(export):
        clear(export)
        return False
    if export.contents != ExportContents.SIGNED:
        _finish(held, records_archive(held))
        return True
    with translation.override(export.asked_by.language):
        ids = export.partnerships.order_by("created_at", "pk").values_list("pk", flat=True)
        for number in pack(held.work, ids):
            held.renew(packed=number)
            if is_over():
                held.give_back()
                return False
        program = export.program.name if export.program else _("chosen by hand")
        tell = Seldom(held.renew)
        archive = put_together(held.work, program=program, by=export.asked_by.name, now=held.clock(), tell=tell)
        _finish(held, archive)
    return True


def records_archive(held: Held) -> Archive:
    """A partnership whole. It is written in one go: whoever comes after a kill begins anew."""
    export, path = held.export, held.work.archive_path
    with ZipFile(path, "w", ZIP_DEFLATED) as target:
        redact = export.contents == ExportContents.REDACTED
        records = Records(target, redact=redact, tell=Seldom(held.renew))
        sums = records.write(export.partnerships.get())
    with path.open("rb") as made:
        sha256 = hashlib.file_digest(made, "sha256").hexdigest()
    return Archive(path, path.stat().st_size, sha256, sums, 1, len(records.redactions) if redact else None)


def _finish(held: Held, archive: Archive) -> None:
    """Keep the archive, and only then offer it."""
    export = held.export
    held.renew(LONG_LEASE, packed=export.total)
    default_storage.delete(export.stored_as)  # what a killed worker left under its one name
    with archive.path.open("rb") as file:
        default_storage.save(export.stored_as, File(file))
    keep_made(held, archive)
    held.work.remove()


@transaction.atomic
def keep_made(held: Held, archive: Archive) -> None:
    """Say that it is there, and tell who asked. Raises TakenOver where another worker was quicker."""
    now, figures = held.clock(), archive._asdict()
    del figures["path"]
    held.renew(made_at=now, expires_at=now + LASTS, problem="", **figures)
    if held.export.contents != ExportContents.SIGNED:
        _tell_both_sides(held.export, now)
    notify_of_export(held.export, now=now)


def _tell_both_sides(export: Export, now: datetime) -> None:
    """On their history page they read that all of it was taken out, and by whom."""
    payload = {"redacted": export.contents == ExportContents.REDACTED}
    chain = export.partnerships.get().pk
    append_event(chain=chain, kind="records.taken", by=export.asked_by, at=now, payload=payload)


# --- The archive, for the worker and for the command line -----------------------------------------------------------


def pack(work: WorkFolder, partnerships: Iterable[UUID]) -> Iterator[int]:
    """Pack what is not packed yet: the number of each when it is. It hangs on its place among those chosen alone."""
    waiting = [(number, pk) for number, pk in enumerate(partnerships, 1) if not work.has(number)]
    rows = Partnership.objects.select_related("program", "agreement").prefetch_related("organizations")
    for place in range(0, len(waiting), CHUNK):
        chunk = waiting[place : place + CHUNK]
        found = rows.in_bulk([pk for _number, pk in chunk])
        for number, pk in chunk:
            one = packed(found[pk], number)
            work.add(number, one.entry, one.folder, one.files)
            yield number


def put_together(
    work: WorkFolder, *, program: str, by: str, now: datetime, tell: Callable[[], object] = lambda: None
) -> Archive:
    """Of all that is packed. `tell` is called after each file. Raises Damaged where one is not as it was written: what
    belongs to it is packed again."""
    closing = closing_files(work, program=program, by=by, now=now)
    try:
        path, sha256 = work.zip(files_in(work, closing), at=now, tell=tell)
    except (Damaged, FileNotFoundError) as error:
        _forget_damaged(work)
        raise Damaged(str(error)) from error
    count = sum(bool(entry["editions"]) for entry in work.entries())
    return Archive(path, path.stat().st_size, sha256, closing[-1].sha256, count)


def _forget_damaged(work: WorkFolder) -> None:
    """What is not there as it was written: a disk that lost it, or somebody who was in the folder."""
    for number, entry in enumerate(work.entries(), 1):
        if not all(work.holds(file) for file in files_of(entry)):
            work.forget(number)


class Seldom:
    """Calls no more often than every few seconds: to say that one goes on costs a transaction."""

    def __init__(self, call: Callable[[], object]) -> None:
        self.call, self.at = call, time.monotonic()

    def __call__(self) -> None:
        if time.monotonic() - self.at > SELDOM_SECONDS:
            self.call()
            self.at = time.monotonic()


# --- Trying again, and clearing ------------------------------------------------------------------------------------


def _try_later(export: Export, error: Exception, *, now: datetime) -> None:
    """Longer each time, until its day is over."""
    log.error("export %s was not made: %s", export.pk, type(error).__name__)
    wait = min(FIRST_WAIT * 2 ** min(export.failures, 10), LONGEST_WAIT)
    with translation.override(export.asked_by.language):
        problem = _problem_words(error)
    fields = {"problem": problem, "due_at": now + wait, "failures": F("failures") + 1, "leased_until": None}
    try:
        Export.objects.filter(pk=export.pk, made_at=None).update(**fields)
    except DatabaseError:
        log.error("export %s: its problem could not be written down", export.pk)


def _problem_words(error: Exception) -> str:
    """For who asked. Never the text of an error that is not ours: it could hold a name."""
    if isinstance(error, Damaged):
        return _("A file was not as it had been packed. It is packed again.")
    if isinstance(error, OSError):
        return _("The archive could not be kept. Perhaps the disk is full. It is tried again.")
    return _("An unexpected error: %(kind)s. It is tried again.") % {"kind": type(error).__name__}


def clear_exports(now: datetime) -> None:
    """Those whose day is over, made or not; those whose asker may have them no more; folders that nobody works in."""
    for export in Export.objects.select_related("asked_by").order_by("pk"):
        if export.expires_at <= now or not may_have(export):
            clear(export)
    being_made = {str(pk) for pk in Export.objects.filter(made_at=None).values_list("pk", flat=True)}
    for folder in work_folders().glob("*-*"):
        if folder.name not in being_made:
            WorkFolder(folder).remove()


def clear(export: Export) -> None:
    """Its bytes, then its row: bytes that no row names would stay for ever."""
    WorkFolder(work_path(export)).remove()
    try:
        default_storage.delete(export.stored_as)
    except Exception as error:  # each storage fails in its own way
        log.error("an archive could not be cleared: %s", type(error).__name__)
    else:
        export.delete()
