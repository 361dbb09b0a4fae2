"""What a public page is made of, piece by piece: each can be held back by either side. Reads only.

The list is drawn from the page itself, as it would be if nothing were held back: what is on no list is on no page.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from agreements.models import ClauseKind
from ledger.canonical import digest
from partners.models import Partnership
from partners.parties import Party
from programs.domain.public_page import PublicPage, Statement, public_page
from programs.domain.public_promises import PublicPromise
from programs.domain.publications import holders_of
from sprints.models import EvidenceKind


@dataclass(frozen=True)
class Item:
    """A piece by its key, with its name and how it begins. `held_by`: the sides that hold it back."""

    key: str
    name: str
    text: str = ""
    held_by: frozenset[Party] = frozenset()

    @property
    def anchor(self) -> str:
        """Its place on the leads' page."""
        return self.key.replace("/", "-")


@dataclass(frozen=True)
class ItemGroup:
    title: str
    items: list[Item]


def item_groups(partnership: Partnership, *, now: datetime) -> list[ItemGroup]:
    """Everything that can be held back, in the order of the page; nothing before a signature."""
    page, holders = public_page(partnership, (), now=now), holders_of(partnership)
    return [ItemGroup(title, _with_holders(items, holders)) for title, items in _groups(page)] if page else []


def item_keys(partnership: Partnership, *, now: datetime) -> set[str]:
    return {item.key for group in item_groups(partnership, now=now) for item in group.items}


def items_digest(groups: Iterable[ItemGroup]) -> str:
    """Of what would be public and what is held back: who says yes says it to this list."""
    return digest([[item.key, sorted(item.held_by)] for group in groups for item in group.items])


def _with_holders(items: Iterable[Item], holders: Mapping[str, Iterable[Party]]) -> list[Item]:
    return [Item(one.key, one.name, one.text, frozenset(holders.get(one.key, ()))) for one in items]


def _groups(page: PublicPage) -> Iterator[tuple[str, list[Item]]]:
    yield _("The agreement"), [*map(_statement, page.visions), *map(_promise, page.goals), *_whole_agreement()]
    for group in page.groups:
        title = _("What %(who)s promised") % {"who": group.name} if group.name else _("What both promised")
        yield title, [_promise(row) for row in group.rows]
    if page.weeks is None:
        return
    milestones = [Item(one.key, one.title, one.outcome) for one in page.milestones]
    yield _("The weeks, and what shows that something was done"), [*_evidence(), *milestones]
    yield from _of_work(page)


def _of_work(page: PublicPage) -> Iterator[tuple[str, list[Item]]]:
    """What comes later belongs to the first item of its group."""
    decisions = [Item(one.key, one.question, one.choice) for one in page.decisions]
    yield _("Decisions"), [Item("decisions", _("All decisions, those to come as well")), *decisions]
    datasets = [Item(one.key, one.title, one.description) for one in page.datasets]
    yield _("Datasets"), [Item("datasets", _("All datasets, those to come as well")), *datasets]
    findings = [Item(one.key, one.title, one.analysis) for one in page.findings]
    learnt = [Item("findings", _("All findings, and how many residents were asked")), *findings]
    yield _("What was learnt"), [*learnt, Item("skills", _("What each side's people can do"))]
    name = page.product.name if page.product else ""
    made = [Item("product", _("The product, its code and its licence"), name)]
    yield _("The product"), [*made, Item("future", _("Who looks after it, and until when"))]


def _statement(one: Statement) -> Item:
    return Item(one.key, _("Vision"), one.text)


def _promise(one: PublicPromise) -> Item:
    number = one.key.rsplit("-", 1)[-1]
    says = _("Goal %(number)s") if one.kind == ClauseKind.GOAL else _("Commitment %(number)s")
    return Item(one.key, says % {"number": number}, one.text)


def _whole_agreement() -> list[Item]:
    return [
        Item("seal", _("When it was signed, and the code by which anybody can check it")),
        Item("package", _("The starting package: agreement, plan, decisions and dataset descriptions for others")),
    ]


def _evidence() -> list[Item]:
    kinds = {
        EvidenceKind.WORDS: _("Titles of evidence in words"),
        EvidenceKind.LINK: _("Titles and addresses of links"),
        EvidenceKind.FILE: _("Titles of files (never the files)"),
        EvidenceKind.FINDING: _("Titles of findings among the evidence"),
    }
    found = [Item(f"evidence/{kind.value}", name) for kind, name in kinds.items()]
    return [Item("weeks", _("All weeks and milestones")), Item("evidence", _("All evidence")), *found]
