"""The starting package: from a public page to a program elsewhere; and what is done with a stranger's file."""

from __future__ import annotations

import io
import json
import re
import shutil
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client

from agreements.domain.templates import problems_of
from agreements.models import TemplateDraft
from agreements.wording import template_content
from agreements.wording.template import built_in
from partners.models import ProgramStaff
from partners.parties import Party
from programs.package.archive import CONTENT, Unreadable, content_of, packed, written
from programs.package.reading import package_of
from sprints.models import PlanDraft, Sprint
from tests.factories.decisions import decide, sign
from tests.factories.people import NOW, client_of, lead_of, make_person, make_program, staff_of
from tests.factories.publications import hold, say_yes, take_back
from tests.factories.research import ask_for
from tests.factories.sprints import started_sprint
from tests.factories.sustainability import sign_plan, sustained

KEPT = Path(__file__).parent / "packages"
any_database = pytest.mark.any_database


@pytest.fixture
def sprint() -> Sprint:
    sprint = started_sprint()
    lead = lead_of(sprint.partnership, Party.CITY)
    sign(decide(sprint, why=f"{lead.name} said so, at maya@secret.example."))
    ask_for(sprint, description="Each inspection since 2019.", steward="Stella Steward")
    sustained(sprint)
    for party in Party:
        sign_plan(sprint, party)
    say_yes(sprint.partnership)
    return sprint


def taken(sprint: Sprint) -> bytes:
    answer = Client().get(f"/p/{sprint.partnership.slug}/package.zip")
    assert (answer.status_code, answer["Cache-Control"]) == (200, "no-store")
    assert not answer.cookies
    return b"".join(answer) if answer.streaming else answer.content


@any_database
@pytest.mark.django_db
def test_another_program_begins_with_what_two_sides_made(sprint: Sprint, tmp_path: Path) -> None:
    data = taken(sprint)
    assert taken(sprint) == data
    told = content_of(data)
    assert told["credit"]["licence"]["spdx"] == "CC-BY-SA-4.0"
    assert sprint.partnership.slug in told["origin"]["address"]
    assert [one["choice"] for one in told["decisions"]] == ["Only for reminders."]
    assert [one["title"] for one in told["datasets"]] == ["Rental inspections"]
    assert "publiccode.yml" in names_in(data)
    everything = b"".join(zipfile.ZipFile(io.BytesIO(data)).read(name) for name in names_in(data)).decode()
    people = [seat.person for seat in sprint.partnership.seats.select_related("person")]
    for secret in [
        "Stella Steward",
        "Tess Maintainer",
        "maya@secret",
        *(one.name for one in people),
        *(one.email for one in people),
    ]:
        assert secret not in everything
    file = tmp_path / "package.zip"
    file.write_bytes(data)
    program = make_program()
    out = io.StringIO()
    call_command("import_package", str(file), "--program", program.slug, "--json", stdout=out)
    found = json.loads(out.getvalue())
    assert found["used"] == ["the agreement", "the plan"]
    assert found["unused"] == ["decisions: 1, to be read in the file", "datasets: 1, to be read in the file"]
    draft = TemplateDraft.objects.get(program=program)
    assert problems_of(draft.content) == [] and "Elm Street Neighbors" in draft.origin
    assert "[Community Partner]" in str(draft.content) and "Elm Street" not in str(draft.content)
    assert len(PlanDraft.objects.get(program=program).content["milestones"]) == 17
    call_command("import_package", str(file), "--program", program.slug, stdout=(again := io.StringIO()))
    assert "There is a copy already" in again.getvalue()


@any_database
@pytest.mark.django_db
def test_a_command_acts_in_the_name_of_one_of_the_staff_and_says_who_may() -> None:
    program, file = make_program(), str(KEPT / "schema-1.zip")
    first, second, stranger = staff_of(program), make_person("Sam Second"), make_person("Otto Other")
    ProgramStaff.objects.create(program=program, person=second, since=NOW)
    for said in ((), ("--by", stranger.email)):
        with pytest.raises(CommandError, match=re.escape(f"{first.email}, {second.email}")):
            call_command("import_package", file, "--program", program.slug, *said, stdout=io.StringIO())
    assert not TemplateDraft.objects.exists()
    call_command("import_package", file, "--program", program.slug, "--by", second.email.upper(), stdout=io.StringIO())
    assert TemplateDraft.objects.get(program=program).saved_by == second


@any_database
@pytest.mark.django_db
def test_every_system_can_unpack_it(sprint: Sprint, tmp_path: Path) -> None:
    file = tmp_path / "package.zip"
    file.write_bytes(taken(sprint))
    with zipfile.ZipFile(file) as archive:
        assert archive.testzip() is None
        for info in archive.infolist():
            assert (
                re.fullmatch(r"[A-Za-z]+(\.[a-z]+)+", info.filename) and len(info.filename) < 40 and not info.flag_bits
            )
            assert info.filename.split(".")[0].lower() not in {"con", "prn", "aux", "nul"}
    if unzip := shutil.which("unzip"):
        assert subprocess.run([unzip, "-tqq", file]).returncode == 0


def names_in(data: bytes) -> list[str]:
    return zipfile.ZipFile(io.BytesIO(data)).namelist()


