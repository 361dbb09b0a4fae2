"""How tests empty a ledger that can only grow: as the owner of the tables, who takes the triggers away for it.

Only tests do this. `manage.py flush` in life is refused by the database.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.db import connection, transaction
from django.db.backends.base.operations import BaseDatabaseOperations

from ledger import frozen_rows
from ledger.append_only import install_sql, missing, remove_sql


@contextmanager
def as_owner() -> Iterator[None]:
    """Within it the ledger can be tampered with, and what is published."""
    was_there = not missing(connection)
    with transaction.atomic():
        frozen = [table for table in frozen_rows.frozen_tables() if table not in frozen_rows.not_frozen(connection)]
        _execute(remove_sql(connection.vendor))
        for table in frozen:
            _execute(frozen_rows.remove_sql(connection.vendor, table))
        yield
        if was_there:
            _execute(install_sql(connection.vendor))
        for table in frozen:
            _execute(frozen_rows.install_sql(connection.vendor, table))


def _execute(statements: list[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


@pytest.fixture(scope="session", autouse=True)
def tests_may_empty_the_ledger() -> Iterator[None]:
    """Tests with real transactions leave rows behind, and Django empties the tables after each."""
    patch = pytest.MonkeyPatch()
    flush = BaseDatabaseOperations.execute_sql_flush
    patch.setattr(BaseDatabaseOperations, "execute_sql_flush", _emptying(flush))
    yield
    patch.undo()


def _emptying(flush: Callable[..., None]) -> Callable[..., None]:
    def emptied(operations: BaseDatabaseOperations, statements: list[str]) -> None:
        with as_owner():
            flush(operations, statements)

    return emptied
