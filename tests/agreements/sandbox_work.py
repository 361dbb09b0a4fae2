"""Work for a child process that goes wrong in every way; imports nothing of Django, as the child does not."""

from __future__ import annotations

import json
import os
import signal

from agreements.pdf.sandbox import MEGABYTE, WorkRefused


def misbehave(job: dict, body: bytes) -> bytes:
    what = job["do"]
    if what == "hang":
        signal.pause()
    if what == "spin":
        while True:
            pass
    if what == "crash":
        os.kill(os.getpid(), signal.SIGSEGV)
    if what == "eat":
        return bytes(4096 * MEGABYTE)
    if what == "refuse":
        raise WorkRefused("no", "because")
    if what == "raise":
        raise ValueError("a text with a name in it")
    if what == "environment":
        return json.dumps(dict(os.environ)).encode()
    return body
