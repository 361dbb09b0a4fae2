"""What a wording's digest covers, and which facts a text was made with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from agreements.wording import template
from ledger.canonical import digest

if TYPE_CHECKING:
    from agreements.models import Agreement, Wording

LONGEST_CLAUSE = 4_000  # characters; a page and a half
MOST_CLAUSES = 60
MOST_COMMENTS = 200  # on a clause


def facts_for(text: str, facts: Mapping[str, str]) -> dict[str, str]:
    """The facts that this text has placeholders for, and no others: an unrelated correction leaves it alone."""
    return {fact: facts[fact] for fact in sorted(template.facts_used(text)) if facts.get(fact)}


def wording_digest(wording: Wording, agreement: Agreement) -> str:
    """64 hex digits over everything a party says yes to in one clause (docs/edition-format.md, "Wording")."""
    clause = wording.clause
    return digest(
        {
            "schema": 1,
            "agreement": str(agreement.partnership_id),
            "clause": clause.key,
            "kind": clause.kind,
            "owner": clause.owner,
            "texts": wording.texts,
            "facts": wording.facts,
            "removes": wording.removes,
        }
    )
