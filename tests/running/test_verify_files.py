"""`manage.py verify_files`: a kept file that was changed or lost is found, wherever it is kept, and named."""

from __future__ import annotations

import json
from collections.abc import Iterator
from io import StringIO

import pytest
from django.apps import apps
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, default_storage
from django.core.management import call_command
from django.db.models import BinaryField, FileField

from agreements.models import Edition, PaperCopy, SealFile
from partners.actions.uploads import hold_files
from sprints.models import BuyIn, Evidence, EvidenceFile, SealedReport
from tests.factories.kept_files import SCAN, add_file, paper_handed_in, sprint_with_files
from tests.factories.people import NOW
from tests.running import bucket
from tests.running.process import ROOMS
from topcities.file_storage import storage

# The piece of a catalog goes as soon as it is read, and an upload after a day: neither is kept.
NOT_KEPT = {"CatalogPiece", "Passkey", "Upload"}
KEPT = {
    Evidence: "file",
    EvidenceFile: "file",
    BuyIn: "file",
    PaperCopy: "scan",
    Edition: "canonical",
    SealFile: "pdf",
    SealedReport: "pdf",
}


@pytest.fixture(params=["folder", "bucket"])
def kept_in(request: pytest.FixtureRequest, settings: object) -> Iterator[object]:
    if request.param == "folder":
        yield None
        return
    with bucket.running() as server:
        settings.STORAGES = {**settings.STORAGES, "default": storage(bucket.address_of(server))}
        yield server


def verify() -> tuple[int, str, dict[str, int]]:
    """Exit status, what was said, the figures."""
    out, status = StringIO(), 0
    try:
        call_command("verify_files", json=True, stdout=out, stderr=StringIO())
    except SystemExit as end:
        status = end.code
    *words, figures = out.getvalue().splitlines()
    counted = json.loads(figures)
    assert counted.pop("bytes") > 0 or counted["unreadable"]
    return status, "\n".join(words), counted


def replace(name: str, data: bytes) -> None:
    """As somebody at the disk or the bucket could."""
    default_storage.delete(name)
    default_storage.save(name, ContentFile(data))


@pytest.mark.any_database
@pytest.mark.django_db
def test_a_file_that_was_changed_or_lost_is_named_as_people_know_it(kept_in: object) -> None:
    sprint = sprint_with_files()
    assert verify() == (0, "5 files compared: all are as they were.", figures(checked=5))
    evidence, letter = Evidence.objects.get(), BuyIn.objects.get()
    replace(evidence.file.name, SCAN.replace(b"residents", b"RESIDENTS"))
    default_storage.delete(letter.file.name)

    status, says, counted = verify()
    assert (status, counted) == (1, figures(checked=5, changed=1, lost=1))
    changed, lost, *_more = says.splitlines()
    assert changed.startswith("changed: ") and lost.startswith("lost: ")
    assert all(name in changed and name in lost for name in sprint.partnership.names_on_screen().values())
    assert f"evidence “The residents' survey” of milestone {evidence.milestone.number}" in changed
    assert "file “scan.pdf”" in changed and f"kept as {evidence.file.name}" in changed
    assert "the letter of executive buy-in (At the start)" in lost and "file “letter.pdf”" in lost


@pytest.mark.django_db
def test_what_the_database_holds_is_compared_too() -> None:
    sprint_with_files()
    SealFile.objects.update(pdf=b"another")
    SealedReport.objects.update(pdf=b"another")
    Edition.objects.update(canonical=b"another")
    status, says, counted = verify()
    assert (status, counted["changed"]) == (1, 3)
    assert "the sealed PDF of edition 1" in says and "the sealed report on the promises of 2027-03-02" in says
    assert "the text of edition 1, opened for signing on 2027-03-02" in says


@pytest.mark.any_database
@pytest.mark.django_db
def test_each_file_of_evidence_is_compared_and_none_that_is_held_for_a_form() -> None:
    sprint = sprint_with_files()
    evidence = add_file(sprint, "Two scans", SCAN, SCAN + b" and more")
    hold_files(by=evidence.added_by, form="x", field="file", files=[ContentFile(b"held", name="a.pdf")], now=NOW)
    assert verify()[2] == figures(checked=7)
    default_storage.delete(EvidenceFile.objects.get().file.name)
    status, says, _counted = verify()
    assert status == 1 and says.startswith("lost: ") and "evidence “Two scans”" in says


@pytest.mark.django_db
def test_a_scan_of_a_paper_is_compared() -> None:
    paper_handed_in()
    assert verify()[0] == 0
    PaperCopy.objects.update(scan=b"another")
    status, says, _counted = verify()
    assert status == 1 and "the scan of edition 1, signed on paper by" in says


@pytest.mark.any_database
@pytest.mark.django_db
@pytest.mark.parametrize("kept_in", ["bucket"], indirect=True)
def test_a_bucket_that_is_away_is_no_lost_file_and_is_not_asked_for_each(kept_in: object) -> None:
    sprint = sprint_with_files()
    for number in range(4):
        add_file(sprint, f"Survey {number}", SCAN)
    bucket.close(kept_in)
    status, says, counted = verify()
    assert (status, counted["unreadable"], counted["lost"], counted["ended"]) == (2, 3, 0, False)
    assert "The storage does not answer" in says and "back-up" not in says


@pytest.mark.any_database
@pytest.mark.django_db
def test_a_folder_that_may_not_be_read_is_no_lost_file(monkeypatch: pytest.MonkeyPatch) -> None:
    sprint_with_files()

    def refused(storage: FileSystemStorage, name: str, mode: str) -> None:
        raise PermissionError(name)

    monkeypatch.setattr(FileSystemStorage, "_open", refused)
    status, says, counted = verify()
    assert (status, counted["unreadable"], counted["ended"]) == (2, 2, True)
    assert says.startswith("unreadable (PermissionError): ")


def test_every_kind_of_file_is_among_them() -> None:
    """Whoever adds one adds it to `domain/kept_files.py` of its room, and so to verify_files and to back-ups."""
    ours = [model for room in ROOMS if room != "text" for model in apps.get_app_config(room).get_models()]
    found = {
        model: field.name
        for model in ours
        for field in model._meta.fields
        if isinstance(field, FileField | BinaryField)
    }
    assert {model.__name__ for model in found} - NOT_KEPT == {model.__name__ for model in KEPT}
    assert {model: name for model, name in found.items() if model in KEPT} == KEPT


def figures(**counted: int) -> dict[str, int | bool]:
    return {"checked": 0, "changed": 0, "lost": 0, "unreadable": 0, "ended": True} | counted
