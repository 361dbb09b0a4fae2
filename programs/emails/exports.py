"""The message that an archive is ready."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mail.models import OutboxMail
from mail.outbox import Message, absolute, queue_for_each, register
from partners.dates import moment_words
from programs.domain.exports import may_have
from programs.models import Export

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
    return Message(
        subject=_("Your archive of signed agreements is ready"),
        paragraphs=[
            _there(export),
            _("You can download it until %(moment)s. The link works for you alone.") % {"moment": until},
            _("The fingerprint of its manifest.json: %(digest)s") % {"digest": export.manifest_sha256},
        ],
        button=(_("Open exports"), absolute(page_of(export))),
        about=export.program.name if export.program else "",
    )


def page_of(export: Export) -> str:
    """Where its link stands."""
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
