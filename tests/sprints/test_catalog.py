"""The city's catalog: a messy file is read bit by bit, searched and chosen from; what is broken harms nothing else."""

from __future__ import annotations

import html
import json
import re
import tracemalloc
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.models import Event
from partners.parties import Party
from sprints import actions
from sprints.actions import catalog as catalogs
from sprints.catalog.entries import LARGEST_ENTRY, LARGEST_SKIPPED, MEMBERS, Reading
from sprints.models import Catalog, CatalogEntry, CatalogPiece, Dataset, Sprint
from tests.factories.people import NOW, client_of, everybody, member_of
from tests.factories.research import catalog_of, hand_in
from tests.factories.sprints import lead_in, started_sprint

pytestmark = pytest.mark.django_db
FILES = Path(__file__).parent / "catalogs"
ASHFORD, OLD = (FILES / "ashford.json").read_bytes(), (FILES / "ashford-1.0.json").read_bytes()


@pytest.fixture
def sprint() -> Sprint:
    return started_sprint()


def url(sprint: Sprint, rest: str = "") -> str:
    return f"/partnerships/{sprint.partnership.slug}/sprint/datasets/{rest}"


def text_of(response: object) -> str:
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode())))


def entry(title: str) -> CatalogEntry:
    return CatalogEntry.objects.get(title=title, problem="")


def choose(sprint: Sprint, *titles: str, party: Party = Party.COMMUNITY) -> object:
    numbers = [entry(title).number for title in titles]
    return actions.choose_entries(by=lead_in(sprint, party), sprint=sprint, numbers=numbers, now=NOW)


# --- A file as cities have them --------------------------------------------------------------------------------------


def test_what_can_be_read_of_a_messy_file_is_read_and_the_rest_says_why_not(sprint: Sprint) -> None:
    catalog = hand_in(sprint, ASHFORD)
    assert (catalog.read, catalog.skipped, catalog.problem) == (18, 9, "")
    skipped = CatalogEntry.objects.exclude(problem="").values_list("number", "problem")
    assert dict(skipped) == {
        5: "twice",
        7: "no title",
        8: "no title",
        9: "not a dataset",
        10: "not a dataset",
        11: "not json",
        12: "not json",
        15: "deceptive",
        17: "not a dataset",
    }
    titles = set(CatalogEntry.objects.filter(problem="").values_list("title", flat=True))
    assert titles == {
        "Rental Inspections, 2015 to Present",
        "Rental Violations & Orders",
        "20261",
        "Eviction Filings by Block",
        "Shelter Beds, Nightly Count",
        "Cooling Centers",
        "Water Quality at the Tap",
        "Calles y aceras: reparaciones pedidas por Ñuñoa y Árbol",
        "Permits",
    }


def test_an_entry_is_understood_however_it_is_written(sprint: Sprint) -> None:
    hand_in(sprint, ASHFORD)
    rental = entry("Rental Inspections, 2015 to Present")
    assert rental.description.splitlines()[0] == "Every inspection of a rental building under the city's rental code."
    assert "<" not in rental.description
    assert (rental.steward, rental.formats) == ("Housing Department", "CSV, JSON, XML")
    budget = entry("20261")
    assert (budget.identifier, budget.steward) == ("20261", "Office of Management and Budget")
    assert budget.description == "Budget as adopted., In thousands of dollars."
    assert entry("Rental Violations & Orders").licence == "No warranty is made. See the terms of use."
    assert entry("Cooling Centers").address == "https://data.ashford.example/cooling.csv"
    assert "alert" not in entry("Water Quality at the Tap").title
    evictions = entry("Eviction Filings by Block")
    assert (evictions.is_public, evictions.issued) == (False, None)
    assert evictions.missing == ["steward", "licence", "address"]


def test_no_name_or_address_of_a_contact_person_is_kept(sprint: Sprint) -> None:
    for data in (ASHFORD, OLD):
        hand_in(sprint, data)
        kept = json.dumps(list(CatalogEntry.objects.values()), default=str)
        assert "ousing Department" in kept or "Development Services" in kept
        assert not re.search(r"contactperson|olderson|mailto|@ashford", kept, re.IGNORECASE)


def test_an_address_without_a_host_is_completed_with_where_the_file_came_from_and_nothing_is_opened(
    sprint: Sprint, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_args: object, **_kwargs: object) -> None:
        raise AssertionError("something was opened")

    hand_in(sprint, ASHFORD)
    assert entry("Rental Violations & Orders").address == ""
    monkeypatch.setattr("socket.create_connection", refuse)
    monkeypatch.setattr("socket.getaddrinfo", refuse)
    hand_in(sprint, ASHFORD, source="https://data.ashford.example/data.json")
    assert entry("Rental Violations & Orders").address == "https://data.ashford.example/datasets/rental-violations"


