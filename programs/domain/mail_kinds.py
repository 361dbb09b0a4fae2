"""What each kind of mail of this room is about. A test compares the table with the messages that are built."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

NAMES: dict[str, Promise] = {
    "publication asked": _("A public page waits for a yes"),
    "publication began": _("The public page is open"),
    "publication ended": _("The public page is closed"),
    "export ready": _("An archive is ready"),
    "deletion asked": _("Records are to be deleted"),
    "deletion taken back": _("Records are not deleted after all"),
}
