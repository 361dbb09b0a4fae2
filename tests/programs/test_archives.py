"""What is in an archive of signed agreements, and what it proves where the product is not."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.core.files.storage import default_storage

from agreements import actions as on_agreements
from agreements.domain.exports import ledger_of
from partners.models import Partnership, Program
from partners.parties import Party
from programs.archive import verify
from programs.archive.names import folder_name
from tests.factories.agreements import agree, clause, lead, make_agreement, open_for_signing, propose, sign_both
from tests.factories.exports import asked, made, program_with, seal, sealed_agreement, unpacked
from tests.factories.people import NOW, make_partnership
from tests.factories.sprints import signed_agreement

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


@pytest.fixture(autouse=True)
def own_folder(settings: object, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path / "data"


@pytest.fixture
def program() -> Program:
    return program_with(2)


@pytest.fixture
def archive(program: Program, tmp_path: Path) -> Path:
    """Unpacked."""
    return unpacked(made(asked(program)), tmp_path)


# --- What is in it ------------------------------------------------------------------------------------------------


def test_it_holds_each_sealed_pdf_as_it_is_kept_with_its_text_record_and_ledger(
    program: Program, archive: Path
) -> None:
    manifest = json.loads((archive / "manifest.json").read_text())
    assert {one["partnership"] for one in manifest["agreements"]} == {str(one.pk) for one in program.partnerships.all()}
    for one in manifest["agreements"]:
        edition = Partnership.objects.get(pk=one["partnership"]).agreement.editions.get()
        (told,) = one["editions"]
        kept = {what: (archive / file["name"]).read_bytes() for what, file in told["files"].items()}
        assert kept["pdf"] == bytes(edition.seal.files.get().pdf)
        assert kept["text"] == bytes(edition.canonical)
        assert json.loads(kept["record"])["ledger"]["head"] == edition.head
        assert (told["fingerprint"], told["state"], one["missing"]) == (edition.digest, "in force", [])
        ledger = json.loads((archive / one["ledger"]["file"]["name"]).read_text())
        assert [event["digest"] for event in ledger] == [
            each["digest"] for each in ledger_of(edition.agreement.partnership)
        ]


def test_what_cannot_be_exported_is_named_with_its_reason_and_keeps_nothing_else_back(tmp_path: Path) -> None:
    program = program_with(1)
    drafting, waiting, without = make_agreement().partnership, signed_agreement().partnership, make_partnership()
    Partnership.objects.filter(pk__in=[drafting.pk, waiting.pk, without.pk]).update(program=program)
    export = made(asked(program))
    assert (export.total, export.agreements) == (4, 1)
    folder = unpacked(export, tmp_path)
    told = {one["name"]: one for one in json.loads((folder / "manifest.json").read_text())["agreements"]}
    why = {name: [reason["why"] for reason in one["missing"]] for name, one in told.items() if one["missing"]}
    assert why == {
        drafting.slug: ["The agreement is not signed by both parties."],
        waiting.slug: ["Edition 1 is signed; its seal still waits to be made."],
        without.slug: ["It has no agreement."],
    }
    assert all(told[name]["folder"] is None for name in why)
    read_me = (folder / "README.txt").read_text()
    assert all(reasons[0] in read_me for reasons in why.values())
    assert verify.checked(folder).startswith("OK: 6 files, 1 signed editions")


def test_what_is_being_written_and_what_the_sides_said_to_each_other_does_not_leave(tmp_path: Path) -> None:
    agreement = sealed_agreement()
    speaks = {"by": lead(agreement, Party.CITY), "now": NOW}
    on_agreements.amend(agreement=agreement, reason="A reason for the two of us.", **speaks)
    propose(agreement, "goal-1", "A draft for the two of us.", reason="Why, for the two of us.", by=speaks["by"])
    on_agreements.comment(clause=clause(agreement, "goal-1"), text="A word for the two of us.", **speaks)
    partnership = agreement.partnership
    assert "for the two of us" in json.dumps(ledger_of(partnership))
    folder = unpacked(made(asked(partnership.program)), tmp_path)
    everything = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
    assert b"for the two of us" not in everything
    # And the chain holds with what they said left out.
    assert verify.checked(folder).startswith("OK")
    events = json.loads(next(folder.rglob("ledger.json")).read_text())
    said = {event["kind"] for event in events if event["payload"]}
    assert "edition.signed" in said and not said & {"amendment.started", "wording.proposed", "clause.assented"}


def test_an_amended_agreement_has_each_signed_edition(tmp_path: Path) -> None:
    agreement = sealed_agreement()
    city, community = (lead(agreement, party) for party in Party)
    on_agreements.amend(by=city, agreement=agreement, reason="More.", now=NOW)
    agree(agreement, "goal-1", propose(agreement, "goal-1", "Something more.", by=city), by=community)
    seal(sign_both(open_for_signing(agreement)))
    folder = unpacked(made(asked(agreement.partnership.program)), tmp_path)
    (one,) = json.loads((folder / "manifest.json").read_text())["agreements"]
    assert [(told["number"], told["state"]) for told in one["editions"]] == [(1, "superseded"), (2, "in force")]
    assert verify.checked(folder).startswith("OK: 9 files, 2 signed editions")


@pytest.mark.parametrize("slug", ["con", "x" * 80, "a.b c/d\\e", "Nuñez", "-", "lpt1"])
def test_names_can_be_laid_out_on_windows_macos_and_linux(slug: str) -> None:
    name = folder_name(7, slug)
    assert re.fullmatch(r"0007(-[a-z0-9]+)*", name) and len(name) <= 45
    assert name.split(".")[0].lower() not in {"con", "prn", "aux", "nul", "com1", "lpt1"}


def test_every_program_that_unpacks_opens_it(program: Program, tmp_path: Path) -> None:
    export = made(asked(program))
    file = Path(default_storage.path(export.stored_as))
    with zipfile.ZipFile(file) as packed:
        names = packed.namelist()
        assert packed.testzip() is None
        # No sizes that follow the data, which some programs cannot read where nothing is packed.
        assert {info.flag_bits for info in packed.infolist()} == {0}
    assert names[:3] == ["verify.py", "README.txt", "manifest.json"]
    assert len({name.lower() for name in names}) == len(names)
    assert all(re.fullmatch(r"[A-Za-z0-9.-]+(/[a-z0-9.-]+)*", name) for name in names)
    if unzip := shutil.which("unzip"):
        assert subprocess.run([unzip, "-tqq", file]).returncode == 0


# --- What it proves -----------------------------------------------------------------------------------------------


def checked_apart(folder: Path, *more: str) -> subprocess.CompletedProcess[str]:
    """By the system's Python, which knows nothing of the product."""
    python = shutil.which("python3", path="/usr/bin:/usr/local/bin") or "python3"
    command = [python, "-I", "-S", str(folder / "verify.py"), *more]
    return subprocess.run(command, cwd=folder, env={}, capture_output=True, text=True)