def test_a_file_of_the_first_version_of_the_standard_is_read(sprint: Sprint) -> None:
    catalog = hand_in(sprint, OLD)
    assert (catalog.read, catalog.skipped, catalog.problem) == (3, 1, "")
    permits = entry("Building Permits")
    assert (permits.steward, permits.formats) == ("Development Services", "CSV")
    assert permits.address == "http://data.ashford.example/permits.csv"
    assert entry("Café Licences").address == ""


@pytest.mark.any_database
@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"", "empty"),
        (b" \n ", "empty"),
        (b"<!doctype html><html>Not found</html>", "web page"),
        (b'{"a": 1}'.decode().encode("utf-16"), "encoding"),
        (b"title,address\n", "not json"),
        (b'{"error": {"code": 404}}', "no list"),
        (b'{"about": {"dataset": [{"title": "Elsewhere"}]}}', "no list"),
        (b'{"dataset": []}', "no entries"),
        (b"[]", "no entries"),
        (b'{"dataset": [{"title": "A"}, {"title": "B', "cut off"),
        (b'{"dataset": [' + b"[" * (2 * LARGEST_SKIPPED), "too large"),
        (b'{"dataset": [{"title": "A"}, {' + b'"a":[],' * (LARGEST_SKIPPED // 7 + 1) + b"}]}", "too large"),
    ],
)
def test_a_file_that_is_no_catalog_says_so_in_words(sprint: Sprint, data: bytes, problem: str) -> None:
    catalog = hand_in(sprint, data)
    assert catalog.problem == problem
    page = text_of(client_of(lead_in(sprint, Party.CITY)).get(url(sprint, "catalog/")))
    assert catalog.get_problem_display() in page
    assert "datasets can be chosen." in page or "dataset can be chosen." in page, "in numbers"
    assert ("/api/feed/dcat-us/1.1.json" in page) == (problem not in {"cut off", "too large", "no entries"})


def test_what_was_read_before_a_file_ends_in_the_middle_can_be_chosen(sprint: Sprint) -> None:
    hand_in(sprint, b'{"dataset": [{"title": "A"}, {"title": "B')
    assert choose(sprint, "A").made == 1


@pytest.mark.parametrize(
    "hostile",
    [
        b'{"title": "deep", "keyword": ' + b"[" * 5000 + b"]" * 5000 + b"}",
        b'{"title": "long", "keyword": "'
        + b"a" * LARGEST_ENTRY
        + b'", "description": "'
        + b"a" * LARGEST_ENTRY
        + b'"}',
        b'{"title": "number", "keyword": ' + b"9" * 5000 + b"}",
        b'{"title": "\xff\xfe", "description": "' + b"<a " * 30000 + b'"}',
        b'{"title": "\\ud800\\u0000"}',
    ],
)
def test_a_hostile_entry_spoils_no_other(sprint: Sprint, hostile: bytes) -> None:
    hand_in(sprint, b'{"dataset": [{"title": "Before"},' + hostile + b',{"title": "After"}]}')
    assert {"Before", "After"} <= set(CatalogEntry.objects.filter(problem="").values_list("title", flat=True))


def test_more_entries_than_we_read_are_left_out_and_only_some_skipped_ones_are_kept(
    sprint: Sprint, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catalogs, "MOST_ENTRIES", 800)
    monkeypatch.setattr(catalogs, "MOST_SHOWN", 5)
    catalog = hand_in(sprint, b"[" + b"{}," * 2000 + b"{}]")
    assert (catalog.problem, catalog.read, catalog.skipped) == ("too many", 800, 800)
    assert CatalogEntry.objects.count() == 5


# --- Bit by bit ------------------------------------------------------------------------------------------------------

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(alphabet='ab"\\[]{},: \né', max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.text(alphabet='a"]\\', max_size=3) | st.sampled_from(["title", "keyword"]), inner, max_size=3
        )
    ),
    max_leaves=8,
)


