"""The public page "Verify a document", and the same question on the command line."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from cryptography.hazmat.primitives.serialization import Encoding
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from agreements import actions
from agreements.actions import seals
from agreements.management.commands.verify_agreement import as_words
from agreements.models import Agreement, Edition, SealFile
from agreements.pdf import draw, layout
from agreements.seal import certificates, seal, verify
from agreements.seal.verdict import LARGEST
from agreements.states import EditionState
from partners.parties import Party
from tests.agreements import samples
from tests.agreements.attacks import ATTACKS, resealed, stranger
from tests.agreements.pdf_tools import attachments
from tests.factories.agreements import lead, make_agreement, open_for_signing, propose, sign_both
from tests.factories.people import NOW, lead_of, proved

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
LATER = NOW + timedelta(days=30)


@pytest.fixture(autouse=True)
def own_folder(settings: object, tmp_path: Path) -> Iterator[None]:
    settings.DATA_DIR, settings.SEAL_PKCS12, settings.TSA_URL = tmp_path, "", ""
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def edition() -> Edition:
    """A signed and sealed one."""
    signed = sign_both(open_for_signing(make_agreement()))
    seals.seal_waiting(clock=lambda: NOW)
    return signed


def file_of(edition: Edition) -> bytes:
    return bytes(SealFile.objects.get(seal__edition=edition).pdf)


def hand_in(data: bytes, name: str = "agreement.pdf") -> HttpResponse:
    return Client(enforce_csrf_checks=True).post(reverse("verify"), {"pdf": SimpleUploadedFile(name, data)})


def said(response: HttpResponse) -> str:
    return " ".join(response.content.decode().split())


def names_of(edition: Edition) -> list[str]:
    partnership = edition.agreement.partnership
    people = [lead_of(partnership, party) for party in Party]
    return [person.name for person in people] + [each.name for each in partnership.organizations.all()]


# --- A good file -----------------------------------------------------------------------------------------------


def test_anyone_reads_that_it_is_exactly_what_both_signed(edition: Edition) -> None:
    response = hand_in(file_of(edition))
    page = said(response)
    assert response.status_code == 200
    assert "Valid: this is exactly what both parties signed" in page
    assert "Edition 1" in page and "In force" in page
    for signature in edition.signatures.all():
        assert signature.name in page and signature.organization in page and signature.title in page
    assert edition.digest in page
    assert "Fingerprint" in page and "digest" not in page.lower().replace("fingerprint", "")
    assert "example.org" not in page  # no address, masked or not


def test_nothing_is_kept_or_changed_by_looking(edition: Edition, django_assert_num_queries: object) -> None:
    before = hashlib.sha256(repr(list(SealFile.objects.values_list("sha256"))).encode()).hexdigest()
    hand_in(file_of(edition))
    assert before == hashlib.sha256(repr(list(SealFile.objects.values_list("sha256"))).encode()).hexdigest()


def amended(edition: Edition) -> Edition:
    agreement = Agreement.objects.get(pk=edition.agreement_id)
    actions.amend(by=lead(agreement, Party.CITY), agreement=agreement, reason="A new goal.", now=LATER)
    propose(agreement, "goal-2", "Build local capacity together.", by=lead(agreement, Party.CITY), now=LATER)
    return sign_both(open_for_signing(agreement, now=LATER), now=LATER)


def test_an_earlier_edition_says_which_it_is_and_that_a_newer_one_takes_its_place(edition: Edition) -> None:
    first = file_of(edition)
    second = amended(edition)
    seals.seal_waiting(clock=lambda: LATER)
    answer = hand_in(first)
    page = said(answer)
    assert f'href="{reverse("verify_code", args=[second.code])}"' in answer.content.decode()
    assert page.index("This was valid and has been superseded by edition 2.") < page.index("Superseded")
    assert "Superseded" in page and "A newer edition takes its place: edition 2." in page
    with time_machine.travel(LATER):
        newer = said(hand_in(file_of(second)))
    assert "Edition 2" in newer and "takes its place" not in newer


def test_an_agreement_that_has_ended_says_so(edition: Edition) -> None:
    agreement = Agreement.objects.get(pk=edition.agreement_id)
    actions.end(by=lead(agreement, Party.COMMUNITY), agreement=agreement, reason="We are done.", **proved(LATER))
    page = said(hand_in(file_of(edition)))
    assert "This was valid until the agreement ended." in page
    assert "We are done." not in page


def test_a_demonstration_says_that_it_is_one() -> None:
    agreement = make_agreement()
    program = agreement.partnership.program
    program.is_demo = True
    program.save()
    signed = sign_both(open_for_signing(agreement))
    seals.seal_waiting(clock=lambda: NOW)
    assert "This is a demonstration" in said(hand_in(file_of(signed)))


# --- A bad one ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_changed_file_is_not_valid_and_tells_no_names(edition: Edition, attack: str) -> None:
    response = hand_in(ATTACKS[attack](file_of(edition)))
    page = said(response)
    assert response.status_code == 200
    assert "Not valid" in page
    assert not [name for name in names_of(edition) if name in page]
    if attack == "one byte of a page flipped":
        assert "The file&#x27;s bytes differ from those that were sealed" in page


@pytest.mark.parametrize(
    ("data", "words"),
    [(b"hello", "not a PDF"), (b"", "Choose a PDF file"), (b"%PDF-1.7\nhello", "damaged or incomplete")],
    ids=["words", "empty", "broken"],
)
def test_what_cannot_be_read_is_said_in_words(data: bytes, words: str) -> None:
    response = hand_in(data)
    assert response.status_code in {200, 422}
    assert words in said(response) or "empty" in said(response)


def test_a_file_of_two_hundred_megabytes_is_too_large_and_not_even_taken_in() -> None:
    class Endless:
        taken = 0

        def read(self, size: int = -1) -> bytes:
            self.taken += size
            return bytes(size)

        readline = read

    stream = Endless()
    length = 200 * 1024 * 1024
    response = Client().generic(
        "POST",
        reverse("verify"),
        b"",
        "multipart/form-data; boundary=x",
        CONTENT_LENGTH=str(length),
        **{"wsgi.input": stream},
    )
    assert response.status_code == 413
    assert "larger than 20 megabytes" in said(response)
    assert stream.taken == length


def test_a_file_just_over_the_limit_is_too_large() -> None:
    assert "larger than 20 megabytes" in said(hand_in(b"%PDF-" + bytes(LARGEST)))


def test_a_file_sealed_by_a_stranger_is_not_confirmed(edition: Edition) -> None:
    of = samples.content()
    page = said(hand_in(resealed(draw.render(of, samples.record(of)))))
    assert "Unchanged, but not confirmed" in page and "certificate that is not known here" in page
    assert "Valid: this is" not in page and "Nobody here vouches" in page


STRANGE_RECORDS = [
    {"x": 1},
    {"program": {"time_zone": "America"}, "signatures": []},
    {"program": {"time_zone": "../../etc/passwd"}},
    {"program": {"time_zone": ["UTC"]}, "signatures": 7},
    {"program": [], "signatures": [{}]},
    {"program": {"time_zone": "UTC"}, "signatures": ["x", None]},
    {"program": {"time_zone": "UTC"}, "signatures": [{"party": "nobody", "paper": None}]},
]


@pytest.mark.parametrize("record", STRANGE_RECORDS, ids=range(len(STRANGE_RECORDS)))
@pytest.mark.parametrize("agreement", [{"edition": "first"}, {"edition": {"number": {"a": 1}}}, {}], ids=range(3))
def test_whatever_a_stranger_attaches_is_answered_in_words(record: object, agreement: object) -> None:
    pairs = [("agreement.json", agreement), ("record.json", record)]
    attached = [(name, name, json.dumps(value).encode()) for name, value in pairs]
    page = layout.Page("<html lang=en><title>x</title><p>x</p></html>", attached, NOW.isoformat(), "x")
    response = hand_in(seal.seal(draw.draw_apart(page, paper="Letter"), stranger()))
    assert response.status_code == 200
    assert "Unchanged, but not confirmed" in said(response)


def test_a_file_has_five_seconds_with_the_wait_for_its_turn() -> None:
    assert verify._child.seconds == 5, "as docs/security.md says; tests/agreements/test_sandbox.py lets one hang"


def test_a_busy_checker_says_nothing_about_the_file(edition: Edition, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verify._child, "seconds", 0.05)
    with verify._child._turn:
        response = hand_in(file_of(edition))
    assert response.status_code == 503
    assert "That says nothing about the file" in said(response)
    assert "Not valid" not in said(response)


def test_our_text_sealed_by_a_stranger_is_not_ours(edition: Edition) -> None:
    page = said(hand_in(resealed(seals.draw_edition(edition))))
    assert "Unchanged, but not confirmed" in page and "Valid: this is" not in page


def test_other_pages_with_our_text_attached_are_not_said_to_be_the_edition(edition: Edition, tmp_path: Path) -> None:
    """Only the attachment was compared: the file itself is not "in force", and not the newest."""
    drawn = seals.draw_edition(edition)
    attached = [(name, name, data) for name, (data, _relation) in attachments(drawn).items()]
    html = "<html lang=en><title>x</title><p>We promise nothing.</p></html>"
    other = seal.seal(draw.draw_apart(layout.Page(html, attached, NOW.isoformat(), "x"), paper="Letter"), stranger())
    page = said(hand_in(other))
    assert "The text that is attached to this file equals edition 1" in page
    assert "The pages of the file were not compared with it" in page
    assert "In force" not in page and "newest" not in page
    (tmp_path / "a.pdf").write_bytes(other)
    words = "\n".join(as_words(verify.answer(other, now=NOW)))
    assert "The attached text equals edition 1. The pages were not compared" in words and "in force" not in words


def sealed_here(attached: dict[str, bytes]) -> bytes:
    """A page with these attachments, sealed with this site's own key."""
    page = layout.Page(
        "<html lang=en><title>x</title><p>x</p></html>", [(n, n, d) for n, d in attached.items()], NOW.isoformat(), "x"
    )
    return seal.seal(draw.draw_apart(page, paper="Letter"), certificates.identity(demo=False))


