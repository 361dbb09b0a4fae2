"""What a database holds, in figures: noted in a back-up when it is made, and compared when it is restored."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from types import ModuleType

from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.utils.crypto import salted_hmac

from ledger.verify import verify_ledger
from topcities import __version__
from topcities.backups import postgresql, sqlite
from topcities.backups.folder import BackupProblem

FILE = "about.json"
# Tables that a start fills by itself: a database with rows in these alone holds nothing yet.
FILLED_BY_A_START = {
    *("django_migrations", "django_content_type", "auth_permission", "ledger_heartbeat", "cache", "django_session"),
}


@dataclass(frozen=True)
class Facts:
    """`wrong_files` are names of files that were changed or lost already; `key` tells one secret key from another."""

    version: str
    made_at: str
    database: str
    schema: str
    key: str
    migrations: list[str]
    rows: dict[str, int]
    ledger: dict[str, int]
    wrong_files: list[str] = field(default_factory=list)

    def write(self) -> bytes:
        return json.dumps(asdict(self), indent=1).encode()


def read(place: Path) -> Facts:
    try:
        return Facts(**json.loads((place / FILE).read_bytes()))
    except (OSError, ValueError, TypeError) as error:
        raise BackupProblem(f"{place / FILE} cannot be read by this version. Nothing was changed.") from error


def gather(*, now: datetime) -> Facts:
    """Of the database as it is; within a snapshot, of that moment. `wrong_files` are not known yet."""
    return Facts(
        version=__version__,
        made_at=now.isoformat(timespec="seconds"),
        database=connection.vendor,
        schema=postgresql.schema() if connection.vendor == "postgresql" else "",
        key=key_mark(settings.SECRET_KEY),
        migrations=applied(),
        rows=rows(),
        ledger=ledger(),
    )


def engine() -> ModuleType:
    """How this kind of database is copied and replaced."""
    return {"sqlite": sqlite, "postgresql": postgresql}[connection.vendor]


def rows() -> dict[str, int]:
    """By table."""
    found = {}
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.table_names(cursor)):
            cursor.execute(f"SELECT count(*) FROM {connection.ops.quote_name(table)}")  # noqa: S608
            found[table] = cursor.fetchone()[0]
    return found


def holds_something() -> bool:
    return any(count for table, count in rows().items() if table not in FILLED_BY_A_START)


def applied() -> list[str]:
    """The migrations that this database has seen."""
    return sorted(".".join(name) for name in MigrationRecorder(connection).applied_migrations())


def known() -> list[str]:
    """The migrations that this version has."""
    return sorted(".".join(name) for name in MigrationLoader(None).disk_migrations)


def ledger() -> dict[str, int]:
    report = verify_ledger()
    return {"chains": report.chains, "events": report.events, "problems": len(report.problems)}


def key_mark(key: str) -> str:
    """Tells nobody the key, who does not know it."""
    return salted_hmac("topcities.backups", "mark", secret=key, algorithm="sha256").hexdigest()
