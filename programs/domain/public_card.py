"""What the picture of a public page says: nothing that the page does not say. Reads only."""

from __future__ import annotations

from dataclasses import astuple

from django.utils.translation import gettext as _

from agreements.models import ClauseKind
from agreements.pdf.glyphs import has_own_letters
from ledger.canonical import digest
from programs.card import Card
from programs.domain.public_page import PublicPage
from programs.domain.public_promises import PublicPromise

# Told apart from what an older version of the product has drawn of the same.
DRAWING = 1


def card_of(page: PublicPage) -> Card | None:
    """In the reader's language. None where our faces lack a letter of it: it would be an empty box."""
    score = page.score
    open_ones = {"way": score.under_way, "late": score.late}
    card = Card(
        names=page.names,
        issue=page.issue[:1].upper() + page.issue[1:],
        says=_("%(kept)s of %(total)s promises kept") % {"kept": score.kept, "total": score.total},
        more=_("%(way)s on the way, %(late)s late.") % open_ones if any(open_ones.values()) else "",
        looks=[_look(row) for row in page.promises if row.kind == ClauseKind.COMMITMENT and row.still_promised],
    )
    return card if has_own_letters("".join([*card.names.values(), card.issue])) else None


def card_key(card: Card) -> str:
    """The same for what would look the same."""
    return digest([DRAWING, [*card.names.items()], *astuple(card)[1:]])


def _look(row: PublicPromise) -> str:
    if row.is_held:
        return "held"
    if row.is_kept:
        return "kept"
    return "late" if row.late else "open"
