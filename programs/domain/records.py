"""A partnership whole, for a records request: every row, file and event, and a list of what was taken out. Reads only.

Asked for with `redact`, contact data and what names residents is taken out, and a list says where. What a file says
that somebody handed in is not known here: such files stay out then, and are on the list.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from zipfile import ZIP_DEFLATED, ZipFile

from django.db.models import BinaryField, EmailField, Field, FileField, Model

from agreements.domain.exports import ledger_of
from agreements.models import Edition, SealFile
from mail.models import OutboxMail
from partners.models import Partnership, Person
from programs.domain.record_rows import record_rows, rows_of
from sprints.models import SealedReport

REDACTED = "[redacted]"
# What lets somebody in, or is made anew by itself: no record of what was done.
SECRETS = frozenset({"nonce", "token_hash", "password", "message_id", "provider_id", "secret"})
MADE_ANEW = frozenset({"programs.wallrow", "sprints.calendarfeed", "programs.export_partnerships"})
CONTACT, RESIDENT, UNREAD = (
    "contact data",
    "may name a resident",
    "a file that was handed in: nobody read it for this",
)
WRITTEN = "a report in the two sides' own words: nobody read it for this"
# Words about single residents have these places, and no other form asks for them.
RESIDENTS = frozenset({"sprints.story.about", "sprints.consent.how", "sprints.runningorderitem.others"})
ADDRESSES = frozenset({"agreements.signature.address"})
EMAIL = re.compile(r"[^\s@<>\"']+@[^\s@<>\"']+\.[^\s@<>\"',;)]+")
PHONE = re.compile(r"(?<![\w-])(?!\d{4}-\d\d-\d\d)[+(]*(?:\d[\s().-]{0,2}){9,14}\d(?![\w-])")
PEOPLE = ("id", "name", "title", "email", "language")


class Redaction(NamedTuple):
    where: str
    why: str


@dataclass
class Records:
    """Into a zip file, a thing at a time. `sums`: the SHA-256 of each file by its name in it. `tell` is called after
    each row, and each piece of a file: whoever makes it says that it goes on."""

    target: ZipFile
    redact: bool
    tell: Callable[[], object] = lambda: None
    redactions: list[Redaction] = field(default_factory=list)
    sums: dict[str, str] = field(default_factory=dict)
    people: set[Any] = field(default_factory=set)

    def write(self, partnership: Partnership) -> str:
        """The SHA-256 of the file that names those of all others."""
        for model, ids in sorted(record_rows(one_row(partnership)).items(), key=lambda found: found[0]._meta.label):
            if model._meta.label_lower not in MADE_ANEW:
                self._table(model, ids)
        self._json("rows/mail.json", (self._row(one) for one in OutboxMail.objects.filter(chain=partnership.pk)))
        self._json("rows/people.json", (self._person(one) for one in rows_of(Person, self.people)))
        self._json("ledger.json", (self._event(event) for event in ledger_of(partnership)))
        self._json("redactions.json", (one._asdict() for one in self.redactions))
        sums = "".join(f"{digest}  {name}\n" for name, digest in self.sums.items())
        self.target.writestr("SHA256SUMS", sums, ZIP_DEFLATED)
        return hashlib.sha256(sums.encode()).hexdigest()

    def _table(self, model: type[Model], ids: Iterable[Any]) -> None:
        self._json(f"rows/{model._meta.label_lower}.json", (self._row(row) for row in rows_of(model, ids)))

    def _row(self, row: Model) -> dict[str, Any]:
        said = {}
        for one in row._meta.concrete_fields:
            if one.name not in SECRETS:
                said[one.name] = self._value(row, one, getattr(row, one.attname))
            if one.related_model is Person and getattr(row, one.attname):
                self.people.add(getattr(row, one.attname))
        self.tell()
        return said

    def _value(self, row: Model, one: Field[Any, Any], value: Any) -> Any:
        where = f"{row._meta.label_lower} {row.pk}: {one.name}"
        if isinstance(one, BinaryField | FileField):
            return self._file(row, one, value, where) if value else None
        if self.redact and value:
            if f"{row._meta.label_lower}.{one.name}" in RESIDENTS:
                return self._taken_out(where, RESIDENT)
            if isinstance(one, EmailField) or f"{row._meta.label_lower}.{one.name}" in ADDRESSES:
                return self._taken_out(where, CONTACT)
        return self.cleared(value, where)

    def _file(self, row: Model, one: Field[Any, Any], value: Any, where: str) -> str | None:
        """Its name in the archive."""
        if self.redact and (why := self._why_out(row)):
            return self._taken_out(where, why)
        name, digest = f"files/{row._meta.model_name}-{row.pk}-{one.name}", hashlib.sha256()
        chunks = value.chunks() if isinstance(one, FileField) else [bytes(value)]
        with self.target.open(name, "w", force_zip64=True) as file:
            for chunk in chunks:
                digest.update(chunk)
                file.write(chunk)
                self.tell()
        self.sums[name] = digest.hexdigest()
        return name

    def _why_out(self, row: Model) -> str:
        """Of what both signed the text is known: it stays in whole, or not at all. Of other files nothing is."""
        edition = row.seal.edition if isinstance(row, SealFile) else row
        if not isinstance(edition, Edition):
            return WRITTEN if isinstance(row, SealedReport) else UNREAD
        text = bytes(edition.canonical).decode()
        return CONTACT if Records(self.target, redact=True).cleared(text, "") != text else ""

    def cleared(self, value: Any, where: str) -> Any:
        """Without the addresses and numbers that stand in a text, or in the texts of a list."""
        if isinstance(value, dict):
            return {name: self.cleared(each, f"{where}.{name}") for name, each in value.items()}
        if isinstance(value, list):
            return [self.cleared(each, where) for each in value]
        if not self.redact or not isinstance(value, str):
            return value if value is None or isinstance(value, str | int | float) else str(value)
        clear = PHONE.sub(REDACTED, EMAIL.sub(REDACTED, value))
        if clear != value:
            self.redactions.append(Redaction(where, CONTACT))
        return clear

    def _taken_out(self, where: str, why: str) -> str:
        self.redactions.append(Redaction(where, why))
        return REDACTED

    def _person(self, person: Person) -> dict[str, Any]:
        said: dict[str, Any] = {name: str(getattr(person, name)) for name in PEOPLE}
        if self.redact:
            said["email"] = self._taken_out(f"partners.person {person.pk}: email", CONTACT)
        return said

    def _event(self, event: dict[str, Any]) -> dict[str, Any]:
        """What it says is there whole, or not at all: its fingerprint is that of the whole."""
        payload, where = event["payload"], f"event {event['sequence']} of the ledger"
        if not self.redact or payload is None:
            return event
        if "story" in payload:
            self._taken_out(where, RESIDENT)
        elif Records(self.target, redact=True).cleared(payload, "") != payload:
            self._taken_out(where, CONTACT)
        else:
            return event
        return event | {"salt": None, "payload": None}

    def _json(self, name: str, rows: Iterable[Any]) -> None:
        digest = hashlib.sha256()
        lines = list(_lines(rows))  # first: a file that a row holds is written on the way
        with self.target.open(name, "w", force_zip64=True) as file:
            for line in lines:
                digest.update(line)
                file.write(line)
        self.sums[name] = digest.hexdigest()


def _lines(rows: Iterable[Any]) -> Iterator[bytes]:
    """A JSON list, a row on each line."""
    place = None
    for place, row in enumerate(rows):
        yield ((",\n " if place else "[\n ") + json.dumps(row, ensure_ascii=False, default=str)).encode()
    yield b"\n]\n" if place is not None else b"[]\n"


def one_row(partnership: Partnership) -> Any:
    return Partnership.objects.filter(pk=partnership.pk)
