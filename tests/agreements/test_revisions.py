"""What may follow a seal: a few timestamps and their proof. Each other change is found under a timestamp, too."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import ArrayObject, DictionaryObject, IndirectObject, NameObject, StreamObject, pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import signers
from pyhanko.sign.validation.dss import DocumentSecurityStore

from agreements.pdf import draw
from agreements.seal import seal
from agreements.seal.certificates import Identity
from agreements.seal.revisions import TimestampWriter
from agreements.seal.verdict import Kind, Verdict
from agreements.wording.digest import LONGEST_CLAUSE, MOST_CLAUSES
from tests.agreements import samples
from tests.agreements.attacks import stranger
from tests.agreements.authority import answer

NOW = datetime(2027, 3, 4, 18, 30, tzinfo=UTC)
Writer = IncrementalPdfFileWriter


@pytest.fixture(scope="module")
def sealer() -> Identity:
    return stranger()


@pytest.fixture(scope="module")
def sealed(sealer: Identity) -> bytes:
    of = samples.content()
    return seal.seal(draw.render(of, samples.record(of)), sealer)


def stamped(pdf: bytes, name: str = "Timestamp", change: Callable[[Writer], None] = lambda _writer: None) -> bytes:
    """A timestamp of one's own over the file, and in the same revision whatever else is written."""
    writer = TimestampWriter(BytesIO(pdf))
    change(writer)
    stamper = signers.PdfTimeStamper(seal._Asker(answer), field_name=name)
    return stamper.timestamp_pdf(writer, "sha256", bytes_reserved=seal.RESERVED_FOR_TIME).getvalue()


def verdict(pdf: bytes, sealer: Identity, *, known: bool = False) -> Verdict:
    trust = [] if known else [sealer.certificate.public_bytes(Encoding.DER)]
    return seal.check(pdf, trust=trust, known=known, now=NOW)


def test_up_to_three_timestamps_may_follow(sealed: bytes, sealer: Identity) -> None:
    data = sealed
    for number in range(1, 5):
        data = stamped(data, f"Timestamp{number}")
        found = verdict(data, sealer)
        expected = (Kind.VALID, ()) if number <= 3 else (Kind.NOT_VALID, ("many timestamps",))
        assert (found.kind, found.reasons) == expected, number


def test_seventy_are_refused_before_any_is_checked(sealed: bytes, sealer: Identity) -> None:
    data = sealed
    for number in range(70):
        data = stamped(data, f"T{number}")
    began = time.monotonic()
    assert verdict(data, sealer).reasons == ("many timestamps",)
    assert time.monotonic() - began < 5


def test_what_proves_a_timestamp_may_follow_too(sealed: bytes, sealer: Identity) -> None:
    once = stamped(sealed)
    proof = PdfFileReader(BytesIO(once)).embedded_signatures[-1]
    writer, out = TimestampWriter(BytesIO(once)), BytesIO()
    DocumentSecurityStore.supply_dss_in_writer(writer, sig_contents=proof.pkcs7_content, certs=[proof.signer_cert])
    writer.write(out)
    assert verdict(out.getvalue(), sealer).reasons == ("added after",), "nothing covers it yet"
    assert verdict(stamped(out.getvalue(), "Timestamp2"), sealer).kind == Kind.VALID


def test_but_not_more_revisions_of_proof_than_that_takes(sealed: bytes, sealer: Identity) -> None:
    """Each is read and compared, so their number is bounded before."""
    data = stamped(sealed)
    proof = PdfFileReader(BytesIO(data)).embedded_signatures[-1]
    for many in range(1, 7):
        writer, out = TimestampWriter(BytesIO(data)), BytesIO()
        one_more = proof.pkcs7_content if many == 1 else f"{many:02}".encode()
        DocumentSecurityStore.supply_dss_in_writer(writer, sig_contents=one_more, certs=[proof.signer_cert])
        writer.write(out)
        data = out.getvalue()
        if many == 4:
            assert verdict(stamped(data, "Timestamp2"), sealer).kind == Kind.VALID
    assert verdict(stamped(data, "Timestamp2"), sealer).reasons == ("added after",)


def metadata(writer: Writer) -> StreamObject:
    return writer.root["/Metadata"]


def changed_title(writer: Writer) -> None:
    info = writer.trailer["/Info"]
    info["/Title"] = generic.pdf_string("Void")
    writer.update_container(info)


def changed_xmp(writer: Writer) -> None:
    stream = metadata(writer)
    reference = stream.container_ref
    writer.objects[(reference.generation, reference.idnum)] = StreamObject(
        dict(stream), stream_data=stream.data.replace(b"Informal", b"Formal!!")
    )


def set_in_catalog(key: str, value: generic.PdfObject) -> Callable[[Writer], None]:
    def change(writer: Writer) -> None:
        writer.root[NameObject(key)] = value
        writer.update_root()

    return change


def another_title_in_the_trailer(writer: Writer) -> None:
    writer.set_info(DictionaryObject({NameObject("/Title"): generic.pdf_string("Void")}))


def the_title_of_an_object_that_was_there(writer: Writer) -> None:
    page = writer.root["/Pages"]["/Kids"].raw_get(0)
    writer.set_info(IndirectObject(page.idnum, page.generation, writer))


def an_object_that_nothing_uses(writer: Writer) -> None:
    writer.add_object(StreamObject(stream_data=b"hidden"))


