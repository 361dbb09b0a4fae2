"""The product as people use it: web and worker as processes of their own, mail in a folder, and a real Chromium."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.chromium import CHROMIUM
from tests.migrated import copy_to
from topcities.demo.mailbox import Letter, letters_to

ROOT = Path(__file__).resolve().parent.parent.parent
PATIENCE = 60.0  # seconds


def until(found: Callable[[], object], what: str) -> object:
    """The first thing found that is true, asked for again and again; fails when it does not come."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if result := found():
            return result
        time.sleep(0.1)  # between two looks at another process
    raise AssertionError(f"waited in vain for {what}")


@dataclass
class Site:
    """A running product: its address, where its data is, and its commands."""

    url: str
    data: Path
    env: dict[str, str]

    def manage(self, *command: str) -> str:
        done = subprocess.run(
            [sys.executable, "manage.py", *command], cwd=ROOT, env=self.env, capture_output=True, text=True, check=True
        )
        return done.stdout

    def letter(self, to: str, subject: str, *, after: int = 0) -> Letter:
        """The newest mail to this address with this in its subject; waits for it. `after` skips as many older ones."""

        def look() -> Letter | None:
            letters = letters_to(to.split("@")[1], folder=self.data / "mail", most=200)
            fitting = [letter for letter in letters if letter.to == to and re.search(subject, letter.subject)]
            return fitting[0] if len(fitting) > after else None

        return until(look, f"a mail to {to}: {subject}")

    def count(self, to: str, subject: str) -> int:
        letters = letters_to(to.split("@")[1], folder=self.data / "mail", most=200)
        return sum(letter.to == to and bool(re.search(subject, letter.subject)) for letter in letters)


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Web and worker, on SQLite and a queue in a folder; or on the servers that DATABASE_URL and REDIS_URL name."""
    if not Path(CHROMIUM).exists():
        pytest.skip("Chromium is not installed here")
    data, port = tmp_path_factory.mktemp("data"), free_port()
    env = {**os.environ, "DATA_DIR": str(data), "PORT": str(port), "DJANGO_SETTINGS_MODULE": "topcities.settings"}
    site = Site(f"http://127.0.0.1:{port}", data, env)
    if "DATABASE_URL" not in env:
        copy_to(data / "topcities.sqlite3")
    site.manage("migrate", "-v0")
    site.manage("collectstatic", "--noinput", "-v0")
    web = [sys.executable, "-m", "gunicorn", "topcities.wsgi", "-b", f"127.0.0.1:{port}", "--threads", "4"]
    worker = [sys.executable, "-m", "celery", "-A", "topcities", "worker", "-B", "-P", "solo", "-l", "WARNING"]
    log = (data / "log.txt").open("wb")
    started = [subprocess.Popen(each, cwd=ROOT, env=env, stdout=log, stderr=log) for each in (web, worker)]
    try:
        until(lambda: answers(f"{site.url}/healthz"), "the site")
        yield site
    finally:
        for process in started:
            process.terminate()
        for process in started:
            process.wait(timeout=30)


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as page:  # noqa: S310  our own address
            return page.status == 200
    except OSError:
        return False
