"""The database that was there before a back-up was restored."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from django.db import connection


def schemas() -> list[str]:
    """On PostgreSQL."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'before_restore_%'")
        return [name for (name,) in cursor.fetchall()]


def files() -> list[Path]:
    """On SQLite."""
    here = Path(connection.settings_dict["NAME"])
    return list(here.parent.glob(f"{here.name}.before-restore-*"))


def remove() -> None:
    if connection.vendor == "sqlite":
        for file in files():
            file.unlink()
        return
    with connection.cursor() as cursor:
        for name in schemas():
            cursor.execute(f'DROP SCHEMA "{name}" CASCADE')


def rows_of(table: str) -> int:
    """In the one database that was kept aside."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f'SELECT count(*) FROM "{schemas()[0]}".{table}')  # noqa: S608
            return cursor.fetchone()[0]
    (kept,) = files()
    with closing(sqlite3.connect(kept)) as opened:
        return opened.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608
