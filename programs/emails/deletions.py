"""What both sides' leads are told of a deletion: that somebody asked for it, and that it was taken back. One text for
both sides."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _

from mail.models import OutboxMail
from mail.outbox import Message, absolute, queue_for_each, register
from partners.dates import moment_words
from partners.models import Partnership, Person, Program
from programs.domain.record_words import GOES, STAYS
from programs.models import Deletion, RecordKind

ASKED, TAKEN_BACK = "deletion asked", "deletion taken back"
KEPT = timedelta(days=30)


def notify_of_deletion(
    deletion: Deletion, partnership: Partnership, kind: str, *, to: Iterable[Person], now: datetime
) -> None:
    about = {"deletion": str(deletion.pk), "program": partnership.program_id}
    queue_for_each(to, key=f"{kind}:{deletion.pk}", kind=kind, about=about, chain=partnership.pk, now=now)


@register(ASKED, kept=KEPT)
def deletion_asked(queued: OutboxMail) -> Message | None:
    """None where it was taken back meanwhile. It may be done already: then the partnership is not there any more."""
    deletion, program = _deletion(queued), _program(queued)
    if deletion.taken_back_at:
        return None
    kind = RecordKind(deletion.kind)
    return Message(
        subject=_("Records of your partnership are to be deleted"),
        paragraphs=[
            _("%(who)s, who runs this site, asked for it on %(moment)s. The reason: “%(reason)s”")
            % {"who": deletion.asked_by.name, "moment": _at(deletion.asked_at, program), "reason": deletion.reason},
            _("What goes: %(what)s") % {"what": GOES[kind]},
            _when(deletion, program),
            _("What stays: %(what)s") % {"what": STAYS[kind]},
            _("The leads of both sides get this same mail. If something must be kept, write to %(address)s.")
            % {"address": program.contact_email},
        ],
        button=None if deletion.done_at else _to_page(deletion),
        reply_to=program.contact_email,
        about="" if queued.chain else deletion.name,
    )


@register(TAKEN_BACK, kept=KEPT)
def deletion_taken_back(queued: OutboxMail) -> Message | None:
    deletion, program = _deletion(queued), _program(queued)
    if deletion.taken_back_at is None or deletion.taken_back_by is None:
        return None
    says = _("%(who)s, who runs this site, took back on %(moment)s that records of your partnership be deleted.")
    at = _at(deletion.taken_back_at, program)
    return Message(
        subject=_("Records of your partnership are not deleted"),
        paragraphs=[
            says % {"who": deletion.taken_back_by.name, "moment": at},
            _("Nothing was deleted. All of it is where it was."),
            _("The leads of both sides get this same mail. If you have a question, write to %(address)s.")
            % {"address": program.contact_email},
        ],
        button=_to_page(deletion),
        reply_to=program.contact_email,
    )


def _when(deletion: Deletion, program: Program) -> str:
    if deletion.done_at:
        return _("It was done on %(moment)s.") % {"moment": _at(deletion.done_at, program)}
    says = _("It is done on %(moment)s, or before that when a second person who runs this site confirms it.")
    return says % {"moment": _at(deletion.due_at, program)}


def _at(moment: datetime, program: Program) -> str:
    """By the clocks of the program, for both sides."""
    return moment_words(moment, program.zone)


def _to_page(deletion: Deletion) -> tuple[str, str]:
    return _("Open your partnership"), absolute(reverse("partnership", args=[deletion.name]))


def _deletion(queued: OutboxMail) -> Deletion:
    return Deletion.objects.select_related("asked_by", "taken_back_by").get(pk=queued.about["deletion"])


def _program(queued: OutboxMail) -> Program:
    return Program.objects.get(pk=queued.about["program"])
