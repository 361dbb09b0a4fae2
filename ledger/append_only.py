"""The ledger can only grow: the database itself refuses to change or remove an event, whoever asks.

What an event says can go, after an `erased` event in the same chain names it. Whoever owns the database can take the
triggers away; what is done then, `verify_ledger` finds.
"""

from __future__ import annotations

from typing import Any

from django.db import connection as default
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation

EVENT, CONTENT = "ledger_event", "ledger_eventcontent"
REFUSAL = "the ledger can only grow: events are never changed or removed"
NOT_ERASED = "what an event says goes only when it is erased: manage.py erase_event"

# Holds for a row OLD of ledger_eventcontent. What an `erased` event says is never erased itself.
IS_ERASED = """EXISTS (
    SELECT 1 FROM ledger_event AS told
    JOIN ledger_eventcontent AS said ON said.event_id = told.id
    JOIN ledger_event AS gone ON gone.id = OLD.event_id AND gone.chain = told.chain
    WHERE told.kind = 'erased' AND gone.kind <> 'erased' AND {same})"""


def _sqlite(name: str, table: str, when: str, condition: str = "1", message: str = REFUSAL) -> str:
    return (
        f"CREATE TRIGGER {name} BEFORE {when} ON {table} FOR EACH ROW WHEN {condition} "
        f"BEGIN SELECT RAISE(ABORT, '{message}'); END"
    )


# REPLACE INTO removes the row before it without asking the triggers on DELETE, so it is met on INSERT.
SQLITE: dict[str, tuple[str, ...]] = {
    "ledger_event_no_update": (EVENT, "UPDATE"),
    "ledger_event_no_delete": (EVENT, "DELETE"),
    "ledger_event_no_replace": (
        EVENT,
        "INSERT",
        "EXISTS (SELECT 1 FROM ledger_event AS had WHERE had.id = NEW.id OR (had.chain = NEW.chain AND "
        "(had.sequence = NEW.sequence OR had.prev = NEW.prev)))",
    ),
    "ledger_eventcontent_no_update": (CONTENT, "UPDATE"),
    "ledger_eventcontent_only_erased": (
        CONTENT,
        "DELETE",
        "NOT " + IS_ERASED.format(same="json_extract(said.payload, '$.sequence') = gone.sequence"),
        NOT_ERASED,
    ),
    "ledger_eventcontent_no_replace": (
        CONTENT,
        "INSERT",
        "EXISTS (SELECT 1 FROM ledger_eventcontent AS had WHERE had.event_id = NEW.event_id)",
    ),
}

# As text: what other events say under that name need not be a number, and PostgreSQL may read it first.
SAME = "said.payload ->> 'sequence' = gone.sequence::text"
POSTGRESQL_FUNCTIONS = {
    "ledger_refuse": f"BEGIN RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'restrict_violation'; END",
    "ledger_only_erased": (
        f"BEGIN IF {IS_ERASED.format(same=SAME)} THEN RETURN OLD; END IF; "
        f"RAISE EXCEPTION '{NOT_ERASED}' USING ERRCODE = 'restrict_violation'; END"
    ),
}
POSTGRESQL = {
    "ledger_event_no_change": (EVENT, "UPDATE OR DELETE", "ROW", "ledger_refuse"),
    "ledger_event_no_truncate": (EVENT, "TRUNCATE", "STATEMENT", "ledger_refuse"),
    "ledger_eventcontent_no_update": (CONTENT, "UPDATE", "ROW", "ledger_refuse"),
    "ledger_eventcontent_only_erased": (CONTENT, "DELETE", "ROW", "ledger_only_erased"),
    "ledger_eventcontent_no_truncate": (CONTENT, "TRUNCATE", "STATEMENT", "ledger_refuse"),
}


def install_sql(vendor: str) -> list[str]:
    """The statements that put the triggers there. Raises KeyError for a database we do not run on."""
    return {"sqlite": _install_on_sqlite, "postgresql": _install_on_postgresql}[vendor]()


def remove_sql(vendor: str) -> list[str]:
    if vendor == "sqlite":
        return [f"DROP TRIGGER IF EXISTS {name}" for name in SQLITE]
    triggers = [f"DROP TRIGGER IF EXISTS {name} ON {table}" for name, (table, *_) in POSTGRESQL.items()]
    return triggers + [f"DROP FUNCTION IF EXISTS {name}()" for name in POSTGRESQL_FUNCTIONS]


def missing(connection: BaseDatabaseWrapper = default) -> list[str]:
    """Names of the triggers that are not there, or are switched off: for `doctor`. Empty when all is well."""
    query, wanted = {
        "sqlite": ("SELECT name FROM sqlite_master WHERE type = 'trigger'", SQLITE.keys()),
        "postgresql": (
            "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled IN ('O', 'A') "
            "AND tgrelid IN (to_regclass('ledger_event'), to_regclass('ledger_eventcontent'))",
            POSTGRESQL.keys(),
        ),
    }[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(query)
        found = {name for (name,) in cursor.fetchall()}
    return [name for name in wanted if name not in found]


class InstallTriggers(Operation):
    """A migration's operation: puts the triggers there, and takes them away when it is undone."""

    reversible = True
    reduces_to_sql = True

    def state_forwards(self, app_label: str, state: Any) -> None:
        """The models stay as they are."""

    def database_forwards(self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, *states: Any) -> None:
        # Again is fine: where a migration rebuilt a table, SQLite dropped its triggers, and the next one installs them.
        for statement in [*remove_sql(schema_editor.connection.vendor), *install_sql(schema_editor.connection.vendor)]:
            schema_editor.execute(statement, params=None)

    def database_backwards(self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, *states: Any) -> None:
        for statement in remove_sql(schema_editor.connection.vendor):
            schema_editor.execute(statement, params=None)

    def describe(self) -> str:
        return "The ledger can only grow: triggers that refuse any change of it"


def _install_on_sqlite() -> list[str]:
    return [_sqlite(name, *parts) for name, parts in SQLITE.items()]


def _install_on_postgresql() -> list[str]:
    functions = [
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $ledger$ {body} $ledger$"
        for name, body in POSTGRESQL_FUNCTIONS.items()
    ]
    return functions + [
        f"CREATE TRIGGER {name} BEFORE {when} ON {table} FOR EACH {each} EXECUTE FUNCTION {function}()"
        for name, (table, when, each, function) in POSTGRESQL.items()
    ]
