"""The folder in which an archive is made: what is in it is whole, so that work goes on from there after a kill.

    entries/0001.json               of the first thing in the archive: it is there, so all that it tells of is too
    agreements/0001-elm-street/...  its files, as they will stand in the archive

No database: files alone.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import zipfile
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

PIECE = 256 * 1024  # bytes
Entry = dict[str, Any]
# What is packed already gains nothing from being packed again.
STORED = frozenset({".pdf"})


class PackedFile(NamedTuple):
    """A file of the archive: its name there, and what it was when it was written."""

    name: str
    size: int
    sha256: str


class Damaged(Exception):
    """A file of the folder is not what was written; the message names it. What belongs to it is made again."""


class WorkFolder:
    """Made for this account alone, and taken away when the archive is kept."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.entries_path, self.archive_path = path / "entries", path / "archive.zip"
        self.entries_path.mkdir(mode=0o700, parents=True, exist_ok=True)

    def _entry(self, number: int) -> Path:
        return self.entries_path / f"{number:06}.json"

    def has(self, number: int) -> bool:
        return self._entry(number).exists()

    def add(self, number: int, entry: Entry, folder: str, files: Mapping[str, bytes]) -> None:
        """Its files, then its entry: whole, or not there. `folder` and the names are those inside the archive."""
        if files:
            self._lay_out(self.path / folder, files)
        _write(self._entry(number), json.dumps(entry, ensure_ascii=False).encode())

    def _lay_out(self, place: Path, files: Mapping[str, bytes]) -> None:
        unfinished = place.with_name(f".{place.name}.{os.getpid()}")
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(parents=True)
        for name, data in files.items():
            (unfinished / name).write_bytes(data)
        shutil.rmtree(place, ignore_errors=True)  # of one that was killed before it had its entry
        unfinished.rename(place)

    def entries(self) -> Iterator[Entry]:
        """In the order of their numbers, one at a time."""
        for path in sorted(self.entries_path.glob("*.json")):
            yield json.loads(path.read_bytes())

    def write(self, name: str, pieces: Iterator[str] | list[str]) -> PackedFile:
        """A file of the archive beside the folders, a piece at a time."""
        digest, size, unfinished = hashlib.sha256(), 0, self.path / f".{name}.{os.getpid()}"
        with unfinished.open("wb") as file:
            for piece in pieces:
                data = piece.encode()
                digest.update(data)
                size += file.write(data)
        unfinished.replace(self.path / name)
        return PackedFile(name, size, digest.hexdigest())

    def zip(self, files: Iterator[PackedFile], *, at: datetime, tell: Callable[[], object]) -> tuple[Path, str]:
        """The archive and its fingerprint. Each file is compared on its way: raises Damaged where one has changed.

        `tell` is called after each file: whoever holds the work says that it goes on.
        """
        archive, unfinished = self.archive_path, self.path / f".archive.{os.getpid()}"
        with zipfile.ZipFile(unfinished, "w") as packed:
            for file in files:
                self._pack(packed, file, at)
                tell()
        unfinished.replace(archive)
        with archive.open("rb") as made:
            return archive, hashlib.file_digest(made, "sha256").hexdigest()

    def _pack(self, packed: zipfile.ZipFile, file: PackedFile, at: datetime) -> None:
        info = zipfile.ZipInfo(file.name, at.astimezone(UTC).timetuple()[:6])
        info.compress_type = zipfile.ZIP_STORED if Path(file.name).suffix in STORED else zipfile.ZIP_DEFLATED
        info.external_attr, info.file_size = 0o644 << 16, file.size
        digest = hashlib.sha256()
        with (self.path / file.name).open("rb") as source, packed.open(info, "w") as target:
            while piece := source.read(PIECE):
                digest.update(piece)
                target.write(piece)
        if digest.hexdigest() != file.sha256:
            raise Damaged(file.name)

    def holds(self, file: PackedFile) -> bool:
        """As it was written."""
        path = self.path / file.name
        return path.exists() and hashlib.sha256(path.read_bytes()).hexdigest() == file.sha256

    def forget(self, number: int) -> None:
        """Its entry: it is made again."""
        self._entry(number).unlink(missing_ok=True)

    def remove(self) -> None:
        shutil.rmtree(self.path, ignore_errors=True)


def _write(path: Path, data: bytes) -> None:
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    unfinished.write_bytes(data)
    unfinished.replace(path)
