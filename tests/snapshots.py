"""What many tests begin with, made once a run through the product's actions and laid down as rows from then on.

    @kept
    def signed_agreement() -> Agreement: ...

A test gets rows of its own, which go when it ends. What is kept is as it was made: its ids, salts and times are the
same in each test of a run, and others in the next run. Each is kept twice, so that either party is shown first.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from functools import wraps
from itertools import count
from typing import TypeVar

from django.apps import apps
from django.db import connection, transaction
from django.utils.translation import get_language

from partners.models import Person
from partners.parties import Party
from tests.factories.people import show_the_other_first

A_WHILE = 300  # seconds
Made = TypeVar("Made")
Rows = dict[str, tuple[list[str], list[tuple]]]


@dataclass
class Snapshot:
    """What a maker gave back, and the rows of each table that hold it."""

    made: object
    rows: Rows


_makers: list[Callable[[], object]] = []
_snapshots: dict[Callable[[], object], list[Snapshot]] = {}
_turns = count()


def kept(make: Callable[[], Made]) -> Callable[[], Made]:
    """Lay down what `make` made before, where that comes to the same; else make it."""
    _makers.append(make)

    @wraps(make)
    def laid_or_made() -> Made:
        snapshots = _snapshots.get(make, [])
        if len(snapshots) < len(Party) or not _comes_to_the_same():
            return make()
        return lay(snapshots[next(_turns) % len(snapshots)])

    return laid_or_made


def kept_a_while(make: Callable[[], Made]) -> Callable[[], Made]:
    """For what few tests begin with and takes seconds to make: made when it is asked for first, and anew when it has
    aged, since it tells of the days before and after now."""
    made: list[tuple[float, Snapshot]] = []

    @wraps(make)
    def laid() -> Made:
        if not _comes_to_the_same():
            return make()
        if not made or time.monotonic() - made[0][0] > A_WHILE:
            made[:] = [(time.monotonic(), snapshot_of(make))]
        return lay(made[0][1])

    return laid


def _comes_to_the_same() -> bool:
    """In real transactions, what follows a commit belongs to it; pages' words are kept in the language of the moment;
    and beside other people the rows could not be laid twice."""
    return connection.in_atomic_block and get_language() == "en" and not Person.objects.exists()


def keep_all() -> None:
    """Make and keep each, twice, with the product set up as it starts; the database stays as it was."""
    for make in _makers:
        _snapshots[make] = []
        for _turn in Party:
            _snapshots[make].append(snapshot_of(make))
            show_the_other_first()


def snapshot_of(make: Callable[[], object]) -> Snapshot:
    with transaction.atomic():
        before = {table: len(rows) for table, (_columns, rows) in rows_of_all().items()}
        made = make()
        rows = {table: found for table, found in rows_of_all().items() if not before[table] and found[1]}
        transaction.set_rollback(True)
    return Snapshot(made, rows)


def rows_of_all() -> Rows:
    models = [model for model in apps.get_models(include_auto_created=True) if model._meta.managed]
    found = {}
    with connection.cursor() as cursor:
        for table in dict.fromkeys(model._meta.db_table for model in models):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608  a table's own name
            found[table] = ([column[0] for column in cursor.description], cursor.fetchall())
    return found


def lay(snapshot: Snapshot) -> object:
    """Their keys are looked at when the test commits, so the order of tables is free; sequences are past these ids.

    Those defined last come first: what a trigger would write because of a row is there before it (decision 20).
    """
    quote = connection.ops.quote_name
    with connection.cursor() as cursor:
        for table, (columns, values) in reversed(snapshot.rows.items()):
            names, places = ", ".join(map(quote, columns)), ", ".join(["%s"] * len(columns))
            cursor.executemany(f"INSERT INTO {quote(table)} ({names}) VALUES ({places})", values)  # noqa: S608
    return deepcopy(snapshot.made)
