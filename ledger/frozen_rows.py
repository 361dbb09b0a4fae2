"""Tables whose rows are never changed or removed once they are there: the database refuses it, whoever asks.

A model says so by `rows_are_frozen = True`, and a migration of its own installs the triggers.
"""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.db import connection as default
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation

REFUSAL = "what is published is never changed or removed"


def install_sql(vendor: str, table: str) -> list[str]:
    """The statements that freeze the table. REPLACE INTO removes a row without asking the triggers on DELETE, so
    SQLite is asked on INSERT, too."""
    if vendor == "sqlite":
        had = f"EXISTS (SELECT 1 FROM {table} AS had WHERE had.id = NEW.id OR had.name = NEW.name)"  # noqa: S608
        return [
            f"CREATE TRIGGER {table}_no_{when.lower()} BEFORE {when} ON {table} FOR EACH ROW WHEN {condition} "
            f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
            for when, condition in (("UPDATE", "1"), ("DELETE", "1"), ("INSERT", had))
        ]
    body = f"BEGIN RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'restrict_violation'; END"
    return [
        f"CREATE OR REPLACE FUNCTION {table}_refuse() RETURNS trigger LANGUAGE plpgsql AS $frozen$ {body} $frozen$",
        f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW "
        f"EXECUTE FUNCTION {table}_refuse()",
        f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT "
        f"EXECUTE FUNCTION {table}_refuse()",
    ]


def remove_sql(vendor: str, table: str) -> list[str]:
    if vendor == "sqlite":
        return [f"DROP TRIGGER IF EXISTS {table}_no_{when}" for when in ("update", "delete", "insert")]
    triggers = [f"DROP TRIGGER IF EXISTS {table}_no_{when} ON {table}" for when in ("change", "truncate")]
    return [*triggers, f"DROP FUNCTION IF EXISTS {table}_refuse()"]


def frozen_tables() -> list[str]:
    """Of every model that says so."""
    return sorted(model._meta.db_table for model in apps.get_models() if getattr(model, "rows_are_frozen", False))


def not_frozen(connection: BaseDatabaseWrapper = default) -> list[str]:
    """Tables that lack a trigger which they should have: for `doctor`. Empty when all is well."""
    query, ends = {
        "sqlite": ("SELECT name FROM sqlite_master WHERE type = 'trigger'", ("update", "delete", "insert")),
        "postgresql": (
            "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled IN ('O', 'A')",
            ("change", "truncate"),
        ),
    }[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(query)
        found = {name for (name,) in cursor.fetchall()}
    return [table for table in frozen_tables() if not {f"{table}_no_{end}" for end in ends} <= found]


class FreezeRows(Operation):
    """A migration's operation: puts the triggers of a table there, and takes them away when it is undone."""

    reversible = True
    reduces_to_sql = True

    def __init__(self, table: str) -> None:
        self.table = table

    def state_forwards(self, app_label: str, state: Any) -> None:
        """The models stay as they are."""

    def database_forwards(self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, *states: Any) -> None:
        vendor = schema_editor.connection.vendor
        for statement in [*remove_sql(vendor, self.table), *install_sql(vendor, self.table)]:
            schema_editor.execute(statement, params=None)

    def database_backwards(self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, *states: Any) -> None:
        for statement in remove_sql(schema_editor.connection.vendor, self.table):
            schema_editor.execute(statement, params=None)

    def describe(self) -> str:
        return f"Rows of {self.table} are never changed or removed"
