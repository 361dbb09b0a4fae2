"""A Word file or plain text, as lines with what each looks like: a heading, an item of a list, or a paragraph. Pure.

A Word file comes from a stranger: it is a ZIP file of XML, which may unpack without end, name files and addresses, or
hold entities that grow. It is measured first (sprints/files.py), then read in the sandbox, with bounds on memory and
time, by a parser that opens nothing and resolves nothing (ECMA-376, part 1, says where the words stand).
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files import File
from django.utils.translation import gettext as _

from agreements.pdf.sandbox import MEGABYTE, Sandbox, SandboxBusy, SandboxFailed, WorkRefused
from sprints.files import checked_file
from text.fields import LATER

LARGEST = 4 * MEGABYTE  # of the file, and of what of a text is read
LARGEST_PART = 16 * MEGABYTE  # of one member, unpacked
MOST_LINES = 2_000
MOST_PARAGRAPHS = 10 * MOST_LINES  # with those that say nothing
ACCEPTS = ".docx,.txt,.md"
SECONDS = 10
HEADING, ITEM, TEXT = "heading", "item", "text"
SHORT = 70  # characters: a line that may be a heading
MARKED = re.compile(r"(?P<heading>#{1,6}\s+)|(?P<item>[-*•–]\s+|\(?\d{1,3}[.)]\s+)")

_child = Sandbox("programs.documents:read_word", seconds=SECONDS, memory=768 * MEGABYTE, recycle_at=250 * MEGABYTE)


@dataclass(frozen=True)
class DocumentLine:
    kind: str
    text: str


@dataclass(frozen=True)
class Document:
    """`unread`: how many there are of what was not read, by a word for it (`UNREAD`); "more": it goes on."""

    name: str
    lines: list[DocumentLine]
    unread: dict[str, int]


def read_document(file: File[Any]) -> Document:
    """Raises ValidationError, in words, for what is too large, damaged, or neither a Word file nor plain text."""
    data, name = file.read(LARGEST + 1), file.name or ""
    if len(data) > LARGEST:
        raise ValidationError(_("The file is larger than 4 MB. Leave pictures out of it, then try again."))
    checked = checked_file(data, name)
    if checked.kind == "docx":
        return _word(data, checked.name)
    if checked.kind in {"txt", "md"}:
        lines = list(islice(_plain(_decoded(data)), MOST_LINES + 1))
        return Document(checked.name, lines[:MOST_LINES], {"more": 1} if len(lines) > MOST_LINES else {})
    raise ValidationError(_("Choose a Word file (.docx) or plain text (.txt). Save others as one of these."))


def _decoded(data: bytes) -> str:
    for encoding in ("utf-8-sig", "utf-16") if data[:2] in {b"\xff\xfe", b"\xfe\xff"} else ("utf-8-sig",):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return data.decode("cp1252", errors="replace")


def _plain(text: str) -> Iterator[DocumentLine]:
    for line in text.splitlines():
        if words := " ".join(line.split()):
            yield plain_line(words)


def plain_line(words: str) -> DocumentLine:
    """By its first signs: "# " a heading, "- " or "1. " an item. A short line that ends nothing may be a heading."""
    if found := MARKED.match(words):
        return DocumentLine(HEADING if found["heading"] else ITEM, words[found.end() :])
    is_heading = len(words) <= SHORT and words[-1] not in ".:;,?!]" and "[" not in words
    return DocumentLine(HEADING if is_heading else TEXT, words)


def _word(data: bytes, name: str) -> Document:
    try:
        bounds = {"most": LARGEST_PART, "lines": MOST_LINES, "paragraphs": MOST_PARAGRAPHS}
        read = json.loads(_child.call(bounds, data))
    except WorkRefused as refused:
        says = {
            "entities": _("This file holds definitions that a Word file does not need, so it was not read."),
            "large": _("This file unpacks to far more than an agreement. Copy its words into a new file."),
        }
        raise ValidationError(says.get(refused.code, _("This is no Word file that we can read."))) from refused
    except SandboxBusy as busy:
        says_busy = _("Others hand in files just now. Please try again in a minute.")
        raise ValidationError(says_busy, code=LATER) from busy
    except SandboxFailed as failed:
        raise ValidationError(_("This is no Word file that we can read.")) from failed
    return Document(name, [DocumentLine(*line) for line in read["lines"]], read["unread"])


# --- In the child -----------------------------------------------------------------------------------------------

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
# Not read, by the element that shows it.
UNREAD = {
    f"{W}tbl": "tables",
    f"{W}txbxContent": "text boxes",
    f"{W}drawing": "pictures",
    f"{W}pict": "pictures",
    f"{W}footnoteReference": "notes",
    f"{W}endnoteReference": "notes",
    f"{W}commentReference": "comments",
    f"{W}del": "deleted words",
    f"{W}ins": "inserted words",
    f"{W}moveFrom": "deleted words",
}
PASSED_OVER = {f"{W}txbxContent", f"{W}tbl", f"{W}del", f"{W}moveFrom"}


def read_word(job: dict[str, Any], body: bytes) -> bytes:
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as packed:
            parts = {
                name: _part(packed, f"word/{name}.xml", job["most"]) for name in ("document", "styles", "numbering")
            }
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise WorkRefused("damaged") from error
    if parts["document"] is None:
        raise WorkRefused("no words")
    unread: Counter[str] = Counter()
    styles, numbers = _styles(parts["styles"]), _numbers(parts["numbering"])
    lines: list[tuple[str, str]] = []
    for number, paragraph in enumerate(_paragraphs(parts["document"], unread)):
        if number == job["paragraphs"] or len(lines) == job["lines"]:
            unread["more"] += 1
            break
        if words := " ".join("".join(_words(paragraph, unread)).split()):
            lines.append((_kind(paragraph, words, styles, numbers), words))
    return json.dumps({"lines": lines, "unread": unread}).encode()


def _part(packed: zipfile.ZipFile, name: str, most: int) -> Any:
    """The root of one member's XML; None where it is not there."""
    from lxml import etree

    if name not in packed.namelist():
        return None
    with packed.open(name) as member:
        data = member.read(most + 1)
    if len(data) > most:
        raise WorkRefused("large")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise WorkRefused("damaged") from error
    if root.getroottree().docinfo.doctype:
        raise WorkRefused("entities")
    return root


