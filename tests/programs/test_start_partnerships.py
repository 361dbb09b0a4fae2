"""The same from a terminal: what was made, what stands already, what is wrong, and an exit status that says which."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from partners.models import Partnership, Program, ProgramStaff
from programs.models import Sheet
from tests.factories.people import NOW, make_person, make_program, staff_of
from tests.factories.sheets import csv_of, line_of

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]  # what it calls is shown on both


@pytest.fixture
def program() -> Program:
    return make_program()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """As an old Excel saves it. Two partnerships have one name, and one address stands on both sides."""
    same = {"city_organization": "Ciudad de Peñón", "community_organization": "Vecinas"}
    both = line_of(3, city_email="kim@example.org", community_email="kim@example.org")
    lines = [line_of(1, **same), line_of(2, **same), both]
    (tmp_path / "cohort.csv").write_bytes(csv_of(*lines).encode("cp1252"))
    return tmp_path / "cohort.csv"


def run(program: Program, file: Path, *more: str) -> tuple[dict[str, list[dict[str, object]]], int]:
    said, status = StringIO(), 0
    try:
        call_command("start_partnerships", "--program", program.slug, str(file), "--json", *more, stdout=said)
    except CommandError as error:
        status = error.returncode
    return json.loads(said.getvalue() or "{}"), status


def test_a_dry_run_says_what_would_be_and_changes_nothing(program: Program, file: Path) -> None:
    report, status = run(program, file, "--dry-run")
    assert status == 1 and not Partnership.objects.exists() and not Sheet.objects.exists()
    assert report["made"] == [{"line": 2}, {"line": 3}] and report["already"] == []
    assert {(one["line"], one["field"]) for one in report["wrong"]} == {(4, "city_email"), (4, "community_email")}
    assert all("both sides" in str(one["why"]) for one in report["wrong"])


def test_what_can_be_made_is_made_once(program: Program, file: Path) -> None:
    report, status = run(program, file)
    slugs = list(Partnership.objects.order_by("created_at", "pk").values_list("slug", flat=True))
    assert status == 1 and sorted(one["partnership"] for one in report["made"]) == sorted(slugs)
    assert len(slugs) == 2 and {one["line"] for one in report["wrong"]} == {4}
    report, status = run(program, file)
    assert status == 1 and report["made"] == [] and {one["line"] for one in report["already"]} == {2, 3}
    assert Partnership.objects.count() == 2


def test_nothing_wrong_is_0_and_nothing_read_is_2(program: Program, file: Path, tmp_path: Path) -> None:
    file.write_text(csv_of(line_of(1), line_of(1)))
    report, status = run(program, file)
    assert status == 0 and [one["line"] for one in report["made"]] == [2]
    assert report["already"] == [{"line": 3, "same_as": 2}]
    file.write_text("City team\nMill Creek\n")
    assert run(program, file) == ({}, 2)
    assert run(program, tmp_path / "nowhere.csv") == ({}, 2)
    assert run(Program(slug="none"), file) == ({}, 2)


def test_of_several_staff_one_is_named(program: Program, file: Path) -> None:
    other = make_person("Robin")
    ProgramStaff.objects.create(program=program, person=other, since=NOW)
    assert run(program, file) == ({}, 2) and run(program, file, "--by", "stranger@example.org") == ({}, 2)
    assert not Partnership.objects.exists()
    run(program, file, "--by", other.email.upper())
    assert set(Partnership.objects.values_list("created_by", flat=True)) == {other.pk}
    assert staff_of(program) != other
