"""Is each kept file still what was handed in or sealed? Compared with its fingerprint, a piece at a time."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Generator
from contextlib import closing
from dataclasses import dataclass, field
from enum import StrEnum

from agreements.domain import kept_files as of_agreements
from agreements.domain.kept_files import KeptFile
from sprints.domain import kept_files as of_sprints

GIVES_UP_AFTER = 3  # unreadable files, one after the other


class FileState(StrEnum):
    SAME = "same"
    CHANGED = "changed"
    LOST = "lost"
    UNREADABLE = "unreadable"


@dataclass(frozen=True)
class FileProblem:
    """A file that is not what it was, or could not be read, with the kind of error."""

    state: FileState
    file: KeptFile
    why: str = ""

    def __str__(self) -> str:
        names = " and ".join(self.file.partnership.names_on_screen().values())
        file = f", file “{self.file.name}”" if self.file.name else ""
        kept = f", kept as {self.file.stored_as}" if self.file.stored_as else ""
        why = f" ({self.why})" if self.why else ""
        return f"{self.state}{why}: {names} ({self.file.partnership.slug}): {self.file.what}{file}{kept}"


@dataclass
class Comparison:
    """What was compared so far. `bytes` were read; `ended` is false where the storage stopped answering."""

    checked: int = 0
    bytes: int = 0
    ended: bool = True
    problems: list[FileProblem] = field(default_factory=list)

    def count(self, state: FileState) -> int:
        return sum(problem.state == state for problem in self.problems)

    def figures(self) -> dict[str, int | bool]:
        states = {state.value: self.count(state) for state in FileState if state != FileState.SAME}
        return {"checked": self.checked, "bytes": self.bytes, **states, "ended": self.ended}


def all_files(*, sample: int | None = None) -> Generator[KeptFile, None, None]:
    yield from of_sprints.kept_files(sample=sample)
    yield from of_agreements.kept_files(sample=sample)


def compare_all(
    files: Generator[KeptFile, None, None],
    *,
    seconds: float | None = None,
    largest: int | None = None,
    tell: Callable[[Comparison], None] = lambda _so_far: None,
) -> Comparison:
    """All of these files; or what can be read in so many seconds and bytes. `tell` hears how far it is.

    A storage that does not answer is not asked for thousands of files more: it ends after three in a row.
    """
    report, began, silent = Comparison(), time.monotonic(), 0
    with closing(files):
        for file in files:
            problem, size = compare(file)
            report.checked += 1
            report.bytes += size
            if problem:
                report.problems.append(problem)
            silent = silent + 1 if problem and problem.state == FileState.UNREADABLE else 0
            report.ended = silent < GIVES_UP_AFTER
            tell(report)
            if not report.ended or _is_over(report, began, seconds, largest):
                break
    return report


def _is_over(report: Comparison, began: float, seconds: float | None, largest: int | None) -> bool:
    late = seconds is not None and time.monotonic() - began > seconds
    return late or (largest is not None and report.bytes > largest)


def compare(file: KeptFile) -> tuple[FileProblem | None, int]:
    """What is wrong with it, if anything is, and how many bytes were read."""
    digest, size = hashlib.sha256(), 0
    try:
        for chunk in file.chunks():
            digest.update(chunk)
            size += len(chunk)
    except FileNotFoundError:
        return FileProblem(FileState.LOST, file), size
    except Exception as error:  # each storage fails in its own way
        return FileProblem(FileState.UNREADABLE, file, type(error).__name__), size
    same = digest.hexdigest() == file.sha256
    return (None if same else FileProblem(FileState.CHANGED, file)), size
