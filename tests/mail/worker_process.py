"""A worker in a process of its own, on the test's database or a copy of it: so that it can be killed."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

from django.db import connection

from tests.running.process import KEPT, ROOT

SWEEP = (
    "import sys, django; django.setup(); import tests.mail.samples; from datetime import datetime;"
    "from mail.outbox import send_waiting; print(send_waiting(datetime.fromisoformat(sys.argv[1])))"
)


def address_of(name: object) -> str:
    """DATABASE_URL for a database of this name beside the test's."""
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    where = connection.settings_dict
    who = f"{quote(where['USER'])}:{quote(where['PASSWORD'])}"
    return f"postgres://{who}@{where['HOST']}:{where['PORT'] or 5432}/{name}"


def worker(*, now: datetime, port: int, data: Path, database: str = "") -> subprocess.Popen[str]:
    """One sweep of the outbox at this time, through the mail server at this port; prints how many were sent."""
    environment = {name: os.environ[name] for name in KEPT if name in os.environ}
    environment |= {
        "DJANGO_SETTINGS_MODULE": "topcities.settings",
        "DATA_DIR": str(data),
        "DATABASE_URL": database or address_of(connection.settings_dict["NAME"]),
        "EMAIL_URL": f"smtp://127.0.0.1:{port}",
    }
    command = [sys.executable, "-c", SWEEP, now.isoformat()]
    return subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


@contextmanager
def backup(folder: Path) -> Iterator[str]:
    """A copy of the whole database as it stands now, made by the database itself; its DATABASE_URL."""
    if connection.vendor == "sqlite":
        with closing(sqlite3.connect(folder / "backup.sqlite3")) as copy:
            connection.connection.backup(copy)
        yield address_of(folder / "backup.sqlite3")
        return
    name = connection.settings_dict["NAME"]
    _of_the_server(f'CREATE DATABASE "{name}_backup" TEMPLATE "{name}"')
    try:
        yield address_of(f"{name}_backup")
    finally:
        _of_the_server(f'DROP DATABASE "{name}_backup" WITH (FORCE)')


def _of_the_server(statement: str) -> None:
    connection.close()
    with connection._nodb_cursor() as cursor:
        cursor.execute(statement)