def test_its_own_program_checks_it_where_the_product_is_not(program: Program, tmp_path: Path) -> None:
    export = made(asked(program))
    folder = unpacked(export, tmp_path)
    held = checked_apart(folder, "--manifest", export.manifest_sha256)
    assert (held.returncode, held.stderr) == (0, "")
    assert held.stdout.startswith("OK: 10 files, 2 signed editions.")
    assert export.manifest_sha256 in held.stdout
    other = checked_apart(folder, "--manifest", "0" * 64)
    assert other.returncode == 1 and "manifest.json: its fingerprint is" in other.stdout
    ledger = next(folder.rglob("ledger.json"))
    ledger.write_text(ledger.read_text().replace("edition.signed", "edition.opened", 1))
    broken = checked_apart(folder)
    assert broken.returncode == 1
    assert broken.stdout == f"BROKEN: {ledger.relative_to(folder)}: it is not the file that was packed\n"


def tampered(folder: Path, name: str, change: Callable[[bytes], bytes]) -> None:
    """By somebody who writes the manifest anew, too."""
    path, manifest_path = next(folder.rglob(name)), folder / "manifest.json"
    before = path.read_bytes()
    after = change(before)
    assert after != before
    path.write_bytes(after)
    old, new = verify.sha256(before), verify.sha256(after)
    manifest = json.loads(manifest_path.read_text().replace(old, new))
    for one in manifest["agreements"]:
        for file in verify.files_of(one):
            file["size"] = (folder / file["name"]).stat().st_size
    manifest_path.write_text(json.dumps(manifest))


