"""What the two sides have promised: goals and commitments as they were signed, by the clause's key. Reads only."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import get_language

from agreements.domain.clause_names import clause_name
from agreements.domain.editions import content
from agreements.domain.templates import template_named
from agreements.models import Clause, ClauseKind, Edition
from agreements.states import SIGNED
from agreements.wording.reading_aid import reading_aids
from partners.models import Partnership
from partners.parties import Party

PROMISED = (ClauseKind.GOAL, ClauseKind.COMMITMENT)


@dataclass(frozen=True)
class SignedPromise:
    """A goal or a commitment, in the words last signed. One that a later edition left out is no longer promised.

    `aid`: what it says in the reader's language, where that is another and the words are still the template's.
    """

    clause: Clause
    name: str
    text: str
    still_promised: bool
    aid: str = ""

    @property
    def key(self) -> str:
        return self.clause.key


def signed_promises(partnership: Partnership) -> list[SignedPromise]:
    """In the agreement's order. Each edition that was signed is read, so that nothing promised is forgotten."""
    signed = list(_signed(partnership))
    texts = dict(line for edition in signed for line in _texts(edition).items())
    latest, aids = _texts(signed[-1]) if signed else {}, _aids(signed)
    clauses = Clause.objects.filter(agreement__partnership=partnership, kind__in=PROMISED)
    found = [(clause, texts[clause.key]) for clause in clauses if clause.key in texts]
    return [
        SignedPromise(clause, clause_name(clause), text, clause.key in latest, aids.get(text, ""))
        for clause, text in found
    ]


def reading_aid(partnership: Partnership, text: str) -> str:
    """What a text that was signed says in the reader's language; nothing where we have no translation of it."""
    return _aids(list(_signed(partnership))).get(text, "")


def signed_texts(partnership: Partnership) -> dict[str, str]:
    """The words of the last edition that was signed, by the clause's key."""
    latest = _signed(partnership).last()
    return _texts(latest) if latest else {}


def holders(partnerships: Iterable[UUID], keys: Collection[str]) -> dict[UUID, dict[str, Party]]:
    """Who answers for each of these clauses, by partnership and key, while it is promised. In two queries."""
    found: dict[UUID, dict[str, Party]] = {pk: {} for pk in partnerships}
    signed = Edition.objects.filter(agreement__partnership__in=found, state__in=SIGNED).order_by("number")
    latest = {edition.agreement.partnership_id: edition for edition in signed.select_related("agreement")}
    texts = {pk: _texts(edition) for pk, edition in latest.items()}
    clauses = Clause.objects.filter(agreement__partnership__in=found, key__in=keys).exclude(owner="")
    for pk, key, owner in clauses.values_list("agreement__partnership", "key", "owner"):
        if key in texts.get(pk, {}):
            found[pk][key] = Party(owner)
    return found


def holder_of(partnership: Partnership, key: str) -> Party | None:
    """Who answers for this clause; nobody, where nobody promises it any more."""
    return holders([partnership.pk], [key])[partnership.pk].get(key)


def _signed(partnership: Partnership) -> QuerySet[Edition]:
    return Edition.objects.filter(agreement__partnership=partnership, state__in=SIGNED).order_by("number")


def _aids(signed: Iterable[Edition]) -> dict[str, str]:
    language = get_language()
    if not language:
        return {}
    said = [content(edition) for edition in signed]
    return dict(aid for one in said for aid in reading_aids(one, language, template_named(one["template"])).items())


def _texts(edition: Edition) -> dict[str, str]:
    said = content(edition)
    return {line["key"]: line["texts"][said["language"]] for line in said["body"] if line["type"] == "clause"}
