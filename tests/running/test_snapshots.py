"""What tests begin with is laid down as it was made, and goes with the test (tests/snapshots.py)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection

from agreements.models import Agreement
from partners.models import Partnership, Person
from partners.parties import Party
from sprints.models import Sprint
from tests import snapshots
from tests.concurrency import chain_breaks
from tests.factories.agreements import first_draft
from tests.factories.demonstration import demonstration
from tests.factories.people import make_person
from tests.factories.sprints import signed_agreement, usual_sprint

pytestmark = pytest.mark.django_db
KEPT = [first_draft, signed_agreement, usual_sprint]


@pytest.fixture
def anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snapshots, "_snapshots", {})
    snapshots.keep_all()


def size_of(rows: snapshots.Rows) -> dict[str, int]:
    return {table: len(values) for table, (_columns, values) in rows.items()}


@pytest.mark.parametrize("maker", KEPT)
def test_laid_it_is_what_it_was_when_made(anew: None, maker: Callable[[], Agreement | Sprint]) -> None:
    assert Person.objects.count() == 0, "nothing stays of the making"
    before = size_of(snapshots.rows_of_all())
    laid = maker()
    connection.check_constraints()
    assert chain_breaks(laid.partnership.agreement) is None
    kept = snapshots._snapshots[maker.__wrapped__]
    (snapshot,) = [one for one in kept if one.made.partnership_id == laid.partnership_id]
    more = {table: size - before[table] for table, size in size_of(snapshots.rows_of_all()).items()}
    assert {table: size for table, size in more.items() if size} == size_of(snapshot.rows)
    again = type(laid).objects.get(pk=laid.pk)
    assert {field.attname: getattr(again, field.attname) for field in laid._meta.concrete_fields} == {
        field.attname: getattr(laid, field.attname) for field in laid._meta.concrete_fields
    }


@pytest.mark.parametrize("maker", KEPT)
def test_either_party_is_shown_first_in_one_of_two(anew: None, maker: Callable[[], Agreement | Sprint]) -> None:
    first = []
    for snapshot in snapshots._snapshots[maker.__wrapped__]:
        columns, (partnership,) = snapshot.rows["partners_partnership"]
        first.append(partnership[columns.index("shown_first")])
    assert sorted(first) == sorted(Party)


def test_beside_somebody_else_it_is_made(anew: None) -> None:
    make_person()
    assert signed_agreement() != signed_agreement()
    assert Partnership.objects.count() == 2


def test_the_demonstration_is_laid_as_it_was_made() -> None:
    program = demonstration()
    agreements = Agreement.objects.filter(partnership__program=program)
    assert {type(chain_breaks(agreement)) for agreement in agreements} == {type(None)}
    assert (agreements.count(), Sprint.objects.count()) == (4, 2)
    connection.check_constraints()
