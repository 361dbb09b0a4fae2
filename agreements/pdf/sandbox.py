"""A warm child process for work that must not harm its parent: drawing a PDF, reading a stranger's file.

The child has bounds on memory and time, an environment without secrets, and no way to outlive its parent. It is
started when first needed, kept for the next piece of work, replaced when it has grown or died. One child does one
piece of work at a time; threads wait their turn.

    child -> parent   one byte, when it has imported what it needs
    parent -> child   length, {"job": JSON}, length, bytes
    child -> parent   status, length, resident bytes, answer
"""

from __future__ import annotations

import atexit
import importlib
import json
import os
import resource
import select
import signal
import struct
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent
KEPT_ENVIRONMENT = ("PATH", "HOME", "LANG", "LC_ALL", "FONTCONFIG_PATH", "FONTCONFIG_FILE", "PYTHONPATH", "VIRTUAL_ENV")
REQUEST = struct.Struct(">IQ")
ANSWER = struct.Struct(">BQQ")
DONE, REFUSED, FAILED = range(3)
MEGABYTE = 1024 * 1024
START_WITHIN = 30.0  # seconds


class SandboxFailed(Exception):
    """The work was not done: the child crashed, ran out of memory or time, or was busy too long."""


class SandboxGone(SandboxFailed):
    """The child had ended before it took the work."""


class SandboxBusy(SandboxFailed):
    """Others had its whole time: this piece of work was never looked at."""


class SandboxTimedOut(SandboxFailed):
    """The work took longer than it may."""


class WorkRefused(Exception):
    """The child says in a code why it will not do this work; `code` and `detail` come from it."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.detail = detail


class Sandbox:
    """Calls `work` ("package.module:function", (job: dict, body: bytes) -> bytes) in a process of its own."""

    def __init__(self, work: str, *, seconds: float, memory: int, recycle_at: int) -> None:
        """`seconds` bound one piece of work with the wait for its turn, `memory` the child's address space; past
        `recycle_at` (bytes) it is replaced. Its start comes before these seconds, and mostly before it is asked."""
        self.work, self.seconds, self.memory, self.recycle_at = work, seconds, memory, recycle_at
        self._turn = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._started_by = 0
        self._is_ready = False
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        atexit.register(self.close)

    def call(self, job: dict[str, Any], body: bytes = b"") -> bytes:
        """Do one piece of work. Raises SandboxFailed or WorkRefused; the next call finds a working child either way."""
        asked = time.monotonic()
        if not self._turn.acquire(timeout=self.seconds):
            raise SandboxBusy(f"{self.work} was busy for {self.seconds} seconds")
        waited = time.monotonic() - asked
        try:
            return self._answer(self._ask_again(job, body, self.seconds - waited))
        except SandboxTimedOut as late:
            if waited > self.seconds / 10:
                raise SandboxBusy(f"{self.work} was busy for {waited:.1f} seconds") from late
            raise
        finally:
            self._turn.release()

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    def close(self) -> None:
        """End the child, if it is this process that started it."""
        process, self._process = self._process, None
        if process is not None and self._started_by == os.getpid():
            process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout):
                if pipe:
                    pipe.close()
            if self._folder:
                self._folder.cleanup()

    def _replace(self) -> None:
        """End the child, and have the next one ready before it is asked."""
        self.close()
        self._start()

    def _running(self) -> subprocess.Popen[bytes]:
        if self._started_by != os.getpid():
            self._process = None  # a fork's child belongs to the process that started it
        if self._process is None or self._process.poll() is not None:
            self.close()
            self._start()
        assert self._process is not None
        if not self._is_ready:
            _read(self._process, 1, time.monotonic() + START_WITHIN)
            self._is_ready = True
        return self._process

    def _start(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="topcities-", ignore_cleanup_errors=True)
        environment = {name: os.environ[name] for name in KEPT_ENVIRONMENT if name in os.environ}
        bounds = [str(self.memory), str(self.seconds), str(os.getpid())]
        self._process = subprocess.Popen(
            [sys.executable, "-m", "agreements.pdf.sandbox", self.work, *bounds],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=ROOT,
            env=environment | {"TMPDIR": self._folder.name, "PYTHONHASHSEED": "0"},
            bufsize=0,
        )
        self._started_by, self._is_ready = os.getpid(), False

    def _ask_again(self, job: dict[str, Any], body: bytes, seconds: float) -> bytes:
        """Ask; where the warm child turns out to have ended meanwhile, ask a new one."""
        try:
            return self._ask(job, body, seconds)
        except SandboxGone:
            return self._ask(job, body, seconds)

    def _ask(self, job: dict[str, Any], body: bytes, seconds: float) -> bytes:
        """The child's whole answer, header first. Ends the child when it does not come in time."""
        head = json.dumps(job).encode()
        try:
            process = self._running()
            deadline = time.monotonic() + seconds
            _write(process, REQUEST.pack(len(head), len(body)) + head + body, deadline)
            header = _read(process, ANSWER.size, deadline)
            return header + _read(process, ANSWER.unpack(header)[1], deadline)
        except SandboxFailed:
            self._replace()
            raise

    def _answer(self, whole: bytes) -> bytes:
        status, _length, resident = ANSWER.unpack(whole[: ANSWER.size])
        body = whole[ANSWER.size :]
        if status == FAILED or resident > self.recycle_at:
            self._replace()
        if status == REFUSED:
            raise WorkRefused(*json.loads(body))
        if status == FAILED:
            raise SandboxFailed(body.decode())
        return body


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise SandboxTimedOut("the work took too long")
    return left


