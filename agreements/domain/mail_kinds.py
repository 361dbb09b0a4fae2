"""What each kind of mail of this room is about. A test compares the table with the messages that are built."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

NAMES: dict[str, Promise] = {
    "changes wait": _("Changes of the agreement wait"),
    "opened for signing": _("The agreement is open for signing"),
    "signed by one": _("The other side has signed"),
    "reopened": _("The agreement was reopened"),
    "in force": _("The agreement is in force"),
    "sealed copy ready": _("The sealed copy is ready"),
    "ended": _("The agreement has ended"),
    "amendment started": _("An amendment was started"),
    "paper.uploaded": _("A signature on paper waits"),
    "paper.refused": _("A signature on paper does not count"),
}
# Those that staff may read: they tell nothing but states, dates and names.
OPEN = frozenset({"opened for signing", "signed by one", "in force", "sealed copy ready", "amendment started"})