@pytest.mark.parametrize(
    ("attached", "code", "verdict"),
    [({"promises.json": b'{"goals": [], "commitments": []}'}, 3, "valid report"), ({}, 4, "sealed, no agreement")],
    ids=["report", "nothing"],
)
def test_another_document_sealed_with_our_key_is_no_agreement(
    edition: Edition, tmp_path: Path, capsys: pytest.CaptureFixture, attached: dict[str, bytes], code: int, verdict: str
) -> None:
    data = sealed_here(attached)
    page = said(hand_in(data))
    assert "Sealed here, but no agreement" in page and "Valid" not in page
    (tmp_path / "a.pdf").write_bytes(data)
    own = certificates.identity(demo=False).certificate.public_bytes(Encoding.PEM)
    (tmp_path / "seal.pem").write_bytes(own)
    ended, words = run(capsys, tmp_path / "a.pdf", "--trust", tmp_path / "seal.pem", "--json")
    assert (ended, json.loads(words)["verdict"], json.loads(words)["signatures"]) == (code, verdict, [])


def test_a_file_sealed_here_that_is_not_kept_here_is_not_confirmed(edition: Edition) -> None:
    again = seal.seal(seals.draw_edition(edition), certificates.identity(demo=False))
    assert again != file_of(edition)
    page = said(hand_in(again))
    assert "not one of the files that this site keeps" in page and "Valid: this is" not in page


