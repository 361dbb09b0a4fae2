"""Put a back-up back: everything is checked before anything is changed, and what was there before is kept."""

from __future__ import annotations

import hashlib
import os
import pwd
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.core.files import File
from django.core.files.storage import FileSystemStorage, default_storage, storages
from django.core.management import call_command
from django.db import DatabaseError, connection

from ledger import append_only
from mail.models import Heartbeat, MailState, OutboxMail
from sprints.domain.kept_files import CHUNK
from topcities.backups import facts, keys
from topcities.backups.backup import FILES, HEARTBEAT, Say
from topcities.backups.facts import Facts
from topcities.backups.folder import BackupProblem, check, need_space
from topcities.backups.lock import held
from topcities.kept_files import all_files, compare_all

# In the folder of the site's data, with the name of the back-up: it was put back, and nobody knows whether it is whole.
UNCHECKED = "restore-unchecked"
RUNNING = "The site is running: {why}. Stop pages, worker and clock, then try again. Nothing was changed."


@dataclass(frozen=True)
class Restored:
    """What was put back. `kept` says where what was there before is; `other_key`: another secret key is in use now."""

    facts: Facts
    files: int
    kept: list[str]
    mail_waiting: int
    other_key: bool


def look_at(place: Path) -> tuple[Facts, dict[str, str]]:
    """What is in a whole back-up whose database could be restored here. Raises BackupProblem; nothing is changed."""
    sums = check(place)
    found, engine = facts.read(place), facts.engine()
    if engine.FILE not in sums:
        says = f"This back-up is of {found.database}, and DATABASE_URL names {connection.vendor}. Nothing was changed."
        raise BackupProblem(f"{says} Restore it where the same kind of database is set.")
    if connection.vendor == "postgresql" and (why := engine.problem()):
        raise BackupProblem(f"{why} Nothing was changed.")
    try:
        engine.check(place / engine.FILE)
    except BackupProblem as problem:
        raise BackupProblem(f"{problem} Nothing was changed.") from problem
    return found, sums


def restore(place: Path, *, replace: bool, migrate: bool, now: datetime, say: Say) -> Restored:
    """Raises BackupProblem: then the database is as it was before."""
    if why := wrong_account(os.geteuid(), Path(settings.DATA_DIR).stat().st_uid):
        raise BackupProblem(why)
    with held(alone=True) as alone:
        if not alone:
            raise BackupProblem(RUNNING.format(why=f"it holds {settings.DATA_DIR}"))
        say("Checking the back-up.")
        found, sums = look_at(place)
        _check_versions(found, migrate)
        _check_here(found, sums, place, replace)
        return _put_back(place, found, sums, migrate=migrate, now=now, say=say)


def wrong_account(mine: int, owner: int) -> str:
    """Why this account may not restore: the site could not write to what root puts there. Empty where it may."""
    if mine != 0 or owner == 0:
        return ""
    try:
        name = pwd.getpwuid(owner).pw_name
    except KeyError:
        name = f"#{owner}"
    return (
        f"{settings.DATA_DIR} belongs to another account. Nothing was changed. Run this as that one: sudo -u {name} ..."
    )


def _check_versions(found: Facts, migrate: bool) -> None:
    newer = sorted(set(facts.known()) - set(found.migrations))
    if newer and not migrate:
        says = f"This back-up is of version {found.version}; the code here is newer by {', '.join(newer[:3])}"
        do = "Restore with the version it was made with; or add --migrate, which brings the database up to this one"
        raise BackupProblem(f"{says}. Nothing was changed. {do}.")


def _check_here(found: Facts, sums: dict[str, str], place: Path, replace: bool) -> None:
    engine = facts.engine()
    if found.schema and found.schema != (here := engine.schema()):
        raise BackupProblem(
            f"This back-up is of the schema {found.schema}, and here it is {here}. Nothing was changed."
        )
    if why := engine.in_use():
        raise BackupProblem(RUNNING.format(why=why))
    engine.need_room(place)
    if _are_on_this_machine():
        missing = [name for name in _files(sums) if not default_storage.exists(name)]
        folder = next(one for one in (Path(settings.MEDIA_ROOT), *Path(settings.MEDIA_ROOT).parents) if one.exists())
        need_space(folder, sum((place / FILES / name).stat().st_size for name in missing))
    if not replace and _holds_something():
        says = "The database here holds data. Nothing was changed."
        raise BackupProblem(f"{says} With --replace the back-up takes its place, and what is there now is kept aside.")


def _holds_something() -> bool:
    """A database that cannot be read may hold all there is."""
    try:
        return facts.holds_something()
    except DatabaseError:
        return True


