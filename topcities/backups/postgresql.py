"""A PostgreSQL database: dumped by its own tools while the site runs, and replaced with what was there set aside.

Set aside means moved to another schema of the same database: that takes a moment, needs no second database, and is
undone by moving back. It is one transaction with the restoring: whoever dies in the middle leaves all as it was. The
schema that the product uses stays, with whatever was granted on it.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

from django.db import connection, transaction

from topcities.backups.folder import BackupProblem

FILE = "database.dump"
TOOLS = ("pg_dump", "pg_restore", "psql")
OBJECTS = """
SELECT 'TABLE', quote_ident(c.relname) FROM pg_class c
WHERE c.relnamespace = quote_ident(%(schema)s)::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
  AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid
    AND (d.deptype = 'e' OR c.relkind = 'S' AND d.deptype IN ('a', 'i')))
UNION ALL
SELECT 'ROUTINE', quote_ident(p.proname) || '(' || pg_get_function_identity_arguments(p.oid) || ')' FROM pg_proc p
WHERE p.pronamespace = quote_ident(%(schema)s)::regnamespace
  AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid
    AND d.deptype = 'e')
"""


def problem() -> str:
    """Why none can be made or restored here: the tools are missing, or older than the server. Empty where they fit."""
    if absent := [tool for tool in TOOLS if shutil.which(tool) is None]:
        return f"{' and '.join(absent)} cannot be found here. Install with apt: postgresql-client."
    server = server_version() // 10000
    if (found := _tool_version()) < server:
        says = f"pg_dump is of PostgreSQL {found}, and the server of {server}, which it cannot read"
        return f"{says}. Install postgresql-client-{server} (https://www.postgresql.org/download/)."
    return ""


def server_version() -> int:
    """150020 for 15.20. The connection knows it."""
    major, minor = connection.get_database_version()
    return major * 10_000 + minor


def _tool_version() -> int:
    says = subprocess.run(["pg_dump", "--version"], capture_output=True, text=True, check=True).stdout  # noqa: S607
    return int(found[1]) if (found := re.search(r"(\d+)", says)) else 0


def size() -> int:
    """Bytes, at most: a dump is compressed and has no indexes."""
    return int(_one("SELECT pg_database_size(current_database())"))


def schema() -> str:
    return str(_one("SELECT current_schema()"))


@contextmanager
def snapshot() -> Iterator[str]:
    """What is read within it is of one moment, which pg_dump shares by this name. Nobody waits."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute("SELECT pg_export_snapshot()")
        yield cursor.fetchone()[0]


def copy(target: Path, moment: str) -> None:
    """The tables of our schema as they are in the snapshot."""
    ours = ["--format=custom", "--no-owner", "--no-privileges", f"--schema={schema()}"]
    _run("pg_dump", *ours, f"--snapshot={moment}", f"--file={target}")
    check(target)


def check(file: Path) -> None:
    """Raises BackupProblem where the tool here cannot read it."""
    _run("pg_restore", "--list", str(file))


def need_room(_backup: Path) -> None:
    """The server's disk is not ours to look at: where it is full, the server says so and nothing has changed."""


def in_use() -> str:
    """Who else uses the database by our name, in words; empty where nobody does."""
    others = _one(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND usename = current_user "
        "AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
    )
    return f"{others} other connections to the database are open" if others else ""


@contextmanager
def replaced(backup: Path, kept_as: str) -> Iterator[str]:
    """Within it and after it, the database is that of the back-up. What goes wrong brings back the one before.

    Gives the words that say where that one is kept.
    """
    kept_as = kept_as.replace("-", "_")
    moves = _moves(schema(), kept_as)
    if moves and not _one("SELECT has_database_privilege(current_database(), 'CREATE')"):
        says = "What is in the database could not be set aside, so nothing was changed."
        do = f"As its owner: GRANT CREATE ON DATABASE {connection.settings_dict['NAME']} TO the role in DATABASE_URL."
        raise BackupProblem(f"{says} {do}")
    _restore_in_one_step(backup / FILE, moves)
    try:
        yield _kept_words(kept_as) if moves else ""
    except BaseException:
        _bring_back(kept_as, bool(moves))
        raise


def _kept_words(kept_as: str) -> str:
    says = f"The tables before are kept in the schema {kept_as} of the same database."
    return f'{says} When you are sure: DROP SCHEMA "{kept_as}" CASCADE'


