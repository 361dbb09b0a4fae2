"""The folder of a back-up: whole under its name, or not there.

`SHA256SUMS` is written last and names every other file, as `sha256sum --check` reads it: anybody can say whether a
back-up is whole, without this product.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO, Any

SUMS = "SHA256SUMS"
CHUNK = 1024 * 1024  # bytes
FEW = 5


class BackupProblem(Exception):
    """It cannot be made or restored; the message says why, what was kept and what to do, in plain words."""


class NewFolder:
    """A back-up in the making. What is added is on the disk when `add` returns, for its owner alone."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.sums: dict[str, str] = {}

    def add(self, name: str, chunks: Iterable[bytes]) -> str:
        """Its SHA-256. What `chunks` raises leaves no such file behind."""
        place, digest = self.place_for(name), hashlib.sha256()
        try:
            with open(place, "xb", opener=_for_owner) as file:
                for chunk in chunks:
                    digest.update(chunk)
                    file.write(chunk)
                _on_disk(file)
        except BaseException:
            place.unlink(missing_ok=True)
            raise
        self.sums[name] = digest.hexdigest()
        return self.sums[name]

    def place_for(self, name: str) -> Path:
        """Where somebody else may write it; `note` comes after."""
        place = self.path / safe(name)
        for parent in reversed(place.relative_to(self.path).parents):
            (self.path / parent).mkdir(mode=0o700, exist_ok=True)
        return place

    def note(self, name: str) -> None:
        """Take in what was written by somebody else."""
        place = self.path / safe(name)
        place.chmod(0o600)
        self.sums[name] = sum_of(place)
        sync(place)

    def close(self) -> None:
        lines = "".join(f"{digest}  {name}\n" for name, digest in sorted(self.sums.items()))
        for folder in self.path.rglob("*/"):
            sync(folder)
        with open(self.path / SUMS, "x", encoding="utf-8", opener=_for_owner) as file:
            file.write(lines)
            _on_disk(file)
        sync(self.path)


@contextmanager
def new_folder(place: Path) -> Iterator[NewFolder]:
    """A folder that gets its name when all is in it. Whatever goes wrong, there is none under that name."""
    unfinished = place.with_name(f"{place.name}.unfinished")
    if place.exists():
        raise BackupProblem(f"{place} is there already, and is left as it is. Name a folder that is not there yet.")
    if unfinished.exists():
        says = "is left from a back-up that was cut short, or one is being made now. Remove it, then try again."
        raise BackupProblem(f"{unfinished} {says}")
    try:
        unfinished.mkdir(mode=0o700)
    except OSError as error:
        raise BackupProblem(f"{unfinished} cannot be made: {error.strerror}. Nothing was written.") from error
    try:
        folder = NewFolder(unfinished)
        yield folder
        folder.close()
        check(unfinished)
        unfinished.rename(place)
        sync(place.parent)
    except BaseException:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise


def check(place: Path) -> dict[str, str]:
    """The files of a whole back-up with their SHA-256. Raises BackupProblem where it is not whole, naming what."""
    sums = read_sums(place)
    wrong = [f"{name} is {state}" for name, digest in sums.items() if (state := _state(place / name, digest))]
    if wrong:
        named = "; ".join(wrong[:FEW]) + (f"; and {len(wrong) - FEW} more" if len(wrong) > FEW else "")
        raise BackupProblem(f"{place} is not as it was made: {named}. Nothing was changed. Take another back-up.")
    return sums


def read_sums(place: Path) -> dict[str, str]:
    try:
        lines = (place / SUMS).read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError) as error:
        says = f"{place} is no whole back-up: its {SUMS} cannot be read. Nothing was changed."
        raise BackupProblem(says) from error
    return {safe(name): digest for digest, _spaces, name in (line.partition("  ") for line in lines)}


def _state(file: Path, digest: str) -> str:
    """What is wrong with it; empty where nothing is."""
    try:
        return "" if sum_of(file) == digest else "changed"
    except FileNotFoundError:
        return "missing"
    except OSError as error:
        return f"not to be read ({error.strerror})"


def safe(name: str) -> str:
    """A name inside the folder, as our own are. Raises BackupProblem for one that leads out of it."""
    path = PurePosixPath(name)
    if not name or path.is_absolute() or ".." in path.parts or any(not letter.isprintable() for letter in name):
        raise BackupProblem(f"{name!r} is no name of a file in a back-up. Nothing was changed.")
    return str(path)


def sum_of(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def chunks_of(file: Path) -> Iterator[bytes]:
    with file.open("rb") as opened:
        while chunk := opened.read(CHUNK):
            yield chunk


def need_space(place: Path, needed: int) -> None:
    """Raises BackupProblem where this many bytes, and a tenth more, would not fit."""
    free = shutil.disk_usage(place).free
    if free < needed * 1.1:
        says = f"It needs about {megabytes(needed)}, and {megabytes(free)} are free in {place}."
        raise BackupProblem(f"{says} Nothing was written. Make room, or name another disk.")


def megabytes(size: int) -> str:
    return f"{-(-size // 2**20):,} MB"


def sync(path: Path) -> None:
    """It is on the disk, whatever happens to the machine now."""
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def _on_disk(file: IO[Any]) -> None:
    file.flush()
    os.fsync(file.fileno())


def _for_owner(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
