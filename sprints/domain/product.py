"""The product as people see it: its facts, its tests, and who owns it. Reads only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ledger.canonical import digest
from partners.parties import Party
from sprints.models import Ownership, Product, ProductTest, Sprint, Verdict

VERDICTS = ("usable", "meets_need", "accessible")


def product_of(sprint: Sprint) -> Product:
    """The one there is, or an empty one that is not kept."""
    return Product.objects.filter(sprint=sprint).first() or Product(sprint=sprint)


def product_content(product: Product) -> dict[str, Any]:
    names = ("name", "address", "repository", "summary", "description", "features", "categories", "languages")
    return {name: getattr(product, name) for name in (*names, "development_status")}


def product_digest(product: Product) -> str:
    return digest(product_content(product))


@dataclass(frozen=True)
class OwnerRow:
    """What a party said of its ownership. `holds` while the repository is the one that it spoke of."""

    party: Party
    name: str
    said: Ownership | None
    holds: bool


def owner_rows(sprint: Sprint, product: Product, names: dict[str, str]) -> list[OwnerRow]:
    """One row a party, in the order of the screens."""
    said = {one.party: one for one in Ownership.objects.filter(sprint=sprint, replaced_at=None).select_related("by")}
    return [_row(Party(party), name, said.get(party), product) for party, name in names.items()]


def _row(party: Party, name: str, said: Ownership | None, product: Product) -> OwnerRow:
    return OwnerRow(party, name, said, said is not None and said.repository == product.repository)


@dataclass(frozen=True)
class Asked:
    """One question over all tests: how many people took part in those that answered so. Nothing is averaged."""

    question: str
    counts: list[tuple[Verdict, int]]


def standing_tests(sprint: Sprint) -> list[ProductTest]:
    return list(ProductTest.objects.filter(sprint=sprint, withdrawn_at=None).select_related("added_by"))


def asked(tests: list[ProductTest], questions: dict[str, str]) -> list[Asked]:
    """`questions` gives their words by the field's name; those that ask for no verdict are left out."""
    return [
        Asked(words, [(verdict, _people(tests, name, verdict)) for verdict in Verdict])
        for name, words in questions.items()
        if name in VERDICTS
    ]


def _people(tests: list[ProductTest], name: str, verdict: Verdict) -> int:
    return sum(test.people for test in tests if getattr(test, name) == verdict)
