"""The child process: bounded, replaced when it breaks, and gone with its parent."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from agreements.pdf import sandbox
from agreements.pdf.sandbox import Sandbox, SandboxBusy, SandboxFailed, SandboxTimedOut, WorkRefused
from tests.running.site import until


@pytest.fixture
def small() -> Iterator[Sandbox]:
    made = Sandbox(
        "tests.agreements.sandbox_work:misbehave",
        seconds=2,
        memory=1500 * sandbox.MEGABYTE,
        recycle_at=400 * sandbox.MEGABYTE,
    )
    made.call({"do": "warm up"})
    yield made
    made.close()


@pytest.mark.parametrize("what", ["hang", "spin", "crash", "eat", "raise"])
def test_a_child_that_breaks_gives_a_clean_exception_and_is_replaced(small: Sandbox, what: str) -> None:
    with pytest.raises(SandboxFailed) as failed:
        small.call({"do": what})
    assert "a name in it" not in str(failed.value)
    assert small.call({"do": "echo"}, b"still here") == b"still here"


def test_a_child_that_hangs_is_ended_in_time(small: Sandbox) -> None:
    before, start = small.pid, time.monotonic()
    with pytest.raises(SandboxTimedOut):
        small.call({"do": "hang"})
    assert time.monotonic() - start < 4
    assert not alive(before)


def test_who_comes_after_one_that_hangs_waits_no_longer_than_one_may_take(small: Sandbox) -> None:
    """And is told that others had the time: that says nothing of what they brought."""

    def hang() -> None:
        with pytest.raises(SandboxTimedOut):
            small.call({"do": "hang"})

    first = threading.Thread(target=hang)
    first.start()
    until(small._turn.locked)
    start = time.monotonic()
    with pytest.raises(SandboxBusy):
        small.call({"do": "hang"})
    assert time.monotonic() - start < small.seconds + 2
    first.join()
    assert small.call({"do": "echo"}, b"still here") == b"still here"


def test_a_refusal_leaves_the_child_warm(small: Sandbox) -> None:
    before = small.pid
    with pytest.raises(WorkRefused) as refused:
        small.call({"do": "refuse"})
    assert (refused.value.code, refused.value.detail) == ("no", "because")
    assert small.pid == before


def test_a_child_that_was_killed_between_two_calls_is_replaced(small: Sandbox) -> None:
    os.kill(small.pid, signal.SIGKILL)
    assert small.call({"do": "echo"}, b"x" * 3_000_000) == b"x" * 3_000_000


def test_a_child_that_has_grown_is_replaced(small: Sandbox) -> None:
    before = small.pid
    small.recycle_at = 1
    small.call({"do": "echo"})
    small.call({"do": "echo"})
    assert small.pid != before and not alive(before)


def test_the_child_knows_no_secret(small: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    small.close()
    monkeypatch.setenv("SECRET_KEY", "s3cret")
    monkeypatch.setenv("DATABASE_URL", "postgres://user:s3cret@db/x")
    assert b"s3cret" not in small.call({"do": "environment"})


def test_threads_take_turns(small: Sandbox) -> None:
    answers: dict[int, bytes] = {}

    def ask(number: int) -> None:
        answers[number] = small.call({"do": "echo"}, str(number).encode())

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == {number: str(number).encode() for number in range(12)}


@pytest.mark.parametrize("busy", [False, True], ids=["idle", "at work"])
def test_no_child_outlives_a_parent_that_was_killed(busy: bool) -> None:
    program = (
        "import sys, threading, time\n"
        "from agreements.pdf.sandbox import Sandbox\n"
        "c = Sandbox('tests.agreements.sandbox_work:misbehave', seconds=60, memory=1 << 31, recycle_at=1 << 31)\n"
        "c.call({'do': 'warm up'})\n"
        f"{busy} and threading.Thread(target=lambda: c.call({{'do': 'spin'}}), daemon=True).start()\n"
        "time.sleep(0.3); print(c.pid, flush=True); time.sleep(60)\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True, cwd=sandbox.ROOT)
    pid = int(parent.stdout.readline())
    assert alive(pid)
    parent.kill()
    parent.wait()
    deadline = time.monotonic() + 5
    while alive(pid) and time.monotonic() < deadline:
        threading.Event().wait(0.05)
    assert not alive(pid)


def alive(pid: int) -> bool:
    """Whether a process runs. One that ended and was not yet waited for does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_the_web_and_the_worker_do_not_import_weasyprint() -> None:
    program = (
        "import django, sys; django.setup()\n"
        "from agreements import tasks; from agreements.pdf import draw; from agreements.seal import seal\n"
        "from topcities import urls\n"
        "assert 'weasyprint' not in sys.modules"
    )
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "topcities.settings"}
    subprocess.run([sys.executable, "-c", program], check=True, cwd=sandbox.ROOT, env=environment)
