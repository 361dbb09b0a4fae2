"""What a file may be that somebody hands in as evidence. Pure: no database, and nothing in the file is run or drawn."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

LARGEST = 20 * 1024 * 1024  # bytes
LARGEST_UNPACKED = 300 * 1024 * 1024
MOST_MEMBERS = 5000
MOST_PIXELS = 60_000_000

PICTURES = frozenset({"png", "jpg", "jpeg", "gif", "webp"})
PACKED = frozenset({"docx", "xlsx", "pptx", "odt", "ods", "odp", "zip"})
WORDS = frozenset({"txt", "md", "csv", "json", "geojson", "html", "svg"})
STARTS: dict[str, bytes] = {"pdf": b"%PDF-"} | dict.fromkeys(PACKED, b"PK\x03\x04")
KINDS = "PDF, PNG, JPEG, GIF, WebP, Word, Excel, PowerPoint, OpenDocument, CSV, JSON, TXT, ZIP"


@dataclass(frozen=True)
class CheckedFile:
    """The bytes as they came, with a name that is safe to offer for download."""

    data: bytes
    name: str
    kind: str


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
    elif kind in WORDS:
        _check_words(data)
    elif kind not in STARTS:
        message = _("Files of this kind cannot be handed in. These can: %(kinds)s.")
        raise ValidationError(message % {"kinds": KINDS})
    elif not data.startswith(STARTS[kind]):
        raise ValidationError(_("The file is not what its name says. Save it again in its own program."))
    if kind in PACKED:
        _check_packed(data)
    return CheckedFile(data, name, kind)


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
    if "\0" in text:
        raise ValidationError(_("The file is not what its name says. Save it again in its own program."))


def _check_packed(data: bytes) -> None:
    """By its table of contents: how much there would be is known before anything is unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            members = packed.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise ValidationError(_("The file is damaged. Save it again, then try again.")) from error
    if len(members) > MOST_MEMBERS or sum(member.file_size for member in members) > LARGEST_UNPACKED:
        raise ValidationError(_("The file holds far more than its size says. Hand in its parts, or a link."))
