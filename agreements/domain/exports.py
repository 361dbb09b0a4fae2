"""A signed agreement as files to keep: the sealed PDF, its text and record as data, and the ledger. Reads only."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterable

from django.utils.translation import gettext as _

from agreements.domain.editions import latest_signed
from agreements.models import Edition, SealFile
from ledger.models import Event
from partners.models import Partnership


class NothingToExport(Exception):
    """There is no sealed agreement yet; the message says what is missing."""


def files_of(partnership: Partnership, *, number: int | None = None) -> dict[str, bytes]:
    """File name to bytes: agreement.pdf, agreement.json, ledger.json. The newest signed edition unless one is named."""
    edition = _edition(partnership, number)
    return {
        "agreement.pdf": bytes(sealed_file(edition).pdf),
        "agreement.json": bytes(edition.canonical),
        "ledger.json": json.dumps(ledger_of(partnership), ensure_ascii=False, indent=1).encode(),
    }


def files_of_several(partnerships: Iterable[Partnership]) -> tuple[dict[str, bytes], dict[str, str]]:
    """Each partnership's files in a folder of its own, and why there are none, by slug, of those that have none. Where
    there is anything, manifest.txt says both."""
    packed: dict[str, bytes] = {}
    there: list[str] = []
    missing: dict[str, str] = {}
    for partnership in partnerships:
        try:
            files = files_of(partnership)
        except NothingToExport as nothing:
            missing[partnership.slug] = str(nothing)
            continue
        there.append(partnership.slug)
        packed |= {f"{partnership.slug}/{name}": data for name, data in files.items()}
    return packed | ({"manifest.txt": _manifest(there, missing)} if packed else {}), missing


def _manifest(there: list[str], missing: dict[str, str]) -> bytes:
    lines = [_("In this archive:"), *(f"- {slug}" for slug in there)]
    lines += ["", _("Not in this archive:"), *(f"- {slug}: {why}" for slug, why in missing.items())] if missing else []
    return "\n".join([*lines, ""]).encode()


def zipped(files: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return packed.getvalue()


def _edition(partnership: Partnership, number: int | None) -> Edition:
    agreement = getattr(partnership, "agreement", None)
    if agreement is None:
        raise NothingToExport(_("“%(slug)s” has no agreement.") % {"slug": partnership.slug})
    signed = agreement.editions.filter(number=number, in_force_at__isnull=False).first() if number else None
    edition = signed if number else latest_signed(agreement)
    if edition is None:
        raise NothingToExport(
            _("The agreement of “%(slug)s” is not signed by both parties.") % {"slug": partnership.slug}
        )
    return edition


def sealed_file(edition: Edition) -> SealFile:
    """The file to hand out: with the timestamp where there is one. Raises NothingToExport while the seal waits."""
    file = SealFile.objects.filter(seal__edition=edition).order_by("-made_at", "-pk").first()
    if file is None:
        problem = edition.seal.problem if hasattr(edition, "seal") else ""
        waits = _("Edition %(number)s is signed; its seal still waits to be made.") % {"number": edition.number}
        raise NothingToExport(f"{waits} {problem}".strip())
    return file


def ledger_of(partnership: Partnership) -> list[dict[str, object]]:
    """The whole chain of a partnership: links, and what each event says where that was not erased."""
    events = Event.objects.filter(chain=partnership.pk).order_by("sequence").select_related("content")
    return [_event(event) for event in events]


def _event(event: Event) -> dict[str, object]:
    content = getattr(event, "content", None)
    return {
        "chain": str(event.chain),
        "sequence": event.sequence,
        "prev": event.prev,
        "digest": event.digest,
        "kind": event.kind,
        "actor": str(event.actor) if event.actor else None,
        "at": event.at.isoformat(),
        "content_digest": event.content_digest,
        "salt": content.salt if content else None,
        "payload": content.payload if content else None,
    }
