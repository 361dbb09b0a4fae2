"""A SQLite database: copied whole while the site runs, and replaced in one step."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from django.db import connection

from topcities.backups.folder import BackupProblem, need_space, sync

FILE = "database.sqlite3"
PAGES = 4000  # copied at a time
# Beside a database that is being written to; they belong to it, and never to another one.
BESIDE = ("-wal", "-shm", "-journal")


def place() -> Path:
    return Path(connection.settings_dict["NAME"])


def problem() -> str:
    """Why no back-up can be made; empty where one can."""
    return "" if place().exists() else f"There is no database at {place()}."


def size() -> int:
    """Bytes, at most."""
    return sum(file.stat().st_size for file in (place(), _beside(place(), "-wal")) if file.exists())


@contextmanager
def snapshot() -> Iterator[str]:
    """What is read within it is of one moment. Nobody waits: the database is not locked."""
    with connection.cursor() as cursor:
        cursor.execute("BEGIN DEFERRED")
        try:
            cursor.execute("SELECT count(*) FROM sqlite_master")
            yield ""
        finally:
            cursor.execute("ROLLBACK")


def copy(target: Path, _moment: str) -> None:
    """The database as it is in the snapshot, as a single file."""
    with closing(sqlite3.connect(target)) as copied:
        connection.connection.backup(copied, pages=PAGES)
        copied.execute("PRAGMA journal_mode=DELETE")
    check(target)


def check(file: Path) -> None:
    """Raises BackupProblem where SQLite finds it damaged."""
    try:
        with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as opened:
            found = [row[0] for row in opened.execute("PRAGMA integrity_check(3)")]
            lost = opened.execute("PRAGMA foreign_key_check").fetchall()
    except sqlite3.DatabaseError as error:
        raise BackupProblem(f"{file} is damaged: {error}.") from error
    if found != ["ok"] or lost:
        says = "; ".join(found) if found != ["ok"] else f"{len(lost)} rows name others that are not there"
        raise BackupProblem(f"{file} is damaged: {says}.")


def need_room(backup: Path) -> None:
    place().parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    need_space(place().parent, (backup / FILE).stat().st_size)


def in_use() -> str:
    """Who else uses the database, in words; empty where nobody does. What is in its journal is in its file then."""
    connection.close()
    if not place().exists():
        return ""
    try:
        with closing(sqlite3.connect(place(), timeout=1)) as opened:
            opened.execute("PRAGMA journal_mode=DELETE")
    except sqlite3.OperationalError as error:
        return "another process has the database open" if "locked" in str(error) else ""
    except sqlite3.DatabaseError:
        return ""  # it is damaged, which may be why a back-up is to take its place
    return ""


@contextmanager
def replaced(backup: Path, kept_as: str) -> Iterator[str]:
    """Within it, the database is that of the back-up; after it, for everybody. What goes wrong leaves the one before.

    Gives the words that say where that one is kept.
    """
    before, restored = place(), place().with_name(f"{place().name}.{kept_as}.new")
    kept = before.with_name(f"{before.name}.{kept_as}")
    for left in before.parent.glob(f"{before.name}.*.new*"):
        left.unlink()  # from a restoring that was cut short
    shutil.copyfile(backup / FILE, restored)
    restored.chmod(0o600)
    _use(restored)
    try:
        yield f"The database before is kept as {kept}. Remove it when you are sure." if before.exists() else ""
        connection.close()
        sync(restored)
        _swap(before, restored, kept)
    except BaseException:
        connection.close()
        for file in (restored, *(_beside(restored, end) for end in BESIDE)):
            file.unlink(missing_ok=True)
        raise
    finally:
        _use(before)


def forget(kept_as: str) -> None:
    """What was there before held nothing."""
    place().with_name(f"{place().name}.{kept_as}").unlink(missing_ok=True)


def _swap(before: Path, restored: Path, kept: Path) -> None:
    """At no moment is there none: a start in between would make an empty one."""
    for end in BESIDE:
        with suppress(FileNotFoundError):
            _beside(before, end).rename(_beside(kept, end))
    with suppress(FileNotFoundError):
        before.chmod(0o600)
        os.link(before, kept)
    restored.replace(before)
    sync(before.parent)


def _use(file: Path) -> None:
    connection.close()
    connection.settings_dict["NAME"] = str(file)


def _beside(file: Path, end: str) -> Path:
    return file.with_name(file.name + end)