@settings(deadline=None, max_examples=150)
@given(
    entries=st.lists(values, min_size=1, max_size=6),
    size=st.integers(1, 40),
    indent=st.sampled_from([None, 1]),
    shape=st.sampled_from(["1.0", "1.1", "3"]),
)
def test_the_pieces_of_a_file_hold_the_entries_of_the_file(
    entries: list[object], size: int, indent: int | None, shape: str
) -> None:
    """However it is cut, and from wherever reading goes on."""
    document = {
        "1.0": entries,
        "1.1": {"about": '"dataset": [', "dataset": entries, "after": [1]},
        "3": {"catalog": [{"dataset": entries[:2]}, {"dataset": []}], "dataset": entries[2:], "hasPart": None},
    }[shape]
    data = json.dumps(document, indent=indent, ensure_ascii=False).encode()

    def cut(start: int) -> list[bytes]:
        return [data[at : at + size] for at in range(start, len(data), size)]

    found = list(Reading(cut(0)))
    assert [json.loads(one.data) for one in found] == [as_read(entry) for entry in entries]
    for number, one in enumerate(found):
        assert not one.after.within or list(Reading(cut(one.after.offset), one.after)) == found[number + 1 :]


def as_read(entry: object) -> object:
    """Of a dataset, the members that are read; of what is none, nothing."""
    if not isinstance(entry, dict):
        return None
    return {name: said for name, said in entry.items() if name.encode() in MEMBERS}


def test_a_worker_that_dies_has_read_nothing_twice(sprint: Sprint, monkeypatch: pytest.MonkeyPatch) -> None:
    entries = [{"title": f"Dataset {number}", "identifier": str(number)} for number in range(1000)]
    catalog = hand_in(sprint, catalog_of(entries), read=False)
    catalogs.read_on(catalog.pk, now=NOW)

    def die(*_args: object, **_kwargs: object) -> None:
        raise SystemError

    with monkeypatch.context() as broken:
        broken.setattr(Catalog, "save", die)
        with pytest.raises(SystemError):
            catalogs.read_on(catalog.pk, now=NOW)
    catalog.refresh_from_db()
    assert catalog.read == CatalogEntry.objects.count() == catalogs.AT_ONCE
    actions.read_catalogs(clock=lambda: NOW)
    assert CatalogEntry.objects.filter(problem="").count() == 1000
    assert not CatalogPiece.objects.exists(), "what was read need not be kept"


def test_how_far_it_is_shows_while_it_is_read_and_what_was_read_can_be_chosen(sprint: Sprint) -> None:
    entries = [{"title": f"Dataset {number}"} for number in range(900)]
    catalog = hand_in(sprint, catalog_of(entries), read=False)
    client = client_of(member_of(sprint.partnership, Party.COMMUNITY))
    assert "The file is being read 0 bytes of" in text_of(client.get(url(sprint, "catalog/"))).replace("\xa0", " ")
    catalogs.read_on(catalog.pk, now=NOW)
    page = client.get(url(sprint, "catalog/"))
    assert "400 entries so far" in text_of(page)
    assert re.search(r'<progress\s+max="\d+"\s+value="[1-9]\d*"', page.content.decode())
    assert choose(sprint, "Dataset 7").made == 1


@pytest.mark.any_database
def test_twenty_thousand_entries_need_little_memory(sprint: Sprint) -> None:
    words = "Counts by block and month, as the department writes them down. " * 12
    entries = (
        {
            "@type": "dcat:Dataset",
            "title": f"Table {number} of the city",
            "identifier": f"t-{number}",
            "description": words,
        }
        for number in range(20_000)
    )
    catalog = hand_in(sprint, catalog_of(entries), read=False)
    assert catalog.size > 15_000_000
    tracemalloc.start()
    for _turn in range(6):
        catalogs.read_on(catalog.pk, now=NOW)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 25_000_000
    while catalogs.read_on(catalog.pk, now=NOW):
        pass
    catalog.refresh_from_db()
    assert (catalog.read, catalog.skipped, catalog.problem) == (20_000, 0, "")
    client, counts = client_of(lead_in(sprint, Party.CITY)), []
    for asked in ("", "?q=table+19999", "?page=400"):
        with CaptureQueriesContext(connection) as counted:
            page = client.get(url(sprint, f"catalog/{asked}"))
        counts.append(len(counted))
    assert len(set(counts)) == 1
    assert "Table 9999 of the city" in text_of(page)


# --- In the browser --------------------------------------------------------------------------------------------------


