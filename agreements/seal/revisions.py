"""What may follow a seal: a few timestamps with their own field objects and what proves them (DSS), and nothing else.

pyHanko's own comparison lets an update also change the title, metadata and marks, and add objects that nothing uses.
And it reads every object of the file to find out who uses it, which takes a minute for a long agreement (decision 21).
Here each object that a revision writes must be one that a timestamp needs, and say no more than it needs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pyhanko.pdf_utils.generic import DictionaryObject, Reference
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import HistoricalResolver, PdfFileReader
from pyhanko.sign.diff_analysis import DSSCompareRule, SuspiciousModification

from agreements.seal.verdict import Bad

MOST_TIMESTAMPS = 3
MOST_REVISIONS = 2 * MOST_TIMESTAMPS  # what proves a timestamp may stand in a revision of its own
LONGEST_FIELD_NAME = 40
# How a revision is written down, as against what it says.
OF_THE_TABLE = {"/Prev", "/Size", "/ID", "/Type", "/W", "/Index", "/Length", "/Filter", "/DecodeParms"}
FIELD = {"/FT", "/T", "/TU", "/Type", "/Subtype", "/F", "/Rect", "/V", "/P"}
TIMESTAMP = {"/Type", "/Filter", "/SubFilter", "/Contents", "/ByteRange"}


class TimestampWriter(IncrementalPdfFileWriter):
    """Adds a timestamp and nothing else: pyHanko would also note in the file's metadata when that was."""

    def _update_meta(self) -> None:
        return


def require_only_timestamps(reader: PdfFileReader, sealed: int, *, noted: bool = False) -> None:
    """No revision after the sealed one writes anything but a timestamp and its proof. Raises Bad.

    Before version 0.2 our own timestamps noted in the metadata when they were made: `noted` lets that pass, too.
    """
    if reader.total_revisions - 1 - sealed > MOST_REVISIONS:
        raise Bad("added after")
    old = reader.get_historical_resolver(sealed)
    for number in range(sealed + 1, reader.total_revisions):
        new = reader.get_historical_resolver(number)
        try:
            needed = set(_needed(old, new)) | (set(_metadata(old, new)) if noted else set())
        except SuspiciousModification as suspicious:
            raise Bad("added after") from suspicious
        if new.refs_freed_in_revision() or not new.explicit_refs_in_revision() <= needed:
            raise Bad("added after")
        old = new


def _needed(old: HistoricalResolver, new: HistoricalResolver) -> Iterator[Reference]:
    """The objects that the timestamps of this revision need, each held to what it may say. Raises Bad."""
    _require_same(old.trailer_view, new.trailer_view, but=OF_THE_TABLE)
    _require_same(old.root, new.root, but={"/AcroForm", "/DSS"})
    yield new.root_ref
    table = new.reader.xrefs.get_xref_container_info(new.revision).stream_ref
    if table is not None:
        yield _new(old, table)
    if "/DSS" in new.root:
        proof = {update.updated_ref for update in DSSCompareRule().apply(old, new)}
        yield from (each if _stays(old.root, new.root, "/DSS", each) else _new(old, each) for each in proof)
    yield from _form(old, new)


def _metadata(old: HistoricalResolver, new: HistoricalResolver) -> Iterator[Reference]:
    places = ((old.trailer_view, new.trailer_view, "/Info"), (old.root, new.root, "/Metadata"))
    for before, after, key in places:
        if key in after and _is_reference(after, key) and _stays(before, after, key, after.raw_get(key).reference):
            yield after.raw_get(key).reference


def _form(old: HistoricalResolver, new: HistoricalResolver) -> Iterator[Reference]:
    before, after = old.root["/AcroForm"], new.root["/AcroForm"]
    _require_same(before, after, but={"/Fields"})
    if _is_reference(new.root, "/AcroForm"):
        form = new.root.raw_get("/AcroForm").reference
        if not _stays(old.root, new.root, "/AcroForm", form):
            raise Bad("added after")
        yield form
    fields = _added(before, after, "/Fields")
    for field in fields:
        yield _new(old, field)
        yield _new(old, _timestamp(new(field)))
    yield from _pages(old, new, fields)


def _timestamp(field: DictionaryObject) -> Reference:
    """What an invisible field holds that says nothing else: a timestamp. /TU is what a screen reader reads."""
    value, name = field["/V"], field["/T"]
    if len(name) > LONGEST_FIELD_NAME or field.get("/TU", name) not in {name, "Timestamp"}:
        raise Bad("added after")
    nowhere = [float(number) for number in field["/Rect"]] == [0, 0, 0, 0]
    if field["/FT"] != "/Sig" or not nowhere or not set(field) <= FIELD:
        raise Bad("added after")
    if value["/Type"] != "/DocTimeStamp" or not set(value) <= TIMESTAMP:
        raise Bad("added after")
    held: Reference = field.raw_get("/V").reference
    return held


def _pages(old: HistoricalResolver, new: HistoricalResolver, fields: list[Reference]) -> Iterator[Reference]:
    """The pages that the new fields stand on: their list of annotations grows by these fields."""
    for reference in {new(field).raw_get("/P").reference for field in fields if "/P" in new(field)}:
        before, after = old(reference), new(reference)
        _require_same(before, after, but={"/Annots"})
        if not set(_added(before, after, "/Annots")) <= set(fields):
            raise Bad("added after")
        yield reference
        if _is_reference(after, "/Annots"):
            listed = after.raw_get("/Annots").reference
            yield listed if _stays(before, after, "/Annots", listed) else _new(old, listed)


def _new(old: HistoricalResolver, reference: Reference) -> Reference:
    """An object that was not there before: what was there may be in use elsewhere. Raises Bad."""
    if not old.is_ref_unassignable(reference):
        raise Bad("added after")
    return reference


def _stays(before: DictionaryObject, after: DictionaryObject, key: str, reference: Reference) -> bool:
    """Whether this is the object that the entry named before, and names still."""
    named = [repr(each.raw_get(key)) if key in each else "" for each in (before, after)]
    return named[0] == named[1] and _is_reference(after, key) and after.raw_get(key).reference == reference


def _added(before: DictionaryObject, after: DictionaryObject, key: str) -> list[Reference]:
    """The references at the end of a list that were not there before. Raises Bad where the list changed otherwise."""
    was, is_now = (_references(each.get(key, [])) for each in (before, after))
    if is_now[: len(was)] != was or (key in before and _is_reference(before, key) != _is_reference(after, key)):
        raise Bad("added after")
    return is_now[len(was) :]


def _references(listed: Iterable[object]) -> list[Reference]:
    return [listed.raw_get(place).reference for place in range(len(listed))]  # type: ignore[arg-type,attr-defined]


def _is_reference(holder: DictionaryObject, key: str) -> bool:
    return hasattr(holder.raw_get(key), "reference")


def _require_same(before: DictionaryObject, after: DictionaryObject, *, but: set[str]) -> None:
    if _said(before, but) != _said(after, but):
        raise Bad("added after")


def _said(holder: DictionaryObject, but: set[str]) -> dict[str, str]:
    """Each entry as it stands; what it refers to is an object of its own."""
    return {key: repr(holder.raw_get(key)) for key in holder if key not in but}
