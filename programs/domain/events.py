"""What happened in this room, in words. A test compares the table with what the actions write."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# With the payload's own values in it. `who` begins the sentence on the page.
WORDS: dict[str, Promise] = {
    "note.written": _("wrote a note to both sides: “%(words)s”"),
    "note.taken_back": _("took back a note to both sides: “%(words)s”"),
    "publication.agreed": _("said that everybody may see a public page of this partnership"),
    "publication.began": _("said so too: the public page is open to everybody"),
    "publication.taken_back": _("took back that everybody may see the public page"),
    "publication.held_back": _("holds something back from the public page"),
    "publication.let_go": _("holds something back from the public page no more"),
    "retention.set": _("set for how many years records are kept"),
    "hold.placed": _("placed a legal hold: nothing of this partnership is deleted"),
    "hold.lifted": _("lifted the legal hold"),
    "deletion.asked": _("asked that records of this partnership be deleted"),
    "deletion.confirmed": _("confirmed that records are deleted"),
    "deletion.taken_back": _("took back that records are deleted"),
    "deletion.done": _("Records were deleted, and their words in this history"),
    "records.taken": _("took out all records of this partnership, for a records request"),
    "records.exported": _("All records of this partnership were handed out, for a records request"),
    "export.asked": _("asked for an archive of %(count)s partnerships"),
}