def _write(process: subprocess.Popen[bytes], data: bytes, deadline: float) -> None:
    """A pipe holds little, so the parent waits for room, but never past the deadline."""
    assert process.stdin
    fd, rest = process.stdin.fileno(), memoryview(data)
    os.set_blocking(fd, False)
    while rest:
        _, ready, _ = select.select([], [fd], [], _left(deadline))
        try:
            rest = rest[os.write(fd, rest) :] if ready else rest
        except BlockingIOError:
            continue
        except OSError as error:
            raise SandboxGone("the child ended before it took the work") from error


def _read(process: subprocess.Popen[bytes], length: int, deadline: float) -> bytes:
    assert process.stdout
    fd, data = process.stdout.fileno(), bytearray()
    while len(data) < length:
        ready, _, _ = select.select([fd], [], [], _left(deadline))
        if ready:
            piece = os.read(fd, min(length - len(data), MEGABYTE))
            if not piece:
                raise SandboxFailed(f"the child ended with {process.wait(timeout=5)} in the middle of its work")
            data += piece
    return bytes(data)


# --- The child's own side -------------------------------------------------------------------------


def _bound(memory: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (64 * MEGABYTE, 64 * MEGABYTE))
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which then closes our input


def _end_with(parent: int) -> None:
    """Ends this process when its parent is gone, even in the middle of work (its input then ends unseen)."""
    while os.getppid() == parent:
        time.sleep(0.5)
    os._exit(0)


def _resident() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()


def _do(work: Any, job: dict[str, Any], body: bytes) -> tuple[int, bytes]:
    try:
        return DONE, work(job, body)
    except WorkRefused as refused:
        return REFUSED, json.dumps([refused.code, refused.detail]).encode()
    except MemoryError:
        return FAILED, b"out of memory"
    except BaseException as error:  # the parent gets its kind, never its text: that could hold a name
        return FAILED, type(error).__name__.encode()


def serve(name: str, memory: int, seconds: float, parent: int) -> None:
    """Answer until the input ends. A piece of work that never returns is ended by the kernel's alarm."""
    _bound(memory)
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
    answers, sys.stdout = os.fdopen(os.dup(1), "wb"), sys.stderr
    module, function = name.split(":")
    work = getattr(importlib.import_module(module), function)
    answers.write(b"\0")
    answers.flush()
    while header := sys.stdin.buffer.read(REQUEST.size):
        head, body = (sys.stdin.buffer.read(length) for length in REQUEST.unpack(header))
        signal.setitimer(signal.ITIMER_REAL, seconds + 1)
        status, answer = _do(work, json.loads(head), body)
        signal.setitimer(signal.ITIMER_REAL, 0)
        answers.write(ANSWER.pack(status, len(answer), _resident()) + answer)
        answers.flush()


if __name__ == "__main__":
    # Under -m this file is "__main__"; the work must raise the same WorkRefused that is caught here.
    from agreements.pdf import sandbox

    sandbox.serve(sys.argv[1], int(sys.argv[2]), float(sys.argv[3]), int(sys.argv[4]))