def _restore_in_one_step(dump: Path, before: list[str]) -> None:
    """Run these statements and what pg_restore says in one transaction. It is committed by us alone: whatever is killed
    meanwhile, nothing has happened. Raises BackupProblem with the tool's own first words.
    """
    said = [f"--schema={schema()}", "--no-owner", "--no-privileges", "--file=-", str(dump)]
    connection.close()
    to_server = ["psql", "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--output=/dev/null", "--file=-"]
    with tempfile.TemporaryFile("w+") as errors:
        with subprocess.Popen(to_server, env=_environment(), stdin=subprocess.PIPE, stderr=errors) as psql:  # noqa: S603
            assert psql.stdin  # noqa: S101 - it is a pipe
            read = _say(psql.stdin, before, ["pg_restore", *said], errors)
        if read or psql.returncode:
            errors.seek(0)
            raise BackupProblem(f"{_first_error(errors.read())}. The database is as it was before.")


def _say(psql: IO[bytes], before: list[str], pg_restore: list[str], errors: IO[str]) -> int:
    """Write to psql, and end; the exit status of pg_restore. psql ends at its first error, and takes no more."""
    opening = ["BEGIN", "SET LOCAL lock_timeout = '10s'", *before]
    with suppress(BrokenPipeError), psql:
        psql.write("".join(f"{statement};\n" for statement in opening).encode())
        psql.flush()
        read = subprocess.run(pg_restore, stdout=psql, stderr=errors, check=False)  # noqa: S603
        if read.returncode == 0:
            psql.write(b"COMMIT;\n")
        return read.returncode
    return 1


def forget(kept_as: str) -> None:
    """What was there before held nothing."""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP SCHEMA IF EXISTS {_quoted(kept_as.replace('-', '_'))} CASCADE")


def _bring_back(kept_as: str, moved: bool) -> None:
    """What was restored goes; what was set aside is where it was."""
    connection.close()
    ours, gone = schema(), f"{kept_as}_gone"
    with transaction.atomic(), connection.cursor() as cursor:
        for statement in _moves(ours, gone):
            cursor.execute(statement)
        cursor.execute(f"DROP SCHEMA IF EXISTS {_quoted(gone)} CASCADE")
        if moved:
            for statement in _moves(kept_as, ours)[1:]:
                cursor.execute(statement)
            cursor.execute(f"DROP SCHEMA {_quoted(kept_as)}")


def _moves(here: str, there: str) -> list[str]:
    """Statements that move all from one schema to another, which the first one makes; none where there is nothing."""
    moves = [f"ALTER {kind} {_quoted(here)}.{name} SET SCHEMA {_quoted(there)}" for kind, name in _objects(here)]
    return [f"CREATE SCHEMA {_quoted(there)}", *moves] if moves else []


def _objects(of: str) -> list[tuple[str, str]]:
    """Tables, views, sequences of no table, and functions, quoted; what belongs to an extension stays where it is."""
    with connection.cursor() as cursor:
        cursor.execute(OBJECTS, {"schema": of})
        return [(kind, name) for kind, name in cursor.fetchall()]


def _one(query: str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchone()[0]


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name)


def _run(tool: str, *arguments: str) -> None:
    """Raises BackupProblem with the tool's own first words. No password stands on a command line."""
    command = [tool, *arguments]
    result = subprocess.run(command, env=_environment(), capture_output=True, text=True, check=False)  # noqa: S603
    if result.returncode:
        raise BackupProblem(f"{tool} ended with {result.returncode}: {_first_error(result.stderr)}.")


def _first_error(said: str) -> str:
    lines = [line for line in said.splitlines() if line.strip()]
    return next((line for line in lines if "error" in line.lower()), lines[0] if lines else "it gave no reason")


def _environment() -> dict[str, str]:
    """As libpq reads it, where Django's own connection goes."""
    settings = connection.settings_dict
    _command, given = connection.client.settings_to_cmd_args_env(settings, [])
    named = {"PGHOST": settings["HOST"], "PGPORT": settings["PORT"], "PGUSER": settings["USER"]}
    named["PGDATABASE"] = settings["NAME"]
    return dict(os.environ) | {name: str(value) for name, value in named.items() if value} | (given or {})
