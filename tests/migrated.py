"""A database with all migrations applied, kept between runs for as long as the migrations stay as they are.

To apply them takes longer than most tests together. A copy of the kept file is still handed to Django, which applies
what it lacks. On PostgreSQL a server does the same with a template, which MIGRATED names (script/test).
"""

from __future__ import annotations

import fcntl
import hashlib
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

import django

from tests.running.process import ROOT, manage

KEPT_IN = ROOT / ".pytest_cache" / "d" / "migrated"  # `pytest --cache-clear` clears it
# Triggers: the ledger's, and those of what is published. A test holds that migrations take no other rules from the
# product.
READ_BY_MIGRATIONS = [ROOT / "ledger" / "append_only.py", ROOT / "ledger" / "frozen_rows.py"]


def copy_to(place: Path) -> None:
    shutil.copy(kept(), place)


def kept() -> Path:
    """The kept file. Of several processes at once, one applies the migrations and the others wait for it."""
    KEPT_IN.mkdir(parents=True, exist_ok=True)
    file = KEPT_IN / f"{digest()}.sqlite3"
    with (KEPT_IN / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not file.exists():
            _make(file)
    return file


def digest() -> str:
    sources = [*sorted(ROOT.glob("*/migrations/*.py")), *READ_BY_MIGRATIONS]
    contents = [django.__version__.encode(), *(str(file).encode() + file.read_bytes() for file in sources)]
    return hashlib.sha256(b"".join(contents)).hexdigest()[:20]


def _make(kept: Path) -> None:
    for older in kept.parent.glob("*.sqlite3*"):
        older.unlink()
    unfinished = kept.with_suffix(".sqlite3-unfinished")
    with TemporaryDirectory() as data:
        done = manage("migrate", "-v0", data=Path(data), DATABASE_URL=f"sqlite:///{unfinished}")
    assert done.returncode == 0, done.stderr
    unfinished.rename(kept)
