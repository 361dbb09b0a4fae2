"""script/soak rate: how fast the weekly mail is written and sent, beside one connection that sends ready-made mails.

What it says is computed in a constant number of queries for each few hundred people, and is timed by itself.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import smtplib
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import wraps
from pathlib import Path

from soak import database_of_its_own, make_people, say

ROOT = Path(__file__).resolve().parent.parent
HOST = "127.0.0.1"


@contextmanager
def smtp_sink() -> Iterator[int]:
    """The port of Postfix's own test server, which takes every mail and keeps none."""
    program = os.environ.get("SMTP_SINK") or shutil.which("smtp-sink", path=f"{os.environ['PATH']}:/usr/sbin")
    if program is None:
        sys.exit("smtp-sink is not here: it comes with Debian's package postfix. SMTP_SINK may name it.")
    with socket.socket() as free:
        free.bind((HOST, 0))
        port = free.getsockname()[1]
    user = ["-u", "nobody"] if os.getuid() == 0 else []
    process = subprocess.Popen([program, *user, f"{HOST}:{port}", "200"])  # noqa: S603
    try:
        for _try in range(50):
            with socket.socket() as probe:
                if probe.connect_ex((HOST, port)) == 0:
                    break
            time.sleep(0.1)
        yield port
    finally:
        process.kill()
        process.wait()


def bare(port: int, letters: list[bytes], number: int) -> float:
    """Mails a second over one connection of smtplib, ready-made."""
    server, began = smtplib.SMTP(HOST, port), time.perf_counter()
    for place in range(number):
        server.sendmail("program@example.org", [f"person{place}@soak.example.org"], letters[place % len(letters)])
    seconds = time.perf_counter() - began
    server.quit()
    return number / seconds


class Clock:
    """How long a function took in all."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def of(self, function: Callable) -> Callable:
        @wraps(function)
        def timed(*args: object, **options: object) -> object:
            began = time.perf_counter()
            try:
                return function(*args, **options)
            finally:
                self.seconds += time.perf_counter() - began

        return timed


def measure(people: int, port: int) -> dict[str, float]:
    """All in one run: the bare connection before and after, ours in between."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext
    from django.utils import timezone

    from mail import outbox, registry
    from mail.models import MailState, OutboxMail
    from topcities.weekly.digest import parts_for
    from topcities.weekly.schedule import queue_weekly_mail

    began = time.perf_counter()
    queue_weekly_mail(timezone.now())
    queueing = time.perf_counter() - began
    some = list(OutboxMail.objects.select_related("person")[:1000])
    thousand = [notice.person for notice in some]
    with CaptureQueriesContext(connection) as queries:
        parts_for(thousand, now=timezone.now())
    letters = [registry.write(notice, registry.build_together([notice])).written for notice in some[:100]]
    sending, outbox.BEGIN_WITHIN = Clock(), 3600
    outbox.write, outbox.deliver = sending.of(outbox.write), sending.of(outbox.deliver)
    before = bare(port, letters, people)
    began = time.perf_counter()
    outbox.send_waiting(timezone.now())
    seconds = time.perf_counter() - began
    ready = (before + bare(port, letters, people)) / 2
    sent = OutboxMail.objects.filter(state=MailState.SENT).count()
    return {
        "people": people,
        "sent": sent,
        "queued a second": people / queueing,
        "queries a thousand people": len(queries),
        "computed a second": sent / (seconds - sending.seconds),
        "written and sent a second": sent / sending.seconds,
        "bare connection, a second": ready,
        "ratio": sent / sending.seconds / ready,
        "in all, a second": sent / seconds,
    }


def main() -> int:
    parser = argparse.ArgumentParser(prog="script/soak rate", description=__doc__)
    parser.add_argument("--people", type=int, default=10_000, help="how many have a weekly mail due (default 10000)")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON, as the last line")
    options = parser.parse_args()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="rate")))
        port = stack.enter_context(smtp_sink())
        os.environ |= {"DATA_DIR": str(folder), "DATABASE_URL": stack.enter_context(database_of_its_own(folder))}
        os.environ |= {"REDIS_URL": "", "LOG_LEVEL": "ERROR", "DEMO": "0", "EMAIL_URL": f"smtp://{HOST}:{port}"}
        import django
        from django.core.management import call_command
        from django.db import connection, transaction

        django.setup()
        call_command("migrate", verbosity=0)
        with transaction.atomic():
            make_people(options.people)
        figures = measure(options.people, port)
        say(f"On {connection.vendor}:")
        connection.close()
    for name, value in figures.items():
        say(f"  {name:<32} {value:>10.2f}" if name == "ratio" else f"  {name:<32} {value:>10.0f}")
    if options.json:
        say(json.dumps({name: round(value, 3) for name, value in figures.items()}))
    return 0


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "topcities.settings")
    sys.path.insert(0, str(ROOT))
    sys.exit(main())
