"""The message that an archive is ready: of signed agreements, or of a partnership whole."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mail.models import OutboxMail
from mail.outbox import Message, absolute, queue_for_each, register
from partners.dates import moment_words
from partners.domain.names import both_names
from programs.domain.exports import may_have
from programs.models import Export, ExportContents

READY = "export ready"
KEPT = timedelta(days=30)


def notify_of_export(export: Export, *, now: datetime) -> None:
    about = {"export": str(export.pk)}
    more = {"chain": export.program.chain} if export.program else {}
    queue_for_each([export.asked_by], key=f"{READY}:{export.pk}", kind=READY, about=about, now=now, **more)


@register(READY, kept=KEPT)
def export_ready(queued: OutboxMail) -> Message | None:
    """For who asked, as long as it is there and theirs to have."""
    export = Export.objects.filter(pk=queued.about["export"]).select_related("asked_by", "program").first()
    if export is None or export.made_at is None or not may_have(export):
        return None
    zone = export.asked_by.zone(export.program.zone) if export.program else None
    until = moment_words(export.expires_at, zone) if zone else f"{export.expires_at:%Y-%m-%d %H:%M} UTC"
    ends = _("You can download it until %(moment)s. The link works for you alone.") % {"moment": until}
    if export.contents != ExportContents.SIGNED:
        return _of_records(export, ends)
    return Message(
        subject=_("Your archive of signed agreements is ready"),
        paragraphs=[
            _there(export),
            ends,
            _("The fingerprint of its manifest.json: %(digest)s") % {"digest": export.manifest_sha256},
        ],
        button=(_("Open exports"), absolute(page_of(export))),
        about=export.program.name if export.program else "",
    )


def _of_records(export: Export, ends: str) -> Message:
    """For a records request: what is in it, and that somebody must read it before it is handed out."""
    whole = _("It holds all that is kept of the partnership, and nothing was taken out of it.")
    redacted = _(
        "It holds the partnership whole, without contact data and what may name residents. redactions.json lists each "
        "place. A name in the middle of a sentence is not found by its form: read the rest before you hand it out."
    )
    return Message(
        subject=_("The records that you asked for are ready"),
        paragraphs=[
            redacted if export.contents == ExportContents.REDACTED else whole,
            ends,
            _("The fingerprint of its SHA256SUMS: %(digest)s") % {"digest": export.manifest_sha256},
        ],
        button=(_("Open the records"), absolute(page_of(export))),
        about=both_names(export.partnerships.get()),
    )


def page_of(export: Export) -> str:
    """Where its link stands."""
    if export.contents != ExportContents.SIGNED:
        partnership = export.partnerships.select_related("program").get()
        return reverse("partnership_records", args=[partnership.program.slug, partnership.slug])
    if export.program is None:
        return reverse("admin:programs_export_changelist")
    return reverse("program_exports", args=[export.program.slug])


def _there(export: Export) -> str:
    """How many of those that were chosen are in it."""
    count = export.agreements or 0
    says = ngettext(
        "It holds what is signed and sealed of %(n)s partnership, of %(total)s that you chose.",
        "It holds what is signed and sealed of %(n)s partnerships, of %(total)s that you chose.",
        count,
    )
    told = says % {"n": count, "total": export.total}
    return told if count == export.total else told + " " + _("The manifest names the others, and says why.")
