"""A signed agreement as files to keep: the sealed PDF, its text and record as data, and the ledger. Reads only."""

from __future__ import annotations

import json

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