def an_object_written_again(writer: Writer) -> None:
    writer.mark_update(writer.root.raw_get("/Pages").reference)


def annotations_over_what_a_page_shows(writer: Writer) -> None:
    """A page's list of annotations is made to be the object that holds another page's contents."""
    first, second = (writer.root["/Pages"]["/Kids"][place] for place in (0, 1))
    contents = second.raw_get("/Contents")
    first[NameObject("/Annots")] = IndirectObject(contents.idnum, contents.generation, writer)
    writer.update_container(first)
    writer.objects[(contents.generation, contents.idnum)] = ArrayObject([])


def an_attachment_named_again(writer: Writer) -> None:
    names = writer.root["/Names"]["/EmbeddedFiles"]["/Names"]
    names[0] = generic.pdf_string("record2.json")
    writer.update_container(names)


CHANGES: dict[str, Callable[[Writer], None]] = {
    "title": changed_title,
    "XMP": changed_xmp,
    "MarkInfo": set_in_catalog("/MarkInfo", DictionaryObject({NameObject("/Marked"): generic.BooleanObject(False)})),
    "Extensions": set_in_catalog("/Extensions", DictionaryObject({NameObject("/ADBE"): DictionaryObject()})),
    "version": set_in_catalog("/Version", pdf_name("/1.4")),
    "language": set_in_catalog("/Lang", generic.pdf_string("es")),
    "another title named in the trailer": another_title_in_the_trailer,
    "a title that was there as something else": the_title_of_an_object_that_was_there,
    "an object that nothing uses": an_object_that_nothing_uses,
    "an object written again as it was": an_object_written_again,
    "annotations in the place of contents": annotations_over_what_a_page_shows,
    "an attachment's name": an_attachment_named_again,
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_timestamp_over_anything_else_does_not_make_it_valid(sealed: bytes, sealer: Identity, change: str) -> None:
    """In the timestamp's own revision, and in one of its own before it."""
    together = stamped(sealed, change=CHANGES[change])
    writer, apart = TimestampWriter(BytesIO(sealed)), BytesIO()
    CHANGES[change](writer)
    writer._force_write_when_empty = True
    writer.write(apart)
    for data in (together, stamped(apart.getvalue())):
        found = verdict(data, sealer)
        assert (found.kind, found.contents) == (Kind.NOT_VALID, None)
        assert found.reasons == ("added after",) or change == "annotations in the place of contents"
        assert seal.check(data, now=NOW).kind == Kind.NOT_VALID, "nor is it said to be unchanged"


@pytest.mark.parametrize(
    ("of", "key", "value"),
    [
        ("/SigFlags", "/NeedAppearances", generic.BooleanObject(True)),
        ("/SigFlags", "/SigFlags", generic.NumberObject(1)),
        ("/SigFlags", "/XFA", generic.pdf_string("<x/>")),
        ("/FT", "/TU", generic.pdf_string("This agreement is void.")),
        ("/FT", "/Rect", ArrayObject(map(generic.FloatObject, (0, 0, 300, 300)))),
        ("/FT", "/AA", DictionaryObject()),
        ("/FT", "/T", generic.pdf_string("This agreement has ended, and nobody has to keep it.")),
    ],
)
def test_nor_does_a_form_or_field_that_says_or_shows_something(
    sealed: bytes, sealer: Identity, of: str, key: str, value: generic.PdfObject
) -> None:
    class Speaking(TimestampWriter):
        def _update_meta(self) -> None:  # the last that is asked before all is written
            for each in self.objects.values():
                if isinstance(each, dict) and of in each:
                    each[NameObject(key)] = value

    stamper = signers.PdfTimeStamper(seal._Asker(answer), field_name="Timestamp")
    data = stamper.timestamp_pdf(Speaking(BytesIO(sealed)), "sha256", bytes_reserved=seal.RESERVED_FOR_TIME).getvalue()
    assert verdict(data, sealer).reasons == ("added after",)


def test_the_metadata_of_older_timestamps_counts_in_a_file_that_we_keep_alone(sealed: bytes, sealer: Identity) -> None:
    """Before version 0.2, a timestamp noted its time in them."""
    writer = IncrementalPdfFileWriter(BytesIO(sealed))
    stamper = signers.PdfTimeStamper(seal._Asker(answer), field_name="Timestamp")
    older = stamper.timestamp_pdf(writer, "sha256", bytes_reserved=seal.RESERVED_FOR_TIME).getvalue()
    assert verdict(older, sealer, known=True).kind == Kind.VALID
    assert verdict(older, sealer).reasons == ("added after",)


def test_the_longest_agreement_with_a_timestamp_is_checked_in_a_moment(sealer: Identity) -> None:
    """pyHanko's own comparison takes more than a minute for it."""
    of = samples.content()
    clauses = [part for part in of["body"] if part["type"] == "clause"]
    text = ("Words that people wrote. " * 200)[:LONGEST_CLAUSE]
    for number in range(MOST_CLAUSES - len(clauses)):
        of["body"].append(clauses[-1] | {"key": f"optional-{number}", "kind": "optional", "texts": {"en": text}})
    data = stamped(seal.seal(draw.render(of, samples.record(of)), sealer))
    began = time.process_time()
    assert verdict(data, sealer).kind == Kind.VALID
    assert time.process_time() - began < 3
