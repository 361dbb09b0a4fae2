"""Signed agreements that are sealed without being drawn: an archive copies what is kept, whatever it is."""

from __future__ import annotations

import hashlib
import json
import zipfile
import zlib
from datetime import datetime
from pathlib import Path

from django.core.files.storage import default_storage
from django.db import transaction

from agreements.domain.editions import record_of
from agreements.models import Agreement, Edition, Seal, SealFile
from ledger.record import append_event
from partners.models import Partnership, Person, Program
from programs.actions import ask_export
from programs.actions.archives import make_exports
from programs.models import Export
from tests.factories.people import NOW, make_program, staff_of
from tests.factories.sprints import signed_agreement


def sealed_agreement(program: Program | None = None) -> Agreement:
    """In force and sealed, in this program or one of its own."""
    agreement = signed_agreement()
    if program:
        Partnership.objects.filter(pk=agreement.partnership_id).update(program=program)
    for edition in Edition.objects.filter(agreement=agreement, seal__sealed_at=None):
        seal(edition)
    return Agreement.objects.select_related("partnership__program").get(pk=agreement.pk)


def seal(edition: Edition) -> SealFile:
    """As far as an archive and its check are concerned: the file carries the text and the record, and the ledger names
    its fingerprint."""
    attached = (bytes(edition.canonical), json.dumps(record_of(edition)).encode())
    pdf = b"%PDF-1.7\n" + b"".join(b"stream\n" + zlib.compress(one) + b"\nendstream\n" for one in attached)
    sha256 = hashlib.sha256(pdf).hexdigest()
    waiting = Seal.objects.get(edition=edition)
    Seal.objects.filter(pk=waiting.pk).update(sealed_at=NOW)
    payload = {"edition": edition.digest, "number": edition.number, "file": sha256}
    with transaction.atomic():
        append_event(chain=edition.agreement.partnership_id, kind="edition.sealed", by=None, at=NOW, payload=payload)
    return SealFile.objects.create(seal=waiting, pdf=pdf, sha256=sha256, level="B-B", sealer="0" * 64, made_at=NOW)


def program_with(count: int) -> Program:
    """So many sealed agreements in one program."""
    program = make_program()
    for _ in range(count):
        sealed_agreement(program)
    return program


def asked(program: Program, *, by: Person | None = None, **more: object) -> Export:
    return ask_export(by=by or staff_of(program), program=program, now=NOW, **more)


def made(export: Export, *, now: datetime = NOW) -> Export:
    make_exports(clock=lambda: now)
    export.refresh_from_db()
    assert export.made_at == now
    return export


def unpacked(export: Export, tmp_path: Path) -> Path:
    folder = tmp_path / "unpacked"
    with default_storage.open(export.stored_as) as file, zipfile.ZipFile(file) as packed:
        packed.extractall(folder)
    return folder
