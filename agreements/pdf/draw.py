"""Agreement text to tagged PDF bytes, with WeasyPrint, which is imported only in a child process.

The parent makes HTML (layout.py) and hands it over; the child draws it. The child opens no address and no file but our
own fonts and styles. The same input gives the same bytes.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from agreements.pdf.glyphs import FONTS, missing_glyphs
from agreements.pdf.sandbox import MEGABYTE, Sandbox, WorkRefused

HERE = Path(__file__).resolve().parent
STYLE = HERE.parent.parent / "templates" / "agreements" / "pdf" / "agreement.css"
__all__ = ["Unprintable", "draw_apart", "missing_glyphs", "render"]
PAPERS = {"Letter": "letter", "A4": "A4"}
OURS = "bundled:"

_child = Sandbox("agreements.pdf.draw:draw", seconds=60, memory=2048 * MEGABYTE, recycle_at=450 * MEGABYTE)


class Unprintable(Exception):
    """No font here can draw these characters; `characters` holds each once."""

    def __init__(self, characters: str) -> None:
        super().__init__(characters)
        self.characters = characters


def render(content: dict[str, Any], record: dict[str, Any] | None, *, mark: str = "", paper: str = "Letter") -> bytes:
    """An edition (schema 1) and its record of signing as PDF/A-3a and PDF/UA-1.

    `mark` is "", "draft" or "demonstration"; without a record the signature lines are empty, to be signed by hand.
    Raises layout.TooLong, Unprintable, and SandboxFailed when the drawing broke or took too long.
    """
    from agreements.pdf import layout

    page = layout.page(content, record, mark=mark)
    return draw_apart(page, paper=paper)


def draw_apart(page: Any, *, paper: str) -> bytes:
    """Draw a layout.Page in the child process."""
    if paper not in PAPERS:
        raise ValueError(f"no such paper: {paper}")
    attached = [{"name": name, "says": says, "length": len(data)} for name, says, data in page.attachments]
    job = {"html": page.html, "paper": paper, "attached": attached, "moment": page.moment, "identity": page.identity}
    try:
        return _child.call(job, b"".join(data for _name, _says, data in page.attachments))
    except WorkRefused as refused:
        raise Unprintable(refused.detail) from refused


# --- In the child -----------------------------------------------------------------------------------


def draw(job: dict[str, Any], body: bytes) -> bytes:
    """The child's work: HTML to PDF. Raises WorkRefused("unprintable", characters)."""
    import weasyprint

    from agreements.pdf.weasyprint_internals import key_fonts_by_file

    key_fonts_by_file()
    styles, fonts = _styles(job["paper"])
    html = weasyprint.HTML(string=job["html"], base_url=OURS, url_fetcher=_fetcher())
    document = html.render(stylesheets=styles, font_config=fonts)
    document.metadata.attachments = _attachments(job, body)
    finished: bytes = document.write_pdf(
        finisher=_finish, pdf_variant="pdf/a-3a", pdf_identifier=hashlib.sha256(job["identity"].encode()).digest()[:16]
    )
    if missing := sorted({chr(point) for font in document.fonts.values() for point in font.missing}):
        raise WorkRefused("unprintable", "".join(missing))
    return finished


@cache
def _styles(paper: str) -> tuple[list[Any], Any]:
    """The parsed style sheets and the font configuration, kept for the child's life."""
    import weasyprint

    from agreements.pdf.weasyprint_internals import FontConfiguration

    fonts = FontConfiguration()
    kept = {"font_config": fonts, "url_fetcher": _fetcher(), "base_url": OURS}
    size = weasyprint.CSS(string=f"@page {{ size: {PAPERS[paper]} }}", **kept)
    return [weasyprint.CSS(string=STYLE.read_text(encoding="utf-8"), **kept), size], fonts


@cache
def _fetcher() -> Any:
    from agreements.pdf.weasyprint_internals import FatalURLFetchingError, URLFetcher, URLFetcherResponse

    class OnlyOurs(URLFetcher):  # type: ignore[misc]  # WeasyPrint has no types
        """Hands out the bundled fonts by name. Anything else ends the drawing: no text of ours asks for more."""

        def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
            file = FONTS / url.removeprefix(OURS)
            if not url.startswith(OURS) or file.parent != FONTS or file.suffix != ".ttf":
                raise FatalURLFetchingError("only bundled fonts can be opened")
            return URLFetcherResponse(url, file.read_bytes())

    return OnlyOurs()


def _attachments(job: dict[str, Any], body: bytes) -> list[Any]:
    import weasyprint

    made, start = [], 0
    moment = datetime.fromisoformat(job["moment"])
    for each in job["attached"]:
        data, start = body[start : start + each["length"]], start + each["length"]
        made.append(
            weasyprint.Attachment(
                string=data,
                name=each["name"],
                description=each["says"],
                created=moment,
                modified=moment,
                relationship="Data",
                url_fetcher=_fetcher(),
            )
        )
    return made


# --- The finisher: PDF/UA-1 beside PDF/A-3a ------------------------------------------------------------

END_OF_METADATA = b"</rdf:RDF>"
# PDF/A allows a metadata field that it does not know only where the file itself describes it.
PDF_UA = b"""<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" pdfuaid:part="1"/>
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
  xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
 <pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
  <pdfaSchema:schema>PDF/UA identification</pdfaSchema:schema>
  <pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
  <pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
  <pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
   <pdfaProperty:name>part</pdfaProperty:name>
   <pdfaProperty:valueType>Integer</pdfaProperty:valueType>
   <pdfaProperty:category>internal</pdfaProperty:category>
   <pdfaProperty:description>The part of ISO 14289 that the file follows</pdfaProperty:description>
  </rdf:li></rdf:Seq></pdfaSchema:property>
 </rdf:li></rdf:Bag></pdfaExtension:schemas>
</rdf:Description>
"""


def _finish(_document: Any, pdf: Any) -> None:
    """What WeasyPrint leaves to do for PDF/UA-1: say so in the metadata, and give each list item a body."""
    metadata = pdf.objects[int(pdf.catalog["Metadata"].split()[0])]
    before, after = metadata.stream[0].split(END_OF_METADATA)
    metadata.stream[0] = before + PDF_UA + END_OF_METADATA + after
    metadata.compress = False
    for item in [each for each in pdf.objects if isinstance(each, dict) and each.get("S") == "/LI"]:
        _give_body(pdf, item)


def _give_body(pdf: Any, item: Any) -> None:
    """Put what stands in a list item beside its label, such as paragraphs, into one LBody element."""
    import pydyf

    children = {reference: pdf.objects[int(reference.split()[0])] for reference in item["K"]}
    loose = [reference for reference, child in children.items() if child.get("S") not in {"/Lbl", "/LBody"}]
    if not loose:
        return
    body = pydyf.Dictionary({"Type": "/StructElem", "S": "/LBody", "K": pydyf.Array(loose), "P": item.reference})
    pdf.add_object(body)
    for reference in loose:
        children[reference]["P"] = body.reference
    item["K"] = pydyf.Array([reference for reference in item["K"] if reference not in loose] + [body.reference])