def test_script_in_a_name_is_inert(edition: Edition) -> None:
    of = samples.content(community="<script>alert(1)</script>")
    page = hand_in(resealed(draw.render(of, samples.record(of)))).content.decode()
    assert "<script>alert(1)" not in page and "&lt;script&gt;alert(1)" in page


# --- Only a code ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "spelling", [str, str.lower, lambda code: code.replace("-", " "), lambda code: code.replace("-", "")]
)
def test_a_code_tells_edition_and_state_and_no_names(edition: Edition, spelling: object) -> None:
    response = Client().post(reverse("verify"), {"code": spelling(edition.code)}, follow=True)
    page = said(response)
    assert response.status_code == 200
    assert "Edition 1" in page and "In force" in page
    assert not [name for name in names_of(edition) if name in page]
    assert edition.agreement.partnership.slug not in page and edition.digest not in page


def test_the_address_on_the_pdf_is_that_page(edition: Edition) -> None:
    record = json.loads(attachments(file_of(edition))["record.json"][0])
    assert record["edition"]["verify_url"].endswith(reverse("verify_code", args=[edition.code]))
    assert Client().get(reverse("verify_code", args=[edition.code])).status_code == 200


@pytest.mark.parametrize("code", ["AAAA-AAAA", "x", "K7QF-3M9T%27--", "💥"])
def test_a_code_that_never_was_is_not_found_in_words(code: str) -> None:
    response = Client().get(f"/verify/{code}/")
    assert response.status_code == 404
    assert "No signed agreement has this code" in said(response)


