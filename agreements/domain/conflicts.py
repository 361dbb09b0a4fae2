"""What differs between the text that a person was shown and what stands now: for the page that says "not done" (409).

Reads only. What was shown is known from the edition, or from what the page's form carried; the gate is its digest.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from agreements.domain import editions
from agreements.domain.clause_status import AgreementStatus, ClauseStatus, agreement_status
from agreements.domain.readiness import clause_url
from agreements.models import Agreement, Edition, Wording
from agreements.states import EditionState
from agreements.wording.compare import Piece, redline
from partners.parties import Party


@dataclass(frozen=True)
class Difference:
    """One part that is not as it was shown: its redline, or a sentence where its words are the same."""

    name: str
    url: str
    pieces: list[Piece] = field(default_factory=list)
    says: str = ""


# --- Since an edition was read ----------------------------------------------------------------------------------


def since_edition(read: Edition, agreement: Agreement) -> list[Difference]:
    """From the edition that somebody read to the text that stands now: the one open for signing, or the draft."""
    standing = agreement_status(agreement)
    opened = agreement.editions.filter(state=EditionState.SIGNING).first()
    now = editions.content(opened) if opened else editions.content_of(standing, now=agreement.changed_at)
    then = editions.content(read)
    return [*_clauses(then, now, standing), *_names(then, now, standing)]


def _clauses(before: dict[str, Any], after: dict[str, Any], standing: AgreementStatus) -> Iterator[Difference]:
    old, new = _texts(before), _texts(after)
    for on_clause in standing.clauses:
        texts = old.get(on_clause.clause.key, ""), new.get(on_clause.clause.key, "")
        if texts[0] != texts[1]:
            yield Difference(on_clause.name, clause_url(standing, on_clause), redline(*texts))


def _texts(content: dict[str, Any]) -> dict[str, str]:
    language = content["language"]
    return {line["key"]: line["texts"][language] for line in content["body"] if line["type"] == "clause"}


def _names(before: dict[str, Any], after: dict[str, Any], standing: AgreementStatus) -> Iterator[Difference]:
    url = reverse("agreement", args=[standing.agreement.partnership.slug])
    for party in Party:
        old, new = before["parties"][party], after["parties"][party]
        name = _("Signature block of %(name)s") % {"name": new["organization"]}
        for part in ("organization", "signatory"):
            if old[part] != new[part]:
                yield Difference(name, url, redline(old[part], new[part]))


# --- Since all remaining clauses were shown -----------------------------------------------------------------------


def offer_to(standing: AgreementStatus, party: Party) -> str:
    """What "Agree to all remaining" would agree to, as its form carries it: "goal-1:1 goal-2:3"."""
    return " ".join(f"{s.clause.key}:{_number(s, party)}" for s in standing.remaining_for(party))


def since_offer(standing: AgreementStatus, party: Party, seen: str) -> list[Difference]:
    """From what was offered to a party when the page was drawn to what is offered now."""
    was = dict(part.rsplit(":", 1) for part in seen.split() if ":" in part)
    return [
        _changed_offer(standing, on_clause, party, was.get(on_clause.clause.key, ""))
        for on_clause in standing.clauses
        if _number(on_clause, party) != was.get(on_clause.clause.key, "")
    ]


def _number(on_clause: ClauseStatus, party: Party) -> str:
    offered = on_clause.offered_to(party)
    return str(offered.number) if offered else ""


def _changed_offer(standing: AgreementStatus, on_clause: ClauseStatus, party: Party, number: str) -> Difference:
    shown = next((w for w in on_clause.wordings if str(w.number) == number), on_clause.base)
    now = on_clause.offered_to(party) or newest(on_clause)
    texts = on_clause.text(shown), on_clause.text(now)
    says = "" if texts[0] != texts[1] else _not_words(on_clause, party)
    pieces = redline(*texts) if texts[0] != texts[1] else []
    return Difference(on_clause.name, clause_url(standing, on_clause), pieces, says)


def newest(on_clause: ClauseStatus) -> Wording:
    """The latest proposal that stands, or what the clause says."""
    return on_clause.proposals[-1] if on_clause.proposals else on_clause.base


def _not_words(on_clause: ClauseStatus, party: Party) -> str:
    if on_clause.settled:
        return _("Its words are the same. It is agreed.")
    if on_clause.waits_for(party):
        return _("Its words are the same. It waits for you now.")
    return _("Its words are the same. It waits for the other side.")
