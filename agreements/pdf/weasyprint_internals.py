"""What is used of WeasyPrint beside its front. Only agreements/pdf/draw.py imports it, and only in the child process.

tests/running/test_internals.py says when an upgrade moves one of these, or wants it called otherwise.
"""

from __future__ import annotations

import hashlib
from functools import cache
from typing import Any

from weasyprint.pdf import stream  # where it looks up the next two when it writes letters
from weasyprint.pdf.fonts import Font
from weasyprint.text.ffi import ffi  # reads the address of a face
from weasyprint.text.fonts import (
    FontConfiguration,  # keeps the fonts of our style sheet from one drawing to the next
    get_pango_font_hb_face,
    get_pango_font_key,
)
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse  # what it opens, and what it may not

__all__ = ["FatalURLFetchingError", "FontConfiguration", "URLFetcher", "URLFetcherResponse", "key_fonts_by_file"]


class FontOfFile(Font):  # type: ignore[misc]  # WeasyPrint has no types
    hash: str
    name: bytes

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        file = hashlib.sha256(self.file_content + bytes([self.index])).digest()
        mixed = hashlib.sha256(self.hash.encode() + file).digest()[:6]
        described, self.hash = self.hash, "".join(chr(65 + byte % 26) for byte in mixed)
        self.name = self.name.replace(described.encode(), self.hash.encode())


def key_with_file(pango_font: Any) -> tuple[Any, Any, Any]:
    description_hash, description, size = get_pango_font_key(pango_font)
    face = int(ffi.cast("uintptr_t", get_pango_font_hb_face(pango_font)))
    return (description_hash, face), description, size


@cache
def key_fonts_by_file() -> None:
    """Make WeasyPrint know a font by its file, too, and not by its description alone.

    Where a face has no italic or bold with the letters of a script, Pango slants or thickens another file, under the
    same description as the real one. WeasyPrint 70 takes the two for one font and draws letters of one with the shapes
    of the other: an Arabic name in italics came out as other signs.
    """
    stream.Font, stream.get_pango_font_key = FontOfFile, key_with_file
