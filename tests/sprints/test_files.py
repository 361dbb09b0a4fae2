"""Files as evidence: what is refused and in which words; and what is kept is never opened in our pages."""

from __future__ import annotations

import io
import os
import re
import struct
import tracemalloc
import zipfile
import zlib
from hashlib import sha256

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from agreements.pdf.sandbox import WorkRefused
from agreements.pictures import as_jpeg, draw
from partners.parties import Party
from sprints import actions
from sprints.domain.milestones import content_of, signed_digest
from sprints.files import LARGEST, LARGEST_UNPACKED, MOST_MEMBERS, checked_file
from sprints.models import Evidence, Milestone
from tests.factories.agreements import lead, make_agreement
from tests.factories.kept_files import phone_picture
from tests.factories.people import client_of, make_partnership
from tests.factories.sprints import first_joint, lead_in, started_sprint


def picture(width: int, height: int) -> bytes:
    """A PNG that says it is so large, and holds nothing of it."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0")) + chunk(b"IEND", b"")


def archive(*contents: bytes, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", method) as written:
        for number, content in enumerate(contents):
            written.writestr(f"xl/{number}.xml", content)
    return packed.getvalue()


def told_of(content: bytes, *, times: int = 1, at: int | None = None) -> bytes:
    """An archive whose table names its one member so many times, or at another place."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as written:
        written.writestr("xl/0.xml", content)
        written.filelist = written.filelist * times
        if at is not None:
            written.filelist[0].header_offset = at
    return packed.getvalue()


def says(data: bytes, size: int, *, packed: int | None = None, table: bool = True, before: bool = True) -> bytes:
    """The first member's size as the `table` says it, and as what stands `before` the member says it."""
    lying = bytearray(data)
    for at in [data.index(b"PK\x01\x02") + 20] * table + [18] * before:
        said = struct.unpack_from("<I", lying, at)[0] if packed is None else packed
        struct.pack_into("<II", lying, at, said, size)
    return bytes(lying)


def flagged(data: bytes, flag: int) -> bytes:
    found = bytearray(data)
    found[data.index(b"PK\x01\x02") + 8] |= flag
    return bytes(found)


def streamed(content: bytes) -> bytes:
    """As a program writes that does not know the sizes beforehand: they stand behind the member."""

    class Stream(io.BytesIO):
        def seekable(self) -> bool:
            return False

    packed = Stream()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as written, written.open("a.xml", "w") as member:
        member.write(content)
    return packed.getvalue()


LARGE = archive(bytes(8 * 1024 * 1024))


