"""The database itself refuses to change the ledger, whoever asks, on both databases."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import DatabaseError, connection, transaction

from ledger.append_only import NOT_ERASED, POSTGRESQL, REFUSAL, SQLITE, InstallTriggers, missing, remove_sql
from ledger.models import EventContent
from tests.ledger.chains import links_of, make_chain, say

pytestmark = pytest.mark.django_db
ALIKE = {
    "UPDATE ledger_event SET kind = 'heard'": REFUSAL,
    "UPDATE ledger_event SET digest = digest WHERE sequence = 2": REFUSAL,
    "DELETE FROM ledger_event": REFUSAL,
    "DELETE FROM ledger_event WHERE sequence = 3": REFUSAL,
    "UPDATE ledger_eventcontent SET salt = ''": REFUSAL,
    "DELETE FROM ledger_eventcontent": NOT_ERASED,
}
OF_THEIR_OWN = {
    "postgresql": {
        "TRUNCATE ledger_event, ledger_eventcontent": REFUSAL,
        "TRUNCATE ledger_eventcontent": REFUSAL,
        "TRUNCATE ledger_event CASCADE": REFUSAL,
    },
    "sqlite": {
        "REPLACE INTO ledger_event SELECT * FROM ledger_event WHERE sequence = 2": REFUSAL,
        "REPLACE INTO ledger_event SELECT 99, chain, 2, '', '', '', NULL, at, '' FROM ledger_event LIMIT 1": REFUSAL,
        "REPLACE INTO ledger_event SELECT 99, chain, 9, prev, '', '', NULL, at, '' FROM ledger_event LIMIT 1": REFUSAL,
        "INSERT OR REPLACE INTO ledger_eventcontent SELECT * FROM ledger_eventcontent": REFUSAL,
        "UPDATE OR REPLACE ledger_event SET sequence = 1 WHERE sequence = 2": REFUSAL,
    },
}
TRIGGERS = {"postgresql": POSTGRESQL, "sqlite": SQLITE}[connection.vendor]
STATEMENTS = ALIKE | OF_THEIR_OWN[connection.vendor]


@pytest.mark.parametrize("statement", STATEMENTS)
def test_no_statement_changes_or_removes_an_event_or_what_it_says(statement: str) -> None:
    chain = make_chain(3)
    connection.check_constraints()
    before = links_of(chain), list(EventContent.objects.order_by("pk").values_list())
    with pytest.raises(DatabaseError, match=STATEMENTS[statement]), transaction.atomic():
        connection.cursor().execute(statement)
    assert (links_of(chain), list(EventContent.objects.order_by("pk").values_list())) == before
    assert len(before[1]) == 3


@pytest.mark.parametrize(
    ("kind", "names"),
    [
        ("said", {"sequence": 2}),
        ("said", {"sequence": "a word"}),
        ("erased", {"sequence": 1}),
        ("erased", {"sequence": "a word"}),
        ("erased", {}),
    ],
    ids=["no erasure", "a word", "of another event", "of no number", "of nothing"],
)
def test_words_stay_unless_an_event_of_their_chain_says_that_they_go(kind: str, names: dict) -> None:
    chain, elsewhere = make_chain(3), make_chain(3)
    say(chain, "gone", kind=kind, **names)
    say(elsewhere, "gone", kind="erased", sequence=2)
    with pytest.raises(DatabaseError, match=NOT_ERASED), transaction.atomic():
        EventContent.objects.filter(event__chain=chain, event__sequence=2).delete()
    assert EventContent.objects.filter(event__chain=chain, event__sequence=2).exists()
    say(chain, "gone", kind="erased", sequence=2)
    assert EventContent.objects.filter(event__chain=chain, event__sequence=2).delete()[0] == 1


def test_what_tells_of_an_erasure_is_never_erased() -> None:
    chain = make_chain(2)
    say(chain, "gone", kind="erased", sequence=2)
    say(chain, "gone", kind="erased", sequence=3)
    with pytest.raises(DatabaseError, match=NOT_ERASED), transaction.atomic():
        EventContent.objects.filter(event__chain=chain, event__sequence=3).delete()


def _away(name: str) -> str:
    return next(drop for drop in remove_sql(connection.vendor) if f"IF EXISTS {name}" in drop)


def _off(name: str) -> str:
    return f"ALTER TABLE {TRIGGERS[name][0]} DISABLE TRIGGER {name}"


# SQLite's triggers cannot be switched off.
@pytest.mark.parametrize("how", [_away, _off] if connection.vendor == "postgresql" else [_away])
@pytest.mark.parametrize("name", TRIGGERS)
def test_a_trigger_that_does_not_guard_is_missed_by_its_name(name: str, how: Callable[[str], str]) -> None:
    assert missing() == []
    with transaction.atomic():
        connection.cursor().execute(how(name))
        assert missing() == [name]
        transaction.set_rollback(True)
    assert missing() == []


@pytest.mark.django_db(transaction=True)
def test_the_migration_can_be_undone_and_be_done_twice() -> None:
    """The doctor's advice where a trigger is missing, and what a later migration does after it rebuilt a table."""
    operation = InstallTriggers()
    with connection.schema_editor() as editor:
        operation.database_backwards("ledger", editor, None, None)
    assert missing() == list(TRIGGERS)
    for _time in range(2):
        with connection.schema_editor() as editor:
            operation.database_forwards("ledger", editor, None, None)
        assert missing() == []
