"""A whole start of the product, web and worker, as script/server makes it: for tests that look from outside."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from tests.migrated import copy_to
from tests.running.process import KEPT, ROOT, run

DATABASE = "topcities.sqlite3"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def until(happens: Callable[[], object], *, seconds: float = 60) -> object:
    """Wait for something to be true; fail when it does not happen in time."""
    deadline = time.monotonic() + seconds
    while not (value := happens()):
        assert time.monotonic() < deadline, f"not within {seconds} seconds"
        time.sleep(0.1)
    return value


def parent_of(pid: int) -> int:
    """The process that started this one; 0 where it has ended."""
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[1])
    except OSError:
        return 0


class Site:
    """One start: its own data, its own port, and further settings where they are given."""

    def __init__(self, data: Path, **settings: str) -> None:
        self.data, self.port = data, free_port()
        self.settings = {"PORT": str(self.port), **settings}
        self.environment = {name: os.environ[name] for name in KEPT if name in os.environ} | {
            "DATA_DIR": str(data),
            "LOG_LEVEL": "WARNING",
            "WEB_CONCURRENCY": "1",
            **self.settings,
        }

    def start(self, *, migrated: bool = True) -> None:
        """On a database that is migrated already, unless asked otherwise: to migrate takes longer than the rest."""
        if migrated and "DATABASE_URL" not in self.settings and not (self.data / DATABASE).exists():
            copy_to(self.data / DATABASE)
        words = run("script/ready.py", data=self.data, **self.settings)
        assert words.returncode == 0, words.stderr
        self.told = self.data / "told"
        self.process = subprocess.Popen(
            [sys.executable, "script/run_all.py"],
            cwd=ROOT,
            env=self.environment | {"WORDS": words.stdout},
            stdout=self.told.open("w"),
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        until(lambda: "is ready" in self.told.read_text())

    def status(self, path: str) -> int:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=5) as response:
                return response.status
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            return 0

    def processes(self, of: str = "") -> list[int]:
        """Everything alive that was started with this data, by what its command line holds."""
        found = []
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                mine = f"DATA_DIR={self.data}".encode() in (folder / "environ").read_bytes().split(b"\0")
                if mine and of.encode() in (folder / "cmdline").read_bytes():
                    found.append(int(folder.name))
            except OSError:
                continue
        return found

    def first(self, of: str) -> int:
        """The process of a part that script/run_all.py started itself, and which has started the others."""
        found = [pid for pid in self.processes(of) if parent_of(pid) == self.process.pid]
        return found[0] if found else 0

    def end(self) -> None:
        """Nothing that was started here is left. One may end, or start another, while the others are killed."""
        while pids := self.processes():
            for pid in pids:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
