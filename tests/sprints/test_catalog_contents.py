"""What a catalog file holds, in numbers: what is taken, what is skipped and what it is called, and what is not read."""

from __future__ import annotations

import io
import json
import tracemalloc
from pathlib import Path

import pytest
from django.core.management import call_command
from django.utils.translation import override

from sprints.catalog import contents
from sprints.catalog.contents import Contents, contents_of, each_once, item_of
from sprints.catalog.dcat import MOST_HTML, MOST_TAGS, EntryProblem
from sprints.catalog.entries import LARGEST_ENTRY, NotRead, Reading
from sprints.catalog.refresh import refresh_code, refresh_in_words
from sprints.catalog.window import FileProblem
from tests.factories.research import catalog_of

FILES = Path(__file__).parent / "catalogs"
CONTACT = {"fn": "Pat Contactperson", "hasEmail": "mailto:pat.contactperson@ashford.example"}


def read(data: bytes) -> Contents:
    return contents_of(data[at : at + 4096] for at in range(0, len(data), 4096))


def taken(data: bytes) -> dict[str, object]:
    """What is known of each dataset, by its title."""
    items = each_once(map(item_of, Reading([data])), {})
    return {item.title: item.described for item in items if item.described}


def test_markup_is_read_up_to_so_many_characters_and_tags() -> None:
    """A tag that is not closed costs the square of their number, and one text may not hold up all that come after."""
    for many in (MOST_TAGS, MOST_TAGS + 1):
        data = json.dumps({"dataset": [{"title": "Permits", "description": "<b>x" * many}]}).encode()
        assert taken(data)["Permits"].description == "x" * 1000
    for many, says in ((MOST_HTML, "the end"), (MOST_HTML + 1, "the en")):
        text = "<b>" + " " * (many - 10) + "the end"
        data = json.dumps({"dataset": [{"title": "Permits", "description": text}]}).encode()
        assert taken(data)["Permits"].description == says
    assert (MOST_TAGS, MOST_HTML) == (1000, 20_000), "as docs/security.md says"


# --- Nested catalogs, series and services ----------------------------------------------------------------------------


def test_what_nested_catalogs_series_and_services_hold_is_taken_and_the_rest_is_counted() -> None:
    data = (FILES / "ashford-3.json").read_bytes()
    found = read(data)
    assert found.skipped == [("Entry 3", EntryProblem.NO_TITLE)]
    assert found.not_read == {NotRead.CATALOGS: 1, NotRead.SERVICES: 2, NotRead.SERIES: 1, NotRead.RECORDS: 2}
    titles = {"Rental Inspections", "Boarded-up Houses", "Violations", "Parcels", "Budget 2026", "Budget 2027"}
    assert (found.taken, set(taken(data))) == (len(titles), titles)


def test_what_the_city_says_counts_more_than_the_copy_of_a_catalog_in_it() -> None:
    """Though the copy stands first in the file."""
    rental = taken((FILES / "ashford-3.json").read_bytes())["Rental Inspections"]
    assert rental.licence == "https://creativecommons.org/licenses/by/4.0/"
    assert rental.address == "https://data.ashford.example/d/inspections"
    assert (rental.refresh, rental.is_public, rental.steward) == ("fortnightly", False, "City of Ashford")


def test_a_list_within_something_else_is_not_the_citys() -> None:
    elsewhere = {"dataset": [{"title": "Elsewhere"}]}
    data = json.dumps({"about": elsewhere, "dataset": [{"title": "Here", "spatial": elsewhere}], "record": [elsewhere]})
    assert list(taken(data.encode())) == ["Here"]


def test_a_list_that_is_empty_says_so_and_one_in_a_catalog_in_it_is_read() -> None:
    assert read(b'{"dataset": []}') == Contents(problem=FileProblem.NO_ENTRIES)
    nested = read(b'{"dataset": [], "catalog": [{"dataset": [{"title": "In it"}]}]}')
    assert (nested.taken, nested.problem) == (1, None)