def _put_back(place: Path, found: Facts, sums: dict[str, str], *, migrate: bool, now: datetime, say: Say) -> Restored:
    kept_as = f"before-restore-{now:%Y%m%d-%H%M%S}"
    aside = Path(settings.DATA_DIR) / kept_as
    engine, held_something, given = facts.engine(), _holds_something(), keys.given()
    say("Putting the files back.")
    files, was = _put_files(place, found, sums, kept_as)
    say("Putting the database back.")
    with _unchecked(place), engine.replaced(place, kept_as) as kept:
        _compare_rows(found)
        if migrate:
            call_command("migrate", verbosity=0, interactive=False)
        say("Checking what was put back.")
        _verify(found)
        Heartbeat.objects.update_or_create(name=HEARTBEAT, defaults={"at": datetime.fromisoformat(found.made_at)})
        waiting = OutboxMail.objects.filter(state=MailState.WAITING).count()
    if held_something:
        was.append(kept)
    else:
        engine.forget(kept_as)
    _put_keys(place, sums, aside)
    if not held_something:
        shutil.rmtree(aside, ignore_errors=True)  # the key that this very start made
    elif aside.exists():
        was.append(f"Keys that were replaced are kept in {aside}. Remove it when you are sure.")
    return Restored(found, files, was, waiting, _is_other_key(found, given))


@contextmanager
def _unchecked(place: Path) -> Iterator[None]:
    """PostgreSQL has what was put back before it can be looked at: a kill, or a server that goes away, leaves it so.
    Then this note stays, and `doctor` reads it."""
    note = Path(settings.DATA_DIR) / UNCHECKED
    note.write_text(str(place.resolve()))
    try:
        yield
    except BackupProblem:  # what was there before is back
        note.unlink()
        raise
    note.unlink()


def _put_keys(place: Path, sums: dict[str, str], aside: Path) -> None:
    """Last, since nothing but them can be put right by hand. Raises BackupProblem that says what stands."""
    for name in (one for one in sums if one.startswith(f"{keys.FOLDER}/")):
        try:
            keys.put(name.removeprefix(f"{keys.FOLDER}/"), place / name, aside)
        except OSError as error:
            stands = f"Database and files are those of the back-up. The key {name} could not be put back"
            do = f"Copy it from {place} to {settings.DATA_DIR} before the site starts."
            raise BackupProblem(f"{stands}: {error.strerror}. {do}") from error


def _is_other_key(found: Facts, given: list[str]) -> bool:
    """Whether what the back-up's site signed is worth nothing to the site as it starts next."""
    next_key = settings.SECRET_KEY if "SECRET_KEY" in given else keys.made_secret_key()
    return found.key not in map(facts.key_mark, [next_key, *settings.SECRET_KEY_FALLBACKS])


def _compare_rows(found: Facts) -> None:
    here = facts.rows()
    other = [table for table in found.rows | here if found.rows.get(table) != here.get(table)]
    if other:
        raise BackupProblem(_failed(f"{', '.join(other[:3])} hold another number of rows than when it was made"))


def _verify(found: Facts) -> None:
    """Raises BackupProblem where the restored database is not what the back-up says, or this version cannot read it."""
    try:
        if missing := append_only.missing():
            raise BackupProblem(_failed(f"the ledger could be changed: {', '.join(missing)} are not there"))
        if (here := facts.ledger()) != found.ledger:
            raise BackupProblem(_failed(f"the ledger is {here}, and was {found.ledger}"))
        report = compare_all(all_files())
    except DatabaseError as error:
        raise BackupProblem(_failed(f"this version cannot read it: {str(error).strip().splitlines()[0]}")) from error
    wrong = [problem for problem in report.problems if problem.file.key not in found.wrong_files]
    if wrong:
        raise BackupProblem(_failed(str(wrong[0])))


def _failed(why: str) -> str:
    return f"What was put back is not what the back-up says: {why}. The database is as it was before."


# --- Files ------------------------------------------------------------------------------------------


def _put_files(place: Path, found: Facts, sums: dict[str, str], kept_as: str) -> tuple[int, list[str]]:
    """How many were put back, and in words where those are kept whose place they took."""
    put = replaced = 0
    for name, digest in _files(sums).items():
        there = _digest_there(name)
        # One that was changed before it was backed up takes the place of none.
        if there == digest or (there and name in found.wrong_files):
            continue
        _put_file(place / FILES / name, name, kept_as if there else "")
        put, replaced = put + 1, replaced + bool(there)
    return put, [f"{replaced:,} files that were replaced are kept beside the others, in {kept_as}."] if replaced else []


def _files(sums: dict[str, str]) -> dict[str, str]:
    """By their names in the storage."""
    return {name.removeprefix(f"{FILES}/"): digest for name, digest in sums.items() if name.startswith(f"{FILES}/")}


def _put_file(source: Path, name: str, kept_as: str) -> None:
    """Put it into the storage. Another one of its name, where there is one, goes to the folder `kept_as` there."""
    if kept_as:
        with default_storage.open(name) as opened:
            default_storage.save(f"{kept_as}/{name}", opened)
        default_storage.delete(name)
    with source.open("rb") as opened:
        saved_as = default_storage.save(name, File(opened))
    if saved_as != name:
        raise BackupProblem(f"{name} was kept under another name, {saved_as}. The database is as it was before.")


def _digest_there(name: str) -> str:
    """Empty where the storage has no such file."""
    digest = hashlib.sha256()
    try:
        with default_storage.open(name) as opened:
            for chunk in opened.chunks(CHUNK):
                digest.update(chunk)
    except FileNotFoundError:
        return ""
    return digest.hexdigest()


def _are_on_this_machine() -> bool:
    return isinstance(storages["default"], FileSystemStorage)
