"""Make a back-up while the site runs: database and files of one moment, and the keys that were made here."""

from __future__ import annotations

import platform
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from django.core.files.storage import default_storage
from django.db import DatabaseError

from mail.models import Heartbeat
from sprints.domain.kept_files import CHUNK, stored_files
from topcities.backups import facts, keys
from topcities.backups.facts import Facts
from topcities.backups.folder import BackupProblem, NewFolder, chunks_of, megabytes, need_space, new_folder
from topcities.kept_files import all_files, compare_all

FILES = "files"
HEARTBEAT = "backup"  # when the last one was made
LONGEST_PLACE = 300
TELLS_EVERY = 500
Say = Callable[[str], None]


@dataclass(frozen=True)
class ListedFile:
    """A file as the snapshot names it."""

    name: str
    sha256: str
    what: str


@dataclass(frozen=True)
class Made:
    """What is in a whole back-up. `wrong` says in words which files were changed or lost before it was made."""

    facts: Facts
    files: int
    wrong: list[str]

    @property
    def is_well(self) -> bool:
        return not self.wrong and not self.facts.ledger["problems"]


def back_up(place: Path, *, now: datetime, say: Say) -> Made:
    """Raises BackupProblem: then there is no folder at `place`. Files that are wrong already do not stop it."""
    _check_before(place, say)
    engine = facts.engine()
    with new_folder(place) as folder:
        with engine.snapshot() as moment:
            found, listed = facts.gather(now=now), list(_listed())
            in_database = compare_all(file for file in all_files() if not file.stored_as).problems
            say("Copying the database.")
            _copy_database(folder, moment)
        folder.note(engine.FILE)
        wrong = list(_copy_files(folder, listed, say))
        for name, file in keys.files():
            folder.add(f"{keys.FOLDER}/{name}", chunks_of(file))
        names = [*(one.name for one, _why in wrong), *(one.file.key for one in in_database)]
        found = replace(found, wrong_files=names)
        folder.add(facts.FILE, [found.write()])
        say("Reading it back.")
    where = f"{platform.node()}: {place.absolute()}"[:LONGEST_PLACE]
    Heartbeat.objects.update_or_create(name=HEARTBEAT, defaults={"at": now, "place": where})
    says = [f"{why}: {one.what} ({one.name})" for one, why in wrong]
    return Made(found, len(listed), [*says, *map(str, in_database)])


def _check_before(place: Path, say: Say) -> None:
    """Raises BackupProblem for what would stop it later."""
    if why := facts.engine().problem():
        raise BackupProblem(f"{why} No back-up was made.")
    try:
        missing = sorted(set(facts.known()) - set(facts.applied()))
    except DatabaseError as error:
        raise BackupProblem(f"The database cannot be read: {error}. No back-up was made.") from error
    if missing:
        says = f"The database is of an earlier version than this code: it lacks {', '.join(missing[:3])}"
        raise BackupProblem(f"{says}. Back up with the version that ran last, before you take a new one.")
    parent = place.absolute().parent
    if not parent.is_dir():
        raise BackupProblem(f"{parent} is no folder. Make it, on another disk than the data, then try again.")
    needed = facts.engine().size() + sum(file.size or 0 for file in stored_files())
    need_space(parent, needed)
    say(f"About {megabytes(needed)} to copy.")


def _copy_database(folder: NewFolder, moment: str) -> None:
    engine = facts.engine()
    try:
        engine.copy(folder.place_for(engine.FILE), moment)
    except BackupProblem as problem:
        raise BackupProblem(f"{problem} No back-up was made.") from problem


def _listed() -> Iterator[ListedFile]:
    for file in stored_files():
        yield ListedFile(file.stored_as, file.sha256, f"{file.partnership.slug}: {file.what}")


def _copy_files(folder: NewFolder, listed: list[ListedFile], say: Say) -> Iterator[tuple[ListedFile, str]]:
    """Those that are not as they were handed in, with what is wrong. A changed one is copied as it is now."""
    for number, file in enumerate(listed, start=1):
        if number % TELLS_EVERY == 1:
            say(f"Copying file {number:,} of {len(listed):,}.")
        try:
            if folder.add(f"{FILES}/{file.name}", _chunks(file.name)) != file.sha256:
                yield file, "changed"
        except FileNotFoundError:
            yield file, "lost"
        except Exception as error:  # each storage fails in its own way
            says = f"The files cannot be read ({type(error).__name__}), at {file.what} ({file.name})."
            raise BackupProblem(f"{says} No back-up was made. Mend the storage, then try again.") from error


def _chunks(name: str) -> Iterable[bytes]:
    with default_storage.open(name) as file:
        yield from file.chunks(CHUNK)