@any_database
@pytest.mark.django_db
def test_what_is_held_back_or_taken_back_is_in_no_package(sprint: Sprint) -> None:
    text = "Select and provide access to key datasets"
    assert text in str(content_of(taken(sprint)))
    hold(sprint.partnership, "city-2", Party.COMMUNITY)
    hold(sprint.partnership, "decisions", Party.CITY)
    told = content_of(taken(sprint))
    assert text not in str(told) and told["decisions"] == []
    hold(sprint.partnership, "package", Party.CITY)
    page = f"/p/{sprint.partnership.slug}/"
    assert Client().get(f"{page}package.zip").status_code == 404
    assert "package.zip" not in Client().get(page).content.decode()
    take_back(sprint.partnership, Party.CITY)
    assert Client().get(f"{page}poster/").status_code == 404


@any_database
@pytest.mark.django_db
def test_staff_begin_with_a_package_on_their_program_s_page() -> None:
    program = make_program()
    page = f"/programs/{program.slug}/packages/import/"
    staff = client_of(staff_of(program))
    answer = staff.post(page, {"package": SimpleUploadedFile("p.zip", (KEPT / "schema-1.zip").read_bytes())})
    assert "It came from:" in answer.content.decode()
    assert TemplateDraft.objects.filter(program=program).exists()
    broken = staff.post(page, {"package": SimpleUploadedFile("p.zip", b"PK no zip")})
    assert broken.status_code == 422 and "no zip that we can open" in broken.content.decode()
    assert client_of(make_person()).get(page).status_code == 404


def test_a_package_of_each_schema_is_still_read() -> None:
    for file in sorted(KEPT.glob("schema-*.zip")):
        found = package_of(content_of(file.read_bytes()))
        assert found.template and found.plan and found.origin
        assert len(found.plan["milestones"]) == 17


def package_with(**changed: Any) -> bytes:
    told = content_of((KEPT / "schema-1.zip").read_bytes())
    return packed({CONTENT: written({**told, **changed})})


def bomb() -> bytes:
    return packed({CONTENT: b"[" + b" " * 30_000_000})


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "no zip"),
        (b"PK\x03\x04" + b"\0" * 400, "no zip"),
        (b"x" * (5 * 1024 * 1024 + 1), "larger than any package"),
        (packed({"other.txt": b"x"}), "no starting package"),
        (packed({CONTENT: b"[" * 100_000}), "damaged"),
        (packed({CONTENT: b"\xff\xfe"}), "damaged"),
        (packed({CONTENT: b"[]"}), "does not say that it is one"),
        (package_with(schema=2), "written in version 2"),
        (package_with(schema=True), "in which version"),
        (package_with(origin=json.loads("[" * 40 + "]" * 40)), "no package is"),
    ],
)
def test_a_file_that_is_no_package_is_refused_in_words(data: bytes, why: str) -> None:
    with pytest.raises(Unreadable, match=why):
        content_of(data)


def test_what_a_zip_says_of_its_size_is_not_believed() -> None:
    assert len(bomb()) < 100_000
    with pytest.raises(Unreadable, match="2 MB unpacked"):
        content_of(bomb())


def test_hostile_texts_are_left_out_and_named() -> None:
    told = content_of((KEPT / "schema-1.zip").read_bytes())
    lines = [dict(line) for line in told["template"]["lines"]]
    lines[3] = lines[3] | {"texts": {"en": "A\0B", "es": "W\u043erds"}}  # a letter that only looks like an o
    lines[4] = lines[4] | {"texts": {"en": "<script>alert(1)</script>"}, "evil": "x"}
    plan = {"weeks": 18, "milestones": [{"title": "x"}, *told["plan"]["milestones"], *[1] * 100]}
    changed = {"template": told["template"] | {"lines": lines}, "plan": plan, "surprise\0": 1, "origin": {"address": 7}}
    found = package_of(content_of(package_with(**changed)))
    assert found.template and "\0" not in json.dumps([found.template, found.plan, found.unused])
    assert found.template["lines"][3]["texts"] == {"en": "AB"}
    assert found.template["lines"][4]["texts"]["en"] == "<script>alert(1)</script>"  # words, and drawn as words
    assert "evil" not in found.template["lines"][4]
    assert any("no text for people" in one for one in found.unused)
    assert any("a milestone" in one for one in found.unused)
    assert len(found.unused) <= 50 and len(found.plan["milestones"]) <= 60
    huge = package_of({"template": {"lines": [{}] * 10_000, "offered": []}, "plan": [], "origin": None})
    assert (huge.template, huge.plan) == (None, None) and len(huge.unused) == 2


def test_a_command_says_what_is_in_a_file_and_changes_nothing(tmp_path: Path) -> None:
    out = io.StringIO()
    call_command("import_package", str(KEPT / "schema-1.zip"), stdout=out)
    assert "Begun: template" in out.getvalue()
    bad = tmp_path / "bad.zip"
    bad.write_bytes(b"x")
    with pytest.raises(CommandError, match="no zip"):
        call_command("import_package", str(bad))


@pytest.mark.parametrize("name", ["type", "key", "kind", "owner"])
@pytest.mark.parametrize("value", [[], {}, None, 5])
def test_a_line_whose_parts_are_no_words_makes_a_template_unusable_and_nothing_worse(name: str, value: object) -> None:
    template = template_content.content_of(built_in())
    template["lines"][3][name] = value
    assert package_of({"template": template}).template is None