def test_a_file_is_handed_in_searched_and_chosen_from(sprint: Sprint, party: Party) -> None:
    client = client_of(member_of(sprint.partnership, party))
    file = SimpleUploadedFile("data.json", ASHFORD, content_type="application/json")
    said = {"file": file, "source": "https://data.ashford.example/data.json"}
    assert client.post(url(sprint, "catalog/add/"), said).status_code == 302
    actions.read_catalogs(clock=lambda: NOW)
    page = text_of(client.get(url(sprint, "catalog/")))
    assert "9 datasets can be chosen." in page
    assert "9 entries were skipped." in page
    skipped = text_of(client.get(url(sprint, "catalog/?skipped")))
    assert "draft-0031 It has no title. draft-0032 It has no title. Entry 9 It is no dataset" in skipped
    assert "Street Trees It is not written as JSON asks." in skipped
    assert "sanitation-routes Its title mixes letters of two alphabets" in skipped
    found = client.get(url(sprint, "catalog/?q=arbol+311"))
    assert "1 dataset has these words." in text_of(found)
    number = re.findall(r'name="entry" value="(\d+)"', found.content.decode())
    assert len(number) == 1
    client.post(url(sprint, "catalog/choose/"), {"entry": [*number, "x", "99999"]})
    listed = client_of(lead_in(sprint, party.other)).get(url(sprint))
    assert "Calles y aceras" in text_of(listed)
    assert "On your list already" in text_of(client.get(url(sprint, "catalog/?q=calles")))
    assert Event.objects.get(kind="dataset.chosen").content.payload["count"] == 1


def test_what_is_chosen_becomes_a_dataset_with_what_the_catalog_knows(sprint: Sprint) -> None:
    hand_in(sprint, ASHFORD)
    assert choose(sprint, "Rental Inspections, 2015 to Present", "Eviction Filings by Block").made == 2
    rental, evictions = Dataset.objects.order_by("number")
    assert (rental.steward, rental.refresh, rental.formats) == ("Housing Department", "Every day", "CSV, JSON, XML")
    assert str(rental.accessible_since) == "2016-02-11"
    assert evictions.accessible_since is None
    assert evictions.gaps == "The catalog does not list it as public."


def test_choosing_twice_makes_one(sprint: Sprint, party: Party) -> None:
    hand_in(sprint, ASHFORD)
    choose(sprint, "Permits", party=party)
    again = choose(sprint, "Permits", party=party.other)
    assert (again.made, again.known) == (0, 1)
    assert Dataset.objects.count() == 1


def test_a_skipped_entry_cannot_be_chosen(sprint: Sprint) -> None:
    hand_in(sprint, ASHFORD)
    numbers = list(CatalogEntry.objects.exclude(problem="").values_list("number", flat=True))
    chosen = actions.choose_entries(by=lead_in(sprint, Party.CITY), sprint=sprint, numbers=numbers, now=NOW)
    assert (chosen.made, chosen.known, Dataset.objects.count()) == (0, 0, 0)


def test_a_file_that_is_too_large_is_refused_in_words_and_the_one_before_stays(
    sprint: Sprint, monkeypatch: pytest.MonkeyPatch
) -> None:
    hand_in(sprint, ASHFORD)
    monkeypatch.setattr(catalogs, "LARGEST", 1000)
    file = SimpleUploadedFile("data.json", b"[" + b" " * 2000 + b"]")
    answer = client_of(lead_in(sprint, Party.CITY)).post(url(sprint, "catalog/add/"), {"file": file})
    assert answer.status_code == 422
    assert "larger than 40 MB" in text_of(answer)
    assert Catalog.objects.get().read == 18


def test_putting_it_away_keeps_what_was_chosen(sprint: Sprint, party: Party) -> None:
    hand_in(sprint, ASHFORD)
    choose(sprint, "Permits")
    client_of(member_of(sprint.partnership, party)).post(url(sprint, "catalog/put-away/"))
    assert not Catalog.objects.exists() and not CatalogEntry.objects.exists()
    assert Dataset.objects.count() == 1


def test_nobody_from_elsewhere_reads_or_chooses(sprint: Sprint) -> None:
    hand_in(sprint, ASHFORD)
    people, number = everybody(sprint.partnership), entry("Permits").number
    for name in ("outsider", "superuser"):
        client = client_of(people[name])
        assert client.get(url(sprint, "catalog/")).status_code == 404
        assert client.post(url(sprint, "catalog/choose/"), {"entry": number}).status_code == 404
    staff = client_of(people["staff"])
    assert staff.post(url(sprint, "catalog/choose/"), {"entry": number}).status_code == 403
    other = started_sprint()
    client_of(lead_in(other, Party.CITY)).post(url(other, "catalog/choose/"), {"entry": number})
    assert not Dataset.objects.exists()
