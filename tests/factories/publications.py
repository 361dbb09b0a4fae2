"""Public pages for tests that begin there."""

from __future__ import annotations

from partners.models import Partnership
from partners.parties import Party
from programs import actions
from programs.domain.public_items import item_groups, items_digest
from tests.factories.people import NOW, lead_of


def shown(partnership: Partnership) -> str:
    return items_digest(item_groups(partnership, now=NOW))


def say_yes(partnership: Partnership, *parties: Party) -> None:
    """These sides, or both, say that everybody may see the page."""
    for party in parties or Party:
        act = {"by": lead_of(partnership, party), "partnership": partnership, "now": NOW}
        actions.publish(shown=shown(partnership), **act)


def take_back(partnership: Partnership, party: Party) -> None:
    actions.take_back_publication(by=lead_of(partnership, party), partnership=partnership, now=NOW)


def hold(partnership: Partnership, item: str, party: Party) -> None:
    actions.hold_back(by=lead_of(partnership, party), partnership=partnership, item=item, now=NOW)


def let_go(partnership: Partnership, item: str, party: Party) -> None:
    actions.let_go(by=lead_of(partnership, party), partnership=partnership, item=item, now=NOW)