def _paragraphs(root: Any, unread: Counter[str]) -> Iterator[Any]:
    """Those of the text itself, in order; of tables and text boxes none. Each element is met once."""
    from lxml import etree

    walk = etree.iterwalk(root, events=("start",))
    for _event, element in walk:
        if element.tag in PASSED_OVER:
            unread[UNREAD[element.tag]] += 1
        if element.tag in {f"{W}p", *PASSED_OVER}:
            walk.skip_subtree()
        if element.tag == f"{W}p":
            yield element


def _words(paragraph: Any, unread: Counter[str]) -> Iterator[str]:
    from lxml import etree

    walk = etree.iterwalk(paragraph, events=("start",))
    for _event, element in walk:
        if element.tag in UNREAD:
            unread[UNREAD[element.tag]] += 1
        if element.tag in PASSED_OVER:
            walk.skip_subtree()
        elif element.tag == f"{W}t":
            yield element.text or ""
        elif element.tag in {f"{W}tab", f"{W}br", f"{W}cr"}:
            yield " "


def _styles(root: Any) -> dict[str, str]:
    """The names of styles by their ids, in small letters: a heading is called "heading 1" in every language of Word."""
    found = root.iter(f"{W}style") if root is not None else ()
    return {style.get(f"{W}styleId", ""): _value(style.find(f"{W}name")).lower() for style in found}


def _numbers(root: Any) -> frozenset[str]:
    """The ids of numberings that are there: of lists."""
    return frozenset(one.get(f"{W}numId", "") for one in root.iter(f"{W}num")) if root is not None else frozenset()


def _value(element: Any) -> str:
    return element.get(f"{W}val", "") if element is not None else ""


def _kind(paragraph: Any, words: str, styles: dict[str, str], numbers: frozenset[str]) -> str:
    """By its style, its list, its bold letters; else by how it begins, as in plain text."""
    about = paragraph.find(f"{W}pPr")
    style = styles.get(_value(about.find(f"{W}pStyle")), "") if about is not None else ""
    if style.startswith(("heading", "title", "subtitle")):
        return HEADING
    number = about.find(f"{W}numPr/{W}numId") if about is not None else None
    if _value(number) in numbers or style.startswith("list"):
        return ITEM
    runs = [run for run in paragraph.iter(f"{W}r") if run.find(f"{W}t") is not None]
    if (
        runs
        and len(words) <= SHORT
        and words[-1] not in ".:"
        and all(run.find(f"{W}rPr/{W}b") is not None for run in runs)
    ):
        return HEADING
    line = plain_line(words)
    return TEXT if line.kind == HEADING else line.kind
