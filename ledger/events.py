"""What the ledger itself writes down, in words. A test compares the table with what the actions write."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# With the payload's own values in it. `who` begins the sentence on the page.
WORDS: dict[str, Promise] = {
    "refused": _("tried something that was not theirs to do; it was refused"),
    "erased": _("What an earlier event said was erased"),
}