def in_events(change: Callable[[list[dict]], object]) -> Callable[[bytes], bytes]:
    def changed(data: bytes) -> bytes:
        events = json.loads(data)
        change(events)
        return json.dumps(events).encode()

    return changed


def said_otherwise(events: list[dict]) -> None:
    next(event for event in events if event["kind"] == "edition.signed")["payload"]["name"] = "Somebody Else"


TAMPERED: dict[str, tuple[str, Callable[[bytes], bytes], str]] = {
    "another text": ("agreement-1.json", lambda data: data + b" ", "it is the record of another text"),
    "another record": ("record-1.json", lambda data: data.replace(b'"digest": "', b'"digest": "0'), "another text"),
    "another head": (
        "record-1.json",
        lambda data: data.replace(b'"head": "', b'"head": "0'),
        "no record with the head",
    ),
    "another PDF": ("agreement-1.pdf", lambda _data: b"%PDF-1.7", "does not carry the text"),
    "a PDF that was added to": ("agreement-1.pdf", lambda data: data + b" ", "no event that names this sealed file"),
    "another word": ("ledger.json", in_events(said_otherwise), "what it says was changed"),
    "another time": (
        "ledger.json",
        in_events(lambda events: events[3].update(at="2026-01-01T00:00:00+00:00")),
        "event 4 of agreements/",
    ),
    "another end": ("ledger.json", in_events(lambda events: events.pop()), "its end was cut off"),
    "an event taken out": ("ledger.json", in_events(lambda events: events.pop(2)), "event 3 of agreements/"),
    "two in another order": ("ledger.json", in_events(lambda events: events.reverse()), "event 1 of agreements/"),
    "no ledger at all": ("ledger.json", lambda _data: b'[{"sequence": 1}]', "it is not as ours are"),
    "no JSON": ("ledger.json", lambda _data: b"\xff", "it is no JSON"),
}


@pytest.fixture(scope="module")
def kept_archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Made once, copied for each test that tampers with it."""
    yield tmp_path_factory.mktemp("kept") / "archive"


@pytest.fixture
def own_copy(kept_archive: Path, tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    if not kept_archive.exists():
        shutil.copytree(request.getfixturevalue("archive"), kept_archive)
    return Path(shutil.copytree(kept_archive, tmp_path / "copy"))


@pytest.mark.parametrize("name", TAMPERED)
def test_what_was_tampered_with_is_refused_with_its_place_even_where_the_manifest_was_written_anew(
    own_copy: Path, name: str
) -> None:
    file, change, says = TAMPERED[name]
    tampered(own_copy, file, change)
    with pytest.raises(verify.Broken, match=re.escape(says)) as broken:
        verify.checked(own_copy)
    assert "agreements/0001-" in str(broken.value) or "agreements/0002-" in str(broken.value)


def test_a_file_that_is_missing_or_too_many_or_outside_is_named(own_copy: Path) -> None:
    more = next(own_copy.rglob("ledger.json")).with_name("agreement-2.pdf")
    more.write_bytes(b"%PDF-1.7 slipped in")
    with pytest.raises(verify.Broken, match=r"agreement-2\.pdf: the manifest does not name this file"):
        verify.checked(own_copy)
    more.unlink()
    next(own_copy.rglob("agreement-1.pdf")).unlink()
    with pytest.raises(verify.Broken, match=r"agreement-1\.pdf: it is missing"):
        verify.checked(own_copy)
    manifest = own_copy / "manifest.json"
    manifest.write_text(manifest.read_text().replace('"verify.py"', '"../../etc/passwd"'))
    with pytest.raises(verify.Broken, match="cannot be in an archive of ours"):
        verify.checked(own_copy)
