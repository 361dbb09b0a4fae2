"""What a hostile hand can do to a sealed PDF: each attack takes the file and gives the changed one."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO

from cryptography.hazmat.primitives.asymmetric import ec
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import ArrayObject, DictionaryObject, NameObject, StreamObject, pdf_name, pdf_string
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers

from agreements.seal.certificates import Identity, _self_made
from agreements.seal.seal import seal
from agreements.seal.signers import FileSigner

Attack = Callable[[bytes], bytes]


def stranger() -> Identity:
    """Somebody else's key, with a certificate that bears the same names as ours."""
    key = ec.generate_private_key(ec.SECP256R1())
    return Identity(key, _self_made(key, demo=False, now=datetime.now(UTC)))


def _updated(pdf: bytes, change: Callable[[IncrementalPdfFileWriter, DictionaryObject], None]) -> bytes:
    """An incremental update: the sealed bytes stay, something is appended that changes what a reader shows."""
    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    page = writer.root["/Pages"]["/Kids"][0].get_object()
    change(writer, page)
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def replace_page(pdf: bytes) -> bytes:
    def change(writer: IncrementalPdfFileWriter, page: DictionaryObject) -> None:
        page["/Contents"] = writer.add_object(StreamObject(stream_data=b"BT (We promise nothing.) Tj ET"))
        writer.update_container(page)

    return _updated(pdf, change)


def annotation_over_clause(pdf: bytes) -> bytes:
    def change(writer: IncrementalPdfFileWriter, page: DictionaryObject) -> None:
        box = ArrayObject(map(generic.FloatObject, (72, 400, 500, 500)))
        note = {
            "/Type": pdf_name("/Annot"),
            "/Subtype": pdf_name("/FreeText"),
            "/Rect": box,
            "/Contents": pdf_string("not"),
        }
        page["/Annots"] = ArrayObject(
            [writer.add_object(DictionaryObject({NameObject(k): v for k, v in note.items()}))]
        )
        writer.update_container(page)

    return _updated(pdf, change)


def form_field(pdf: bytes) -> bytes:
    def change(writer: IncrementalPdfFileWriter, _page: DictionaryObject) -> None:
        field = {"/FT": pdf_name("/Tx"), "/T": pdf_string("sum"), "/V": pdf_string("1000")}
        form = writer.root["/AcroForm"]
        form["/Fields"].append(writer.add_object(DictionaryObject({NameObject(k): v for k, v in field.items()})))
        writer.update_container(form["/Fields"])

    return _updated(pdf, change)


def javascript(pdf: bytes) -> bytes:
    def change(writer: IncrementalPdfFileWriter, _page: DictionaryObject) -> None:
        script = {"/S": pdf_name("/JavaScript"), "/JS": pdf_string("app.alert(1)")}
        writer.root["/OpenAction"] = DictionaryObject({NameObject(k): v for k, v in script.items()})
        writer.update_root()

    return _updated(pdf, change)


def other_attachment(pdf: bytes) -> bytes:
    def change(writer: IncrementalPdfFileWriter, _page: DictionaryObject) -> None:
        names = writer.root["/Names"]["/EmbeddedFiles"]["/Names"]
        files = names[1]["/EF"]
        files["/F"] = writer.add_object(StreamObject(stream_data=b"{}"))
        writer.update_container(files)

    return _updated(pdf, change)


def empty_update(pdf: bytes) -> bytes:
    return _updated(pdf, lambda writer, _page: writer.update_root())


def sealed_again(pdf: bytes) -> bytes:
    """A second signature by a stranger; the lock is taken out first, or the library would refuse."""
    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    del writer.root["/Perms"]
    writer.update_root()
    meta = signers.PdfSignatureMetadata(field_name="Second", md_algorithm="sha256")
    return signers.PdfSigner(meta, FileSigner(stranger())).sign_pdf(writer, bytes_reserved=8192).getvalue()


def one_byte_flipped(pdf: bytes) -> bytes:
    middle = len(pdf) // 2
    return pdf[:middle] + bytes([pdf[middle] ^ 1]) + pdf[middle + 1 :]


def zeroed_contents(pdf: bytes) -> bytes:
    return re.sub(rb"/Contents <[0-9A-Fa-f]+>", lambda match: b"/Contents <" + b"0" * (len(match[0]) - 12) + b">", pdf)


def contents_in_small_letters(pdf: bytes) -> bytes:
    """The same signature in one other spelling of a single digit."""
    at = pdf.index(b"/Contents <") + 11
    letter = re.compile(rb"[A-F]").search(pdf, at).start()
    return pdf[:letter] + pdf[letter : letter + 1].lower() + pdf[letter + 1 :]


def something_in_the_padding(pdf: bytes) -> bytes:
    end = pdf.index(b">", pdf.index(b"/Contents <") + 11)
    return pdf[: end - 8] + b"DEADBEEF" + pdf[end:]


def no_byte_range(pdf: bytes) -> bytes:
    return pdf.replace(b"/ByteRange", b"/ByteRanje")


def byte_range_that_leaves_more_out(pdf: bytes) -> bytes:
    found = re.search(rb"/ByteRange \[0 (\d+) (\d+) (\d+)", pdf)
    start = int(found[1]) - 100
    return pdf.replace(found[0], b"/ByteRange [0 %d %s %s" % (start, found[2], found[3]))


UPDATES: dict[str, Attack] = {
    "page replaced by an update": replace_page,
    "annotation over a clause": annotation_over_clause,
    "form field": form_field,
    "JavaScript": javascript,
    "attachment replaced": other_attachment,
    "sealed again by another": sealed_again,
}
ATTACKS: dict[str, Attack] = {
    **UPDATES,
    "one byte of a page flipped": one_byte_flipped,
    "an update that changes nothing": empty_update,
    "contents zeroed": zeroed_contents,
    "contents respelled": contents_in_small_letters,
    "padding used": something_in_the_padding,
    "no byte range": no_byte_range,
    "byte range widened": byte_range_that_leaves_more_out,
    "a byte appended": lambda pdf: pdf + b"\n",
    "a comment appended": lambda pdf: pdf + b"% hello\n%%EOF\n",
    "a byte in front": lambda pdf: b"%PDF-1.7\n" + pdf,
    "last byte cut": lambda pdf: pdf[:-1],
    "cut in half": lambda pdf: pdf[: len(pdf) // 2],
    "the first kilobyte": lambda pdf: pdf[:1024],
    "only a header": lambda pdf: b"%PDF-1.7\n%%EOF\n",
}


def bomb() -> bytes:
    """A small PDF whose object stream unpacks to more than a gigabyte and a half."""
    packer = zlib.compressobj(9)
    packed = b"".join(
        [packer.compress(b"1 0 " + bytes(4 << 20)) if not i else packer.compress(bytes(4 << 20)) for i in range(400)]
    )
    packed += packer.flush()
    head = b"%PDF-1.7\n"
    stream = b"1 0 obj\n<</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length %d>>stream\n" % len(packed)
    body = head + stream + packed + b"\nendstream endobj\n"
    rows = b"\0\0\0\0\0\0\xff" + b"\1" + len(head).to_bytes(5, "big") + b"\0" + b"\2\0\0\0\0\1\0"
    xref = b"3 0 obj\n<</Type/XRef/Size 3/W[1 5 1]/Root 2 0 R/Length %d>>stream\n" % len(rows)
    return body + xref + rows + b"\nendstream endobj\nstartxref\n%d\n%%%%EOF\n" % len(body)


def resealed(pdf: bytes) -> bytes:
    """The unsealed file, sealed from new by somebody else."""
    return seal(pdf, stranger())
