"""What a file says of itself: what our own forms could have written is read, and nothing else leaves the child."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from cryptography.hazmat.primitives.serialization import Encoding
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from agreements.models import PaperCopy, Signature
from agreements.pdf import draw, layout
from agreements.seal import contents, seal
from agreements.seal.contents import LARGEST, of_agreement
from agreements.seal.verdict import Contents, Kind
from agreements.seal.verify import check_apart
from ledger.canonical import canonical_bytes, digest
from partners.models import Organization
from tests.agreements import samples
from tests.agreements.attacks import stranger

NOW = datetime(2027, 3, 4, 18, 30, tzinfo=UTC)
LATEST = NOW + timedelta(days=1)
Change = Callable[[dict[str, Any]], object]


def canonical(value: Any) -> bytes:
    return value if isinstance(value, bytes) else canonical_bytes(value)


def read(text: Any = None, record: Any = None) -> Contents | None:
    text = samples.content() if text is None else text
    return of_agreement(canonical(text), canonical(samples.record() if record is None else record), latest=LATEST)


def test_an_agreement_says_which_edition_it_is_and_who_signed_and_when() -> None:
    says = read()
    assert (says.number, says.demonstration, says.time_zone) == (1, False, "America/Los_Angeles")
    community, city = says.signers
    assert (community.party, community.name, community.title) == ("community", samples.COMMUNITY_LEAD, "Board chair")
    assert (city.organization, city.signed_at, city.paper_date) == (samples.CITY, "2027-03-03T00:31:09+00:00", "")


def test_who_signed_a_print_has_the_day_that_stands_on_it() -> None:
    assert [signer.paper_date for signer in read(record=samples.on_paper()).signers] == ["2027-03-01", ""]


@pytest.mark.parametrize("zone", ["America/Nowhere", "../../etc/passwd", ["UTC"], None])
def test_a_zone_that_this_machine_does_not_know_is_utc(zone: object) -> None:
    record = samples.record()
    record["program"]["time_zone"] = zone
    assert read(record=record).time_zone == "UTC"


def test_a_print_bears_whatever_day_somebody_wrote_on_it() -> None:
    record = samples.on_paper()
    first(record)["paper"]["paper_date"] = "1927-03-01"
    assert read(record=record).signers[0].paper_date == "1927-03-01"


def test_the_bounds_are_those_of_our_own_forms() -> None:
    """Stricter ones would call a true file no agreement."""
    names = [(Signature, "name"), (Signature, "title"), (PaperCopy, "name"), (Organization, "signatory")]
    organizations = [(Signature, "organization"), (Organization, "name")]
    assert {model._meta.get_field(name).max_length for model, name in names} == {contents.LONGEST_NAME}
    assert {model._meta.get_field(name).max_length for model, name in organizations} == {contents.LONGEST_ORGANIZATION}


def first(record: dict[str, Any]) -> dict[str, Any]:
    return record["signatures"][0]


RECORDS: dict[str, Change] = {
    "of another text": lambda record: record["edition"].update(digest="0" * 64),
    "of another edition": lambda record: record["edition"].update(number=2),
    "without signatures": lambda record: record.update(signatures=[]),
    "signed by one": lambda record: record["signatures"].pop(),
    "signed twice by one": lambda record: record["signatures"].append(first(record)),
    "signed by somebody else": lambda record: first(record).update(party="nobody"),
    "signed 30,000 times": lambda record: record["signatures"].extend([first(record)] * 30_000),
    "signed in the year 1": lambda record: first(record).update(signed_at="0001-01-01T00:00:00Z"),
    "signed in the year 9999": lambda record: first(record).update(signed_at="9999-12-31T23:59:59Z"),
    "signed before there was this product": lambda record: first(record).update(signed_at="2025-12-31T23:59:59Z"),
    "signed after tomorrow": lambda record: first(record).update(signed_at="2027-03-05T18:30:01Z"),
    "signed at no moment": lambda record: first(record).update(signed_at="2027-03-02"),
    "signed on paper after tomorrow": lambda record: first(record).update(paper={"paper_date": "2027-03-06"}),
    "signed on paper on no day": lambda record: first(record).update(paper={"paper_date": "spring"}),
    "signed in words": lambda record: record.update(signatures=["Rosa", "Thomas"]),
    "signed by a name too long": lambda record: first(record).update(name="x" * 121),
    "signed by two lines": lambda record: first(record).update(name="Rosa\nThomas"),
    "signed by a number": lambda record: first(record).update(name=7),
    "signed by nobody's organization": lambda record: first(record).update(organization=None),
    "with a list for a program": lambda record: record.update(program=[]),
    "with words for signatures": lambda record: record.update(signatures="both"),
    "with nothing for signatures": lambda record: record.update(signatures=None),
}


@pytest.mark.parametrize("change", RECORDS)
def test_a_record_that_we_could_not_have_written_says_nothing(change: str) -> None:
    record = samples.record()
    RECORDS[change](record)
    assert read(record=record) is None


TEXTS: dict[str, Change] = {
    "of another schema": lambda text: text.update(schema=2),
    "of edition 0": lambda text: text["edition"].update(number=0),
    "of edition true": lambda text: text["edition"].update(number=True),
    "of an edition in words": lambda text: text["edition"].update(number="first"),
    "of one party": lambda text: text["parties"].pop("city"),
    "with a name too long": lambda text: text["parties"]["city"].update(organization="x" * 161),
    "without a body": lambda text: text.update(body=[]),
    "with a body of words": lambda text: text.update(body="We promise."),
    "with ten thousand lines": lambda text: text.update(body=text["body"] * 200),
    "with words for a part": lambda text: text["body"].append("We promise."),
    "with a list of texts": lambda text: text["body"][0].update(texts=["We promise."]),
    "with a part of another kind": lambda text: text["body"].append({"type": "script", "texts": {"en": "x"}}),
    "with a text too long": lambda text: text["body"][0]["texts"].update(en="x" * 8_001),
}


@pytest.mark.parametrize("change", TEXTS)
def test_nor_does_a_text_that_is_no_editions(change: str) -> None:
    text, record = samples.content(), samples.record()
    TEXTS[change](text)
    record["edition"]["digest"] = digest(text)
    assert read(text, record) is None


@pytest.mark.parametrize(
    "record",
    [b"", b"{}", b"[]", b"null", b"7", b"{", b"\xff", b'{"x":"\\ud800"}', b"[" * 100_000, b'{"x":1e999}',
     json.dumps(samples.record(), indent=1).encode()],
)  # fmt: skip
def test_nor_does_what_is_no_record_at_all_or_spelled_otherwise(record: bytes) -> None:
    assert read(record=record) is None


def test_nor_does_half_of_a_letter() -> None:
    """One half of a surrogate pair: text in JSON, and no text that a page could be sent with."""
    spelled = canonical(samples.record()).replace(b'"Board chair"', b'"\\ud800"')
    assert b"ud800" in spelled and read(record=spelled) is None
    assert contents.line_within("Sealer \ud800", 60) == "", "a certificate may name its holder so"


def test_nor_does_more_than_an_agreement_can_be() -> None:
    record = samples.record(more="x" * LARGEST["record.json"])
    assert read(record=record) is None


# --- In a file that somebody sealed -------------------------------------------------------------------------------


def page_with(attached: list[tuple[str, str, bytes]]) -> bytes:
    html = "<html lang=en><title>x</title><p>We promise nothing.</p></html>"
    return draw.draw_apart(layout.Page(html, attached, NOW.isoformat(), "x"), paper="Letter")


def file_with(text: bytes, record: bytes) -> bytes:
    """A page of a stranger's, with these two attached, and their seal."""
    attached = [("agreement.json", "x", text), ("record.json", "x", record)]
    return seal.seal(page_with(attached), stranger())