@pytest.mark.parametrize(
    ("data", "name", "says"),
    [
        (b"x" * (LARGEST + 1), "large.pdf", "20 MB"),
        (b"", "empty.pdf", "empty"),
        (b"%PDF-1.7", "../../etc/passwd.pdf", "path"),
        (b"%PDF-1.7", "..\\windows.pdf", "path"),
        (b"MZ\x90\0\x03", "report.pdf", "not what its name says"),
        (b"MZ\x90\0\x03", "report.csv", "not what its name says"),
        (b"MZ\x90\0\x03", "setup.exe", "cannot be handed in"),
        (b"<html>", "picture.png", "cannot be read"),
        (picture(50_000, 50_000), "wall.png", "60 million"),
        (b"PK\x03\x04 and no more", "sheet.xlsx", "damaged"),
        (says(LARGE, LARGEST_UNPACKED + 1), "sheet.xlsx", "far more"),
        (archive(*[b""] * (MOST_MEMBERS + 1)), "sheet.xlsx", "far more"),
        (says(LARGE, 10), "sheet.xlsx", "other sizes"),
        (says(LARGE, 10, before=False), "sheet.xlsx", "other sizes"),
        (says(LARGE, 10, table=False), "sheet.xlsx", "other sizes"),
        (says(archive(b"little"), 200_000_000), "sheet.xlsx", "other sizes"),
        (says(archive(b"little"), 200_000_000, before=False), "sheet.xlsx", "other sizes"),
        (says(archive(b"little", method=zipfile.ZIP_STORED), 2), "sheet.xlsx", "other sizes"),
        (says(LARGE, 8 * 1024 * 1024, packed=20), "sheet.xlsx", "damaged"),
        (LARGE.replace(LARGE[40:60], bytes(20), 1), "sheet.xlsx", "damaged"),
        (told_of(os.urandom(4000), times=40), "sheet.xlsx", "damaged"),
        (told_of(b"elsewhere", at=2**64 - 1), "sheet.xlsx", "damaged"),
        (flagged(LARGE, 1), "notes.zip", "password"),
        (archive(b"rare", method=zipfile.ZIP_LZMA), "notes.zip", "rare"),
    ],
    ids=lambda value: value[:20] if isinstance(value, str) else "file",
)
def test_what_cannot_be_handed_in_is_refused_in_words(data: bytes, name: str, says: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        checked_file(data, name)
    assert says in " ".join(refusal.value.messages)


def test_an_archive_is_unpacked_to_be_measured_and_never_held_whole() -> None:
    tracemalloc.start()
    checked_file(LARGE, "sheet.xlsx")
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 2 * 1024 * 1024


def test_an_ordinary_picture_and_a_table_are_taken() -> None:
    for data in (archive(b"<x/>", b"", bytes(3000)), archive(b"a", method=zipfile.ZIP_STORED), streamed(b"<x/>" * 900)):
        assert checked_file(data, "sheet.xlsx").data == data
    assert checked_file(picture(1200, 800), "map.png").kind == "png"
    assert checked_file("tree;año\n1;2".encode("latin-1"), "trees.csv").kind == "csv"


@pytest.mark.django_db
def test_words_a_link_and_files_are_one_piece_of_evidence_and_a_phones_picture_can_be_looked_at(party: Party) -> None:
    """What was handed in is kept as it came; beside it stands a JPEG without what the phone wrote in it."""
    sprint = started_sprint()
    client, milestone = client_of(lead_in(sprint, party)), first_joint(sprint)
    page = f"/partnerships/{sprint.partnership.slug}/sprint/milestones/{milestone.number}/"
    before, photo = signed_digest(milestone), phone_picture()
    files = [SimpleUploadedFile("IMG_0042.HEIC", photo), SimpleUploadedFile("list.csv", b"tree;year")]
    said = {"title": "The talk", "words": "What we heard.", "link": "example.org/notes", "attachments": files}
    assert client.post(f"{page}evidence/", said).status_code == 302
    found = Evidence.objects.get()
    assert (found.words, found.link) == ("What we heard.", "https://example.org/notes")
    assert [one.file_name for one in found.files] == ["IMG_0042.HEIC", "list.csv"]
    assert [one.file_sha256 for one in found.files] == [sha256(photo).hexdigest(), sha256(b"tree;year").hexdigest()]
    assert signed_digest(Milestone.objects.get(pk=milestone.pk)) != before
    further = found.further_files.get()
    of_one = {**content_of(Milestone.objects.get(pk=milestone.pk))["evidence"][0]}
    assert of_one["further"] == [[further.file_sha256, "list.csv"]], "both sides sign off every file"
    other = client_of(lead_in(sprint, party.other))
    shown = other.get(page).content.decode()
    assert "What we heard." in shown and "https://example.org/notes" in shown and "list.csv" in shown
    address = f"/partnerships/{sprint.partnership.slug}/sprint/evidence/"
    assert b"".join(other.get(f"{address}{found.pk}/file/").streaming_content) == photo
    assert b"".join(other.get(f"{address}{further.pk}/file/").streaming_content) == b"tree;year"
    jpeg = b"".join(other.get(f"{address}{found.pk}/picture/").streaming_content)
    picture = Image.open(io.BytesIO(jpeg))
    assert (picture.format, picture.size) == ("JPEG", (32, 48)), "upright"
    assert not picture.getexif() and b"Elm Street" not in jpeg and b"Elm Street" in photo
    assert other.get(f"{address}{further.pk}/picture/").status_code == 404, "there is none of a table"
    found.file.storage.delete(f"{found.file.name}.jpg")
    assert b"".join(other.get(f"{address}{found.pk}/picture/").streaming_content) == jpeg, (
        "drawn again where it is lost"
    )
    stranger = client_of(lead(make_agreement(make_partnership(program=sprint.partnership.program)), party))
    for pk in (found.pk, further.pk):
        assert {stranger.get(f"{address}{pk}/{what}/").status_code for what in ("file", "picture")} == {404}
    actions.withdraw_evidence(by=found.added_by, evidence=found, now=timezone.now())
    assert other.get(f"{address}{further.pk}/file/").status_code == 404


def test_a_picture_that_cannot_be_drawn_or_is_too_large_is_refused_in_words() -> None:
    whole = phone_picture()
    for broken in (whole[:200], b"\0\0\0\x18ftypheic" + b"\xff" * 500):
        with pytest.raises(ValidationError, match="cannot be read"):
            as_jpeg(broken)
    with pytest.raises(ValidationError, match="not what its name says"):
        checked_file(b"MZ\x90\0\x03" * 9, "photo.heic")
    with pytest.raises(WorkRefused, match="too many pixels"):
        draw({"most_pixels": 48 * 32 - 1}, whole)
    # Its header says that it is larger than it is: nothing of that size is ever unpacked.
    larger = re.sub(rb"(ispe.{4}).{8}", rb"\1" + struct.pack(">II", 48_000, 32_000), phone_picture(128, 64), flags=re.S)
    with pytest.raises(ValidationError, match="cannot be read"):
        as_jpeg(larger)


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["drawing.svg", "page.html"])
def test_a_file_with_script_is_kept_and_never_opened_in_our_pages(name: str) -> None:
    sprint = started_sprint()
    client, milestone = client_of(lead_in(sprint, Party.COMMUNITY)), first_joint(sprint)
    page = f"/partnerships/{sprint.partnership.slug}/sprint/milestones/{milestone.number}/evidence/"
    file = SimpleUploadedFile(name, b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>")
    assert client.post(page, {"title": "A drawing", "attachments": file}).status_code == 302
    found = Evidence.objects.get()
    address = f"/partnerships/{sprint.partnership.slug}/sprint/evidence/{found.pk}/file/"
    answer = client.get(address)
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Content-Security-Policy"].startswith("sandbox")
    assert b"".join(answer.streaming_content).startswith(b"<svg")
    stranger = lead(make_agreement(make_partnership(program=sprint.partnership.program)), Party.CITY)
    assert client_of(stranger).get(address).status_code == 404
    assert name not in found.file.name