@pytest.mark.parametrize(("depth", "taken"), [(15, 2), (16, 1), (40, 1)])
def test_catalogs_that_lie_too_deep_are_counted_and_cost_no_other(depth: int, taken: int) -> None:
    deep: object = {"dataset": [{"title": "Deep"}]}
    for _level in range(depth - 1):
        deep = {"catalog": [deep]}
    found = read(json.dumps({"catalog": [deep], "dataset": [{"title": "Here"}]}).encode())
    assert (found.taken, found.skipped, found.not_read.total()) == (taken, [], 2 - taken)


@pytest.mark.parametrize("name", ["hub.json", "socrata.json"])
def test_the_feed_of_a_portal_is_read_whole(name: str) -> None:
    found = read((FILES / name).read_bytes())
    assert (found.taken, found.skipped, found.not_read_rows, found.problem) == (1, [], [], None)


def test_what_a_portal_left_unfilled_says_nothing() -> None:
    shelters = taken((FILES / "hub.json").read_bytes())["Bus Shelters"]
    assert (shelters.description, shelters.formats) == ("", "Web Page, CSV")


# --- Outlines and other large things ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "outline",
    [b'"' + b"9.75 " * 200_000 + b'"', b"[[" + b"[-98.706, 29.186], " * 150_000 + b"[0, 0]]]"],
    ids=["as a text", "as a list"],
)
def test_a_huge_outline_is_dropped_and_its_dataset_is_taken(outline: bytes) -> None:
    data = b'[{"title": "Parcels", "spatial": ' + outline + b', "identifier": "p-1"}, {"title": "After"}]'
    pieces = [data[at : at + 65536] for at in range(0, len(data), 65536)]
    tracemalloc.start()
    found = contents_of(pieces)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (found.taken, found.skipped, found.problem) == (2, [], None)
    assert most < 4 * LARGEST_ENTRY


def test_an_entry_that_is_too_large_all_the_same_is_skipped_by_its_title() -> None:
    half = "a" * (LARGEST_ENTRY - 1000)
    found = read(catalog_of([{"description": half, "keyword": half, "contactPoint": CONTACT, "title": "Long"}]))
    assert found.skipped == [("Long", EntryProblem.TOO_LARGE)]


# --- What is skipped is called by its title, identifier or number ----------------------------------------------------


@pytest.mark.parametrize(
    ("entry", "name"),
    [
        (b'{"contactPoint": %b, "identifier": "x-1"}', "x-1"),
        (b'{"contactPoint": %b}', "Entry 1"),
        (b'{"contactPoint": %b, "title": "Trees", "keyword": [oak]}', "Trees"),
        (b'{"contactPoint": %b, "title": "Tr"e"es", "identifier": "x-1"}', "x-1"),
        (b'{"publisher": {"title": "x" %b}, "keyword": [oak]}', "Entry 1"),
        (b'{"title": "pat.contactperson@ashford.example", "publisher": %b %b}', "Entry 1"),
        (b'{"contactPoint": %b, "title": "S\\u0430nitation", "identifier": "x-1"}', "x-1"),
        (b"[%b]", "Entry 1"),
        (b'"pat.contactperson@ashford.example"', "Entry 1"),
    ],
)
def test_no_entry_that_is_skipped_is_called_by_its_own_raw_text(entry: bytes, name: str) -> None:
    contact = json.dumps(CONTACT).encode()
    found = read(b"[" + entry.replace(b"%b", contact) + b', {"title": "After"}]')
    assert [called for called, _why in found.skipped] == [name]
    assert found.taken == 1


# --- How often it is refreshed ---------------------------------------------------------------------------------------

