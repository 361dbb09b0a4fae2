"""What an archive of signed agreements holds of each partnership, and who may have it. Reads only.

Staff read what was signed, and the facts: no draft, no comment, no word that two sides said to each other. So it is in
an archive: of a ledger, every event is there with its fingerprint, and what it says where staff may read that.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from agreements.domain.editions import in_utc, record_of
from agreements.domain.exports import NothingToExport, ledger_of, sealed_file
from agreements.models import Agreement, Edition
from agreements.states import SIGNED
from ledger.canonical import digest_of_bytes
from partners.domain.names import both_names
from partners.models import Partnership
from partners.rules import runs, says_who_signs_in
from programs.archive import verify
from programs.archive.folder import Entry, PackedFile, WorkFolder
from programs.archive.names import AGREEMENTS, file_names, folder_name
from programs.models import Export

SCHEMA = 1
# What these events say stands in the signed PDF too, or is a fact that staff always see.
OPEN_EVENTS = frozenset(
    {
        *("partnership.created", "edition.opened", "edition.signed", "agreement.in_force"),
        *("edition.sealed", "edition.timestamped", "erased"),
    }
)


def may_have(export: Export) -> bool:
    """Whether whoever asked may still have it: staff of the program, or who runs this site."""
    if export.program_id is None:
        return says_who_signs_in(export.asked_by)
    return runs(export.asked_by, export.program_id)


@dataclass
class Packed:
    """Of one partnership: what the manifest says of it, and its files by their names in its folder."""

    entry: Entry
    folder: str
    files: dict[str, bytes] = field(default_factory=dict)

    def add(self, name: str, data: bytes) -> dict[str, object]:
        """Take a file along; what the manifest says of it."""
        self.files[name] = data
        return PackedFile(f"{self.folder}/{name}", len(data), digest_of_bytes(data))._asdict()


def packed(partnership: Partnership, number: int) -> Packed:
    """What there is to pack of it: each signed edition that is sealed. What is not there is named, with the reason."""
    found = Packed(_about(partnership), f"{AGREEMENTS}/{folder_name(number, partnership.slug)}")
    agreement: Agreement | None = getattr(partnership, "agreement", None)
    signed = list(agreement.editions.filter(state__in=SIGNED).order_by("number")) if agreement else []
    for edition in signed:
        try:
            found.entry["editions"].append(_edition(found, edition))
        except NothingToExport as nothing:
            found.entry["missing"].append({"edition": edition.number, "why": str(nothing)})
    if not signed:
        found.entry["missing"].append({"edition": None, "why": _why_nothing(agreement)})
    if found.files:
        found.entry |= {"folder": found.folder, "ledger": _ledger(found, partnership)}
    return found


def _about(partnership: Partnership) -> Entry:
    agreement: Agreement | None = getattr(partnership, "agreement", None)
    return {
        "partnership": str(partnership.pk),
        "name": partnership.slug,
        "names": both_names(partnership),
        "organizations": {one.party: one.name for one in partnership.organizations.all()},
        "program": partnership.program.name,
        "state": str(agreement.state) if agreement else None,
        "folder": None,
        "editions": [],
        "ledger": None,
        "missing": [],
    }


def _why_nothing(agreement: Agreement | None) -> str:
    if agreement is None:
        return _("It has no agreement.")
    return _("The agreement is not signed by both parties.")


def _edition(found: Packed, edition: Edition) -> Entry:
    """Raises NothingToExport while its seal waits."""
    names, sealed = file_names(edition.number), sealed_file(edition)
    record = json.dumps(record_of(edition), ensure_ascii=False, indent=1, sort_keys=True)
    files = {"pdf": bytes(sealed.pdf), "text": bytes(edition.canonical), "record": record.encode()}
    return {
        "number": edition.number,
        "state": str(edition.state),
        "in_force_at": in_utc(edition.in_force_at) if edition.in_force_at else None,
        "fingerprint": edition.digest,
        "code": edition.code,
        "sealed_at": in_utc(sealed.made_at),
        "level": sealed.level,
        "files": {what: found.add(names[what], data) for what, data in files.items()},
    }


def _ledger(found: Packed, partnership: Partnership) -> Entry:
    events = [_as_staff_may_read(event) for event in ledger_of(partnership)]
    data = json.dumps(events, ensure_ascii=False, indent=1).encode()
    return {
        "file": found.add("ledger.json", data),
        "events": len(events),
        "without_words": sum(event["salt"] is None for event in events),
        "head": events[-1]["digest"] if events else None,
    }


def _as_staff_may_read(event: dict[str, Any]) -> dict[str, Any]:
    """Without its words, where they are for the two sides alone: the chain holds without them."""
    return event if event["kind"] in OPEN_EVENTS else event | {"salt": None, "payload": None}


# --- The archive as a whole ---------------------------------------------------------------------------------------


def closing_files(work: WorkFolder, *, program: str, by: str, now: datetime) -> list[PackedFile]:
    """What stands beside the folders, the manifest last: it names all others."""
    check = work.write("verify.py", [Path(verify.__file__).read_text()])
    read_me = work.write("README.txt", list(_read_me(work.entries(), program)))
    head: dict[str, object] = {
        "schema": SCHEMA,
        "what": "signed agreements",
        "program": program,
        "made_at": in_utc(now),
        "made_for": by,
        "product": "TOPcities Partnership",
        "files": [check._asdict(), read_me._asdict()],
    }
    manifest = work.write("manifest.json", _manifest(head, work.entries()))
    return [check, read_me, manifest]


def _manifest(head: dict[str, object], entries: Iterable[Entry]) -> Iterator[str]:
    """JSON, an agreement at a time: of ten thousand, one is held."""
    yield json.dumps(head, ensure_ascii=False, indent=1).removesuffix("\n}") + ',\n "agreements": ['
    for place, entry in enumerate(entries):
        yield (",\n" if place else "\n") + json.dumps(entry, ensure_ascii=False, indent=1)
    yield "\n ]\n}\n"


def _read_me(entries: Iterable[Entry], program: str) -> Iterator[str]:
    """For people: what is in it, and what is not and why. Lines end as Windows wants them too."""
    lines = [
        _("Signed agreements: %(program)s") % {"program": program},
        "",
        _("To check that all of it is as it was signed, with Python 3.8 or later and nothing else:"),
        "",
        "    python3 verify.py",
        "",
        _("It says OK, or names the file that is not as it was. What it checks stands at the top of verify.py."),
        _("Of each ledger the words between the two parties are left out; their fingerprints are there."),
        "",
        _("In this archive, and not in it:"),
        "",
    ]
    yield from (f"{line}\r\n" for line in lines)
    for entry in entries:
        numbers = ", ".join(str(edition["number"]) for edition in entry["editions"])
        if numbers:
            yield f"+ {entry['names']}: {entry['folder']}: " + _("edition %(numbers)s") % {"numbers": numbers} + "\r\n"
        for one in entry["missing"]:
            yield f"- {entry['names']}: {one['why']}\r\n"


def files_in(work: WorkFolder, closing: Iterable[PackedFile]) -> Iterator[PackedFile]:
    """Every file of the archive, what people look for first at its beginning."""
    yield from closing
    for entry in work.entries():
        yield from files_of(entry)


def files_of(entry: Entry) -> Iterator[PackedFile]:
    for edition in entry["editions"]:
        yield from (PackedFile(**file) for file in edition["files"].values())
    if entry["ledger"]:
        yield PackedFile(**entry["ledger"]["file"])
