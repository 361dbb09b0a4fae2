"""A catalog that is handed in again: what it says otherwise of a dataset on the list is offered, never imposed. What
of a file is kept, across transactions and versions."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import override

from agreements.refusals import Stale
from ledger.models import Event
from partners.parties import Party
from sprints import actions
from sprints.actions import catalog as catalogs
from sprints.domain.datasets import dataset_digest
from sprints.models import Catalog, CatalogEntry, Dataset, Sprint
from tests.factories.people import NOW, client_of, member_of
from tests.factories.research import catalog_of, hand_in
from tests.factories.sprints import lead_in, started_sprint

pytestmark = pytest.mark.django_db
NESTED = (Path(__file__).parent / "catalogs" / "ashford-3.json").read_bytes()
RENTAL = {"identifier": "r-1", "title": "Rentals", "publisher": "Housing", "accrualPeriodicity": "R/P1W"}


@pytest.fixture
def sprint() -> Sprint:
    return started_sprint()


def page_of(sprint: Sprint, rest: str = "", party: Party = Party.CITY) -> str:
    client = client_of(member_of(sprint.partnership, party))
    answer = client.get(f"/partnerships/{sprint.partnership.slug}/sprint/datasets/catalog/{rest}")
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode())))


def choose(sprint: Sprint, *numbers: int, party: Party = Party.CITY, **more: object) -> object:
    return actions.choose_entries(by=lead_in(sprint, party), sprint=sprint, numbers=numbers, now=NOW, **more)


def chosen(sprint: Sprint, *entries: dict[str, object]) -> Dataset:
    """The first of them is on the list."""
    hand_in(sprint, catalog_of(entries))
    choose(sprint, 1)
    return Dataset.objects.get()


# --- The same identifier again ---------------------------------------------------------------------------------------


def test_what_the_catalog_says_now_is_offered_and_taken_over_by_whoever_asks(sprint: Sprint, party: Party) -> None:
    dataset = chosen(sprint, RENTAL)
    hand_in(sprint, catalog_of([{"title": "Before"}, RENTAL | {"title": "Rentals and hotels", "license": "CC0"}]))
    page = page_of(sprint, party=party)
    assert "What it is called: Rentals and hotels Your list: Rentals Licence: CC0 Your list says nothing." in page
    assert "Refresh:" not in page, "what it says as before is no change"
    assert choose(sprint, 2).made == 0, "it is on the list, under another title"
    client = client_of(member_of(sprint.partnership, party))
    address = f"/partnerships/{sprint.partnership.slug}/sprint/datasets/catalog/choose/"
    said = client.post(address, {"update": "2", "shown-2": dataset_digest(dataset), "entry": "1"}, follow=True)
    assert "1 dataset is on your list now. 1 dataset is up to date now." in html.unescape(said.content.decode())
    dataset.refresh_from_db()
    assert (dataset.title, dataset.licence, dataset.steward) == ("Rentals and hotels", "CC0", "Housing")
    assert dataset.changed_by == member_of(sprint.partnership, party)
    payload = Event.objects.get(kind="dataset.changed").content.payload
    assert payload["changed"] == {"title": "Rentals and hotels", "licence": "CC0"}
    assert "The catalog says otherwise" not in page_of(sprint, party=party)


def test_what_somebody_wrote_meanwhile_is_not_overwritten(sprint: Sprint) -> None:
    dataset = chosen(sprint, RENTAL)
    hand_in(sprint, catalog_of([RENTAL | {"publisher": "Planning"}]))
    shown = dataset_digest(dataset)
    Dataset.objects.update(steward="Housing, second floor")
    with pytest.raises(Stale):
        choose(sprint, updates={1: shown})
    assert Dataset.objects.get().steward == "Housing, second floor"


def test_what_the_catalog_leaves_out_changes_nothing(sprint: Sprint) -> None:
    dataset = chosen(sprint, RENTAL)
    hand_in(sprint, catalog_of([{"identifier": "r-1", "title": "Rentals"}]))
    assert "The catalog says otherwise" not in page_of(sprint)
    assert choose(sprint, updates={1: dataset_digest(dataset)}).updated == 0


def test_words_of_the_other_language_are_no_change(sprint: Sprint) -> None:
    with override("es"):
        dataset = chosen(sprint, RENTAL)
    assert dataset.refresh == "Cada semana"
    assert "The catalog says otherwise" not in page_of(sprint)


def test_an_identifier_that_several_datasets_have_tells_nothing(sprint: Sprint) -> None:
    """Entries are copied, and their identifier stays."""
    chosen(sprint, RENTAL, RENTAL | {"title": "Hotels"})
    assert "The catalog says otherwise" not in page_of(sprint)
    assert choose(sprint, 2).made == 1


def test_an_update_of_what_was_taken_off_the_list_adds_nothing(sprint: Sprint) -> None:
    dataset = chosen(sprint, RENTAL)
    hand_in(sprint, catalog_of([RENTAL | {"title": "Rentals and hotels"}]))
    actions.drop_dataset(by=lead_in(sprint, Party.CITY), dataset=dataset, now=NOW)
    result = choose(sprint, updates={1: dataset_digest(dataset)})
    assert (result.made, result.known, result.updated, Dataset.objects.count()) == (0, 0, 0, 1)


# --- What is kept ----------------------------------------------------------------------------------------------------


def test_the_page_says_in_numbers_what_was_read_and_what_was_not(sprint: Sprint) -> None:
    hand_in(sprint, NESTED)
    page = page_of(sprint)
    assert "6 datasets can be chosen. 1 entry was skipped." in page
    assert "services (their datasets are read): 2" in page
    assert "catalogs of which only the address is given, or that lie too deep: 1" in page
    assert "Entry 3 It has no title." in page_of(sprint, "?skipped")
    hand_in(sprint, b'{"dataset": []}')
    assert "0 entries. 0 datasets can be chosen." in page_of(sprint).replace("0 entries.  ", "0 entries. ")


def test_a_nested_file_is_read_on_from_every_place_in_it(sprint: Sprint, monkeypatch: pytest.MonkeyPatch) -> None:
    at_once = hand_in(sprint, NESTED)
    rows = list(CatalogEntry.objects.values_list("number", "problem", "title", "licence", "rank"))
    monkeypatch.setattr(catalogs, "AT_ONCE", 1)
    monkeypatch.setattr(catalogs, "PIECE", 100)
    one_by_one = hand_in(sprint, NESTED)
    assert list(CatalogEntry.objects.values_list("number", "problem", "title", "licence", "rank")) == rows
    for name in ("read", "skipped", "not_read", "problem"):
        assert getattr(one_by_one, name) == getattr(at_once, name)
    assert CatalogEntry.objects.get(title="Rental Inspections").licence.startswith("https://creativecommons.org")


def test_no_address_of_a_contact_is_kept_or_shown_of_an_entry_that_is_skipped(sprint: Sprint) -> None:
    contact = {"fn": "Pat Contactperson", "hasEmail": "mailto:pat.contactperson@ashford.example"}
    broken = b'{"contactPoint": %b, "title": "Trees", "keyword": [oak]}' % json.dumps(contact).encode()
    hand_in(
        sprint, catalog_of([{"contactPoint": contact}, contact["hasEmail"], [contact]])[:-2] + b"," + broken + b"]}"
    )
    kept = json.dumps(list(CatalogEntry.objects.values()), default=str)
    page = page_of(sprint, "?skipped")
    for told in (kept, page):
        assert "Trees" in told and not re.search("contactperson|mailto", told, re.IGNORECASE)
    assert Catalog.objects.get().skipped == 4


def test_what_another_version_began_is_read_anew(sprint: Sprint) -> None:
    catalog = hand_in(sprint, catalog_of([{"title": "A"}, {"title": "B"}]), read=False)
    CatalogEntry.objects.create(catalog=catalog, number=1, title="A")
    Catalog.objects.update(read=1, read_to=90)
    actions.read_catalogs(clock=lambda: NOW)
    catalog.refresh_from_db()
    assert (catalog.read, CatalogEntry.objects.count(), catalog.problem) == (2, 2, "")


@pytest.fixture
def before_and_now() -> Iterator[MigrationExecutor]:
    yield MigrationExecutor(connection)
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())


@pytest.mark.django_db(transaction=True)
def test_an_upgrade_takes_out_what_was_kept_of_skipped_entries(before_and_now: MigrationExecutor) -> None:
    catalog = hand_in(started_sprint(), catalog_of([RENTAL, RENTAL, {"identifier": "x"}]))
    before_and_now.migrate([("sprints", "0005_action_item_changes")])
    raw = '{"contactPoint": {"fn": "Pat Contactperson", "hasEmail": "mailto:pat.contactperson@ashford.example"'
    CatalogEntry.objects.filter(number=3).update(title=raw)
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())
    rows = CatalogEntry.objects.filter(catalog=catalog).values_list("number", "title", "problem")
    assert list(rows) == [(1, "Rentals", ""), (2, "Rentals", "twice"), (3, "", "no title")]
