"""Run web and worker together. Whichever dies is started again; when this ends, nothing of them is left.

Each is started in a process group of its own, and asks the kernel to be stopped when this process dies, however it
dies. What they leave behind becomes a child of this process, and is ended with it.
"""

from __future__ import annotations

import ctypes
import fcntl
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import suppress
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent.parent
PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER = 1, 36
STOP_WITHIN = 25.0  # seconds; a mail or a page that is on its way may end
LONGEST_WAIT = 30.0
libc = ctypes.CDLL(None, use_errno=True)

WEB = [sys.executable, "-m", "gunicorn", "topcities.wsgi"]
# Celery warns of root in four lines at each start; in a container or on a trial machine there is nobody else.
CELERY = [sys.executable, "-W", "ignore:You're running the worker", "-m", "celery", "-A", "topcities", "--quiet"]
WORKER = [*CELERY, "worker", "-B", "-P", "solo", "--without-gossip", "--without-mingle"]


class Kept:
    """One command that is kept running."""

    def __init__(self, name: str, command: list[str]) -> None:
        self.name, self.command = name, command
        self.start_at, self.wait = 0.0, 1.0
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        parent = os.getpid()
        self.process = subprocess.Popen(  # noqa: S603
            self.command,
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=lambda: follow(parent),  # noqa: PLW1509 - there are no threads here
        )
        self.started_at = time.monotonic()

    def look_after(self) -> None:
        """Start it when it is due; when it has died, clear up and start again, later each time."""
        now = time.monotonic()
        if self.process is None:
            if now >= self.start_at:
                self.start()
        elif self.process.poll() is not None:
            self.wait = 1.0 if now - self.started_at > 60 else min(self.wait * 2, LONGEST_WAIT)
            say(f"The {self.name} stopped ({self.process.returncode}); it starts again in {self.wait:.0f} seconds.")
            self.send(signal.SIGKILL)
            self.process, self.start_at = None, now + self.wait

    def send(self, number: int) -> None:
        if self.process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, number)


def follow(parent: int) -> None:
    """In the child, before it becomes the command: end when the parent does."""
    libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:
        os._exit(1)


def say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)  # noqa: T201


class Stop(BaseException):
    pass


def asked_to_stop(number: int, _frame: object) -> None:
    for one in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(one, signal.SIG_IGN)
    raise Stop


def answers() -> bool:
    """Whether the web takes requests. Asked by the site's own name: any other is refused and logged."""
    host = os.environ.get("HOST", "127.0.0.1")
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104
    host = f"[{host}]" if ":" in host else host
    here = f"{host}:{os.environ.get('PORT', '8000')}"
    named = {"Host": urlsplit(os.environ.get("SITE_URL", "")).netloc or here}
    try:
        with urllib.request.urlopen(urllib.request.Request(f"http://{here}/healthz", headers=named), timeout=2):
            return True
    except urllib.error.HTTPError:
        return True  # it answers, be it that the settings want another name
    except OSError:
        return False


def end(kept: list[Kept]) -> None:
    """Ask the commands to stop, wait a while, then end whatever is left, children of children too."""
    for one in kept:
        if one.process is not None:
            one.process.terminate()
    deadline = time.monotonic() + STOP_WITHIN
    while time.monotonic() < deadline and any(one.process and one.process.poll() is None for one in kept):
        time.sleep(0.05)
    for one in kept:
        one.send(signal.SIGKILL)
    end_orphans()


def end_orphans() -> None:
    """Processes whose own parent is gone are children of this one now."""
    own = Path(f"/proc/self/task/{os.getpid()}/children")
    for _round in range(50):
        orphans = own.read_text().split() if own.exists() else []
        for pid in orphans:
            with suppress(ProcessLookupError, ChildProcessError):
                os.kill(int(pid), signal.SIGKILL)
                os.waitpid(int(pid), 0)
        if not orphans:
            return


def hold_data() -> IO[str]:
    """While this runs, no back-up is put back below it (topcities/backups/lock.py)."""
    held = (Path(os.environ.get("DATA_DIR") or ROOT / "var") / "in-use").open("a")
    try:
        fcntl.flock(held, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        say("A back-up is being put back here. Start again when that is done.")
        raise SystemExit(1) from None
    return held


def main() -> None:
    words = os.environ.pop("WORDS", "")
    _held = hold_data()
    libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, asked_to_stop)
    kept = [Kept("web", WEB), Kept("worker", WORKER)]
    try:
        told = False
        while True:
            for one in kept:
                one.look_after()
            if not told and answers():
                told = True
                print(words, flush=True)  # noqa: T201
            time.sleep(0.2)
    except Stop:
        end(kept)


if __name__ == "__main__":
    main()
