"""What happened to an agreement, in words. A test compares the table with what the actions write."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# With the payload's own values in it. `who` begins the sentence on the page.
WORDS: dict[str, Promise] = {
    "agreement.started": _("began the agreement from the template"),
    "wording.proposed": _("proposed a change of “%(clause)s”"),
    "wording.suggested": _("suggested a change of “%(clause)s”"),
    "comment.written": _("commented on “%(clause)s”"),
    "suggestion.set_aside": _("set a suggestion for “%(clause)s” aside"),
    "clause.added": _("added the clause “%(clause)s”, to be agreed"),
    "clause.assented": _("agreed to a wording of “%(clause)s”"),
    "clause.agreed": _("made “%(clause)s” agreed: both sides stand on one wording"),
    "name.corrected": _("corrected the names of %(named_party)s"),
    "name.followed": _("is named in the signature block of %(named_party)s from now on"),
    "edition.opened": _("opened edition %(number)s for signing"),
    "edition.signed": _("signed edition %(number)s"),
    "edition.reopened": _("reopened edition %(number)s for changes"),
    "edition.sealed": _("Edition %(number)s was sealed"),
    "edition.timestamped": _("Edition %(number)s got its timestamp from outside"),
    "agreement.in_force": _("Edition %(number)s came into force"),
    "agreement.ended": _("ended the agreement"),
    "amendment.started": _("started an amendment"),
    "paper.uploaded": _("handed in a signature on paper"),
    "paper.confirmed": _("confirmed a signature on paper"),
    "paper.refused": _("said that a signature on paper does not count"),
}
