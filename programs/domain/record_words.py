"""What goes with a deletion of records, and what stays, in words and numbers. Reads only."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from mail.models import OutboxMail
from partners.models import Partnership
from programs.domain.record_rows import file_names
from programs.domain.retention import counted, records_of, words_of
from programs.models import RecordKind

GOES: dict[RecordKind, Promise] = {
    RecordKind.WORK: _(
        "the work of the sprint: milestones, evidence and its files, research, meetings, decisions, datasets, and what "
        "the history says of them."
    ),
    RecordKind.ALL: _(
        "the partnership whole: the agreement with its editions, signatures, sealed PDFs and scans, the work of the "
        "sprint, seats, mails, and what the history says."
    ),
}
STAYS: dict[RecordKind, Promise] = {
    RecordKind.WORK: _(
        "the agreement with its editions and sealed PDFs, who takes part, and in the history that something happened "
        "and when, without its words."
    ),
    RecordKind.ALL: _(
        "people's accounts, copies that somebody downloaded, and in the ledger that something happened and when, "
        "without its words."
    ),
}
# Tables that people know, in the order in which they look for them. The rest is counted together.
NOUNS: dict[str, Promise] = {
    "partners.Seat": _("Seats of people"),
    "agreements.Wording": _("Wordings of clauses"),
    "agreements.Edition": _("Editions of the agreement"),
    "agreements.Signature": _("Signatures"),
    "agreements.SealFile": _("Sealed PDFs"),
    "agreements.PaperCopy": _("Scans of signed paper"),
    "sprints.Milestone": _("Milestones"),
    "sprints.Evidence": _("Pieces of evidence"),
    "sprints.Dataset": _("Datasets"),
    "sprints.Finding": _("Findings"),
    "sprints.Meeting": _("Meetings"),
    "sprints.Decision": _("Decisions"),
    "sprints.CheckIn": _("Check-ins"),
    "sprints.SignOff": _("Sign-offs"),
}


@dataclass(frozen=True)
class RecordPreview:
    """What would go: `lines` in words, with how many; `tables` names each table as the database does."""

    kind: RecordKind
    lines: list[tuple[Promise, int]]
    tables: dict[str, int]

    @property
    def stays(self) -> Promise:
        return STAYS[self.kind]


def preview_of(partnership: Partnership, kind: RecordKind) -> RecordPreview:
    """As `records due` counts it, and the files, mails and words of the history that go with it."""
    found = records_of(partnership, kind)
    tables = counted(found)
    lines = [(noun, tables[label]) for label, noun in NOUNS.items() if label in tables]
    lines.append((_("Other rows that belong to them"), sum(tables.values()) - sum(count for _noun, count in lines)))
    lines.append((_("Files"), len(file_names(found))))
    if kind == RecordKind.ALL:
        lines.append((_("Mails"), OutboxMail.objects.filter(chain=partnership.pk).count()))
    lines.append((_("Events whose words go"), words_of(partnership, kind).count()))
    return RecordPreview(kind, lines, tables)