INTERVALS = "PT1S PT1H P1D P3.5D P0.33W P0.5W P1W P2W P0.33M P0.5M P1M P2M P3M P4M P6M P1Y P2Y P3Y P4Y P10Y"
ISO_19115 = (
    "continual daily weekly fortnightly monthly quarterly biannually annually asNeeded irregular notPlanned unknown"
)
DUBLIN_CORE = (
    "continuous daily weekly biweekly monthly quarterly semiannual annual irregular triennial biennial threeTimesAYear "
    "bimonthly semimonthly threeTimesAMonth semiweekly threeTimesAWeek"
)


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_code_of_the_standard_is_said_in_words(language: str) -> None:
    codes = [f"R/{one}" for one in INTERVALS.split()] + ISO_19115.split() + DUBLIN_CORE.split()
    with override(language):
        words = {code: refresh_in_words(code) for code in codes}
    for code, said in words.items():
        assert said != code and " " in said and said[0].isupper(), code
    assert words["R/P4M"] == words["threeTimesAYear"] != words["R/P0.33M"]
    assert words["R/P6M"] == words["biannually"] == words["semiannual"] != words["biennial"]


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("R/P5Y", "Every five years"),
        ("R/P1.5M", "Every 1.5 months"),
        ("R/PT15M", "Every 15 minutes"),
        ("R/P45D", "Every 45 days"),
        ("Three times a year", "Three times a year"),
        ("http://publications.europa.eu/resource/authority/frequency/ANNUAL_2", "Twice a year"),
        ("http://purl.org/cld/freq/semiweekly", "Twice a week"),
        ("Quarterly, more or less", "Quarterly, more or less"),
        ("R/P0D", "R/P0D"),
        ("R/P" + "9" * 50 + "D", "R/P" + "9" * 50 + "D"),
        ("", ""),
    ],
)
def test_other_intervals_are_said_in_words_and_texts_stay_as_they_are(code: str, words: str) -> None:
    assert refresh_in_words(refresh_code(code)) == words


# --- On the command line ---------------------------------------------------------------------------------------------


def run(file: Path, *options: str) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("catalog", str(file), *options, stdout=out, stderr=err)
    return int(str(ended.value.code)), out.getvalue(), err.getvalue()


def test_the_command_tells_the_same_before_a_file_is_handed_in() -> None:
    status, out, err = run(FILES / "ashford-3.json", "--json")
    assert json.loads(out) == {
        "taken": 6,
        "skipped": [{"entry": "Entry 3", "why": "It has no title."}],
        "not_read": [
            {"what": "catalogs", "count": 1},
            {"what": "series", "count": 1},
            {"what": "services", "count": 2},
            {"what": "records", "count": 2},
        ],
    }
    assert (status, err) == (1, "")
    status, out, _err = run(FILES / "ashford-3.json")
    assert out.splitlines()[:3] == ["taken: 6", "skipped: 1", "  Entry 3: It has no title."]
    assert run(FILES / "hub.json", "--json")[0] == 0


@pytest.mark.parametrize(
    ("data", "status", "not_read"),
    [
        (b'{"dataset": []}', 1, []),
        (b'[{"title": "A"}, {"title": "B', 1, [{"what": "rest of the file", "count": 1}]),
        (b"<html>", 2, [{"what": "file", "count": 1}]),
        (b'{"error": 404}', 2, [{"what": "file", "count": 1}]),
    ],
)
def test_the_exit_status_says_whether_all_was_taken(
    tmp_path: Path, data: bytes, status: int, not_read: list[object]
) -> None:
    file = tmp_path / "data.json"
    file.write_bytes(data)
    ended, out, err = run(file, "--json")
    assert (ended, json.loads(out)["not_read"]) == (status, not_read)
    assert err and ("/api/feed/dcat-us/1.1.json" in err) == (status == 2)


def test_a_file_with_more_than_we_read_or_take_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contents, "MOST_ENTRIES", 2)
    assert read(b'[{"title": "A"}, {"title": "B"}]').problem is None
    assert read(b'[{"title": "A"}, {"title": "B"}, {"title": "C"}]').problem == FileProblem.TOO_MANY
    file = tmp_path / "data.json"
    with file.open("wb") as opened:
        opened.truncate(contents.LARGEST + 1)
    status, out, err = run(file, "--json")
    assert (status, json.loads(out)["taken"], "40 MB" in err) == (2, 0, True)
    assert run(tmp_path / "none.json", "--json")[0] == 2
