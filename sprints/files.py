"""What a file may be that somebody hands in as evidence. Pure: no database, and nothing in the file is run or drawn."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files import File
from django.utils.translation import gettext as _

LARGEST = 20 * 1024 * 1024  # bytes
LARGEST_UNPACKED = 300 * 1024 * 1024
MOST_MEMBERS = 5000
MOST_PIXELS = 60_000_000
PIECE = 256 * 1024  # bytes

# A ZIP file, after APPNOTE.TXT of PKWARE: a row of its table; what stands before a member (its mark, flags, packed
# size, size, and how long its name and more are); flags; and what stands where a size is written elsewhere.
BEFORE_MEMBER, TABLE_ROW = b"PK\x03\x04", b"PK\x01\x02"
LOCAL = struct.Struct("<4s2xH10xIIHH")
LOCKED, SIZES_FOLLOW, LONG = 1, 8, 0xFFFFFFFF

PICTURES = frozenset({"png", "jpg", "jpeg", "gif", "webp"})
# What phones take. Which of them can be read is judged where they are drawn (agreements/pictures.py).
PHONES = frozenset({"heic", "heif"})
PACKED = frozenset({"docx", "xlsx", "pptx", "odt", "ods", "odp", "zip"})
WORDS = frozenset({"txt", "md", "csv", "json", "geojson", "html", "svg"})
STARTS: dict[str, bytes] = {"pdf": b"%PDF-"} | dict.fromkeys(PACKED, BEFORE_MEMBER)
KINDS = "PDF, PNG, JPEG, HEIC, GIF, WebP, Word, Excel, PowerPoint, OpenDocument, CSV, JSON, TXT, ZIP"


@dataclass(frozen=True)
class CheckedFile:
    """The bytes as they came, with a name that is safe to offer for download. `picture`: as a JPEG, where programs that
    open the file are rare."""

    data: bytes
    name: str
    kind: str
    picture: bytes = b""


def read_file(file: File[Any]) -> CheckedFile:
    """A file that somebody chose, no further than shows that it is too large. Raises ValidationError, in words."""
    return checked_file(file.read(LARGEST + 1), file.name or "")


def checked_file(data: bytes, name: str) -> CheckedFile:
    """Raises ValidationError, in words, for a file that is too large, too deep, or not what its name says."""
    if len(data) > LARGEST:
        raise ValidationError(_("The file is larger than 20 MB. Hand in a smaller one, or a link to it."))
    if not data:
        raise ValidationError(_("The file is empty. Choose another one."))
    if "/" in name or "\\" in name or ".." in name:
        raise ValidationError(_("The file's name holds a path. Rename the file, then try again."))
    kind = name.rpartition(".")[2].lower()
    if kind in PICTURES:
        _check_picture(data)
    elif kind in PHONES:
        _check_start(data[4:8] == b"ftyp")
    elif kind in WORDS:
        _check_words(data)
    elif kind not in STARTS:
        message = _("Files of this kind cannot be handed in. These can: %(kinds)s.")
        raise ValidationError(message % {"kinds": KINDS})
    else:
        _check_start(data.startswith(STARTS[kind]))
    if kind in PACKED:
        _check_packed(data)
    return CheckedFile(data, name, kind)


def _check_start(fits: bool) -> None:
    if not fits:
        raise ValidationError(_("The file is not what its name says. Save it again in its own program."))


def _check_picture(data: bytes) -> None:
    """By its header alone: the picture is not unpacked."""
    from PIL import Image, UnidentifiedImageError  # of all pages, those that take files alone need it

    try:
        with Image.open(io.BytesIO(data)) as picture:
            width, height = picture.size
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError) as error:
        if isinstance(error, Image.DecompressionBombError):
            raise ValidationError(_too_many_pixels()) from error
        raise ValidationError(_("The picture cannot be read. Save it again as PNG or JPEG.")) from error
    if width * height > MOST_PIXELS:
        raise ValidationError(_too_many_pixels())


def _too_many_pixels() -> str:
    return _("The picture has more than 60 million pixels. Make it smaller, then try again.")


def _check_words(data: bytes) -> None:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("latin-1") if b"\0" not in data else "\0"
    _check_start("\0" not in text)


def _check_packed(data: bytes) -> None:
    """Its table of contents first, which costs nothing; then each member is unpacked, a piece at a time, and thrown
    away: a table may say what it likes."""
    if data.count(TABLE_ROW) > MOST_MEMBERS:
        raise _far_more()
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            members = packed.infolist()
        if sum(member.compress_size for member in members) > len(data):  # several that are the same bytes
            raise zipfile.BadZipFile
        if len(members) > MOST_MEMBERS or sum(member.file_size for member in members) > LARGEST_UNPACKED:
            raise _far_more()
        for member in members:
            _check_member(data, member)
    except (zipfile.BadZipFile, zlib.error, struct.error, ArithmeticError, ValueError, NotImplementedError) as error:
        raise ValidationError(_("The file is damaged. Save it again, then try again.")) from error


def _check_member(data: bytes, member: zipfile.ZipInfo) -> None:
    """That it is as large as the table says, and as what stands before it says. Raises ValidationError where nobody
    could tell, BadZipFile, or what zlib and struct raise."""
    if member.flag_bits & LOCKED:
        raise ValidationError(_("The file is locked with a password. Hand it in without one, so that all can open it."))
    if member.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        raise ValidationError(_("The file is packed in a rare way. Pack it again as an ordinary ZIP file."))
    mark, flags, packed_size, size, name, extra = LOCAL.unpack_from(data, member.header_offset)
    start = member.header_offset + LOCAL.size + name + extra
    packed = memoryview(data)[start : start + member.compress_size]
    if mark != BEFORE_MEMBER or len(packed) != member.compress_size:
        raise zipfile.BadZipFile
    # Sizes that are written behind the member, or in 64 bits, do not stand here.
    if not flags & SIZES_FOLLOW and LONG not in {packed_size, size}:
        _require_same((packed_size, size), (member.compress_size, member.file_size))
    stored = member.compress_type == zipfile.ZIP_STORED
    _require_same(len(packed) if stored else _unpacked_size(packed, member.file_size), member.file_size)


def _unpacked_size(packed: memoryview, most: int) -> int:
    """How large it is unpacked; a little more than `most` where it is more. Only a piece of it is ever held."""
    if not packed:
        return 0
    unpacker, size, at = zlib.decompressobj(-zlib.MAX_WBITS), 0, 0
    while not unpacker.eof and size <= most:
        given = unpacker.unconsumed_tail or packed[at : at + PIECE]
        at += 0 if unpacker.unconsumed_tail else len(given)
        piece = unpacker.decompress(given, PIECE)
        size += len(piece)
        if not given and not piece:  # it ends in the middle
            raise zipfile.BadZipFile
    if size <= most and (unpacker.unused_data or at < len(packed)):
        raise zipfile.BadZipFile
    return size


def _require_same(found: object, said: object) -> None:
    if found != said:
        raise ValidationError(_("The file's table says other sizes than it holds. Save it again in its own program."))


def _far_more() -> ValidationError:
    return ValidationError(_("The file holds far more than its size says. Hand in its parts, or a link."))