def hostile(change: str) -> bytes:
    record = samples.record()
    RECORDS[change](record)
    return canonical(record)


HOSTILE = {
    "signed 30,000 times": hostile("signed 30,000 times"),
    "signed in the year 1": hostile("signed in the year 1"),
    "signed in the year 9999": hostile("signed in the year 9999"),
    "half of a letter": canonical(samples.record()).replace(b'"Board chair"', b'"\\ud800"'),
}


@pytest.mark.django_db
@pytest.mark.any_database
@pytest.mark.parametrize("record", HOSTILE)
def test_whatever_a_strangers_record_holds_the_page_is_short_and_comes_soon(record: str) -> None:
    """30,000 signatures once held the web process for 19 seconds, and made a page of 12 MB; the others were a 500."""
    data = file_with(canonical(samples.content()), HOSTILE[record])
    check_apart(data[:2000], now=NOW)  # a child that is ready
    with time_machine.travel(NOW):
        began = time.monotonic()
        answer = Client().post(reverse("verify"), {"pdf": SimpleUploadedFile("a.pdf", data)})
        took = time.monotonic() - began
    assert answer.status_code == 200 and took < 5
    assert "Unchanged, but not confirmed" in answer.content.decode()
    assert len(answer.content) < 30_000 and samples.COMMUNITY_LEAD not in answer.content.decode()


@pytest.mark.parametrize("missing", ["agreement.json", "record.json", "both"])
def test_a_file_without_both_is_sealed_but_no_agreement(missing: str) -> None:
    both = [("agreement.json", "x", canonical(samples.content())), ("record.json", "x", canonical(samples.record()))]
    attached = [each for each in both if missing not in {each[0], "both"}]
    sealer = stranger()
    data = seal.seal(page_with(attached), sealer)
    trust = [sealer.certificate.public_bytes(Encoding.DER)]
    verdict = seal.check(data, trust=trust, now=NOW)
    assert (verdict.kind, verdict.reasons, verdict.contents) == (Kind.NO_AGREEMENT, ("no agreement",), None)
    assert seal.check(data, known=True, now=NOW).kind == Kind.NO_AGREEMENT


def test_a_clock_that_was_set_back_says_nothing_against_a_file_that_we_keep() -> None:
    sealed, earlier = file_with(canonical(samples.content()), canonical(samples.record())), NOW - timedelta(days=60)
    assert seal.check(sealed, known=True, now=earlier).kind == Kind.VALID
    assert seal.check(sealed, now=earlier).contents is None


def test_a_time_of_sealing_that_cannot_be_is_not_said() -> None:
    sealed = file_with(canonical(samples.content()), canonical(samples.record()))
    assert seal.check(sealed, now=NOW).sealed_at
    assert seal.check(sealed, now=NOW - timedelta(days=900)).sealed_at == ""