def test_the_code_of_an_edition_that_is_not_signed_is_not_found() -> None:
    opened = open_for_signing(make_agreement())
    assert opened.state == EditionState.SIGNING
    assert Client().get(reverse("verify_code", args=[opened.code])).status_code == 404


def test_neither_file_nor_code_asks_for_one() -> None:
    for fields, words in (({}, "Choose a PDF file"), ({"code": " "}, "Type the code")):
        response = Client().post(reverse("verify"), fields)
        assert response.status_code == 422
        assert words in said(response)


def test_looking_very_often_is_slowed_down_for_a_minute(real_cache: None, settings: object) -> None:
    """A minute from the first, however many are refused in it: the store must not begin it anew with each."""
    settings.ACCOUNT_RATE_LIMITS = {"verify_file": "2/m/ip", "verify_code": "2/m/ip"}
    code = reverse("verify_code", args=["AAAA-BBBB"])
    asked = (lambda: hand_in(b"hello").status_code, 200), (lambda: Client().get(code).status_code, 404)
    for ask, answer in asked:
        with time_machine.travel(timezone.now(), tick=False) as clock:
            assert [ask() for _ in range(3)] == [answer, answer, 429]
            clock.shift(timedelta(seconds=40))
            assert ask() == 429
            clock.shift(timedelta(seconds=21))
            assert ask() == answer


# --- The command line ----------------------------------------------------------------------------------------------


def run(capsys: pytest.CaptureFixture, *arguments: object) -> tuple[int, str]:
    with pytest.raises(SystemExit) as ended:
        call_command("verify_agreement", *map(str, arguments))
    return ended.value.code, capsys.readouterr().out


def test_the_command_says_valid_with_zero(edition: Edition, tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    (tmp_path / "a.pdf").write_bytes(file_of(edition))
    code, words = run(capsys, tmp_path / "a.pdf")
    assert code == 0
    assert "VALID" in words and edition.digest in words and "in force" in words
    code, data = run(capsys, tmp_path / "a.pdf", "--json")
    answer = json.loads(data)
    assert (code, answer["verdict"], answer["edition"], answer["state"]) == (0, "valid", 1, "in force")
    assert answer["fingerprint"] == edition.digest
    assert len(answer["signatures"]) == 2


@pytest.mark.parametrize(
    ("change", "code", "verdict"),
    [
        (lambda pdf: pdf[:-40] + b"x" * 40, 1, "not valid"),
        (lambda pdf: b"hello", 2, "unreadable"),
        (lambda pdf: b"%PDF-" + bytes(LARGEST), 2, "unreadable"),
    ],
    ids=["changed", "no pdf", "too large"],
)
def test_the_command_has_a_meaningful_exit_status(
    edition: Edition, tmp_path: Path, capsys: pytest.CaptureFixture, change: object, code: int, verdict: str
) -> None:
    (tmp_path / "a.pdf").write_bytes(change(file_of(edition)))
    ended, data = run(capsys, tmp_path / "a.pdf", "--json")
    assert (ended, json.loads(data)["verdict"]) == (code, verdict)


def test_a_stranger_is_one_and_a_missing_file_two(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    of = samples.content()
    (tmp_path / "a.pdf").write_bytes(resealed(draw.render(of, samples.record(of))))
    ended, data = run(capsys, tmp_path / "a.pdf", "--json")
    assert (ended, json.loads(data)["verdict"]) == (1, "intact, sealer unknown")
    assert run(capsys, tmp_path / "nowhere.pdf")[0] == 2
