"""What the staff of a program may see of a partnership beyond facts. The one place that says so. Reads only."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from ledger.models import Event
from partners import rules
from partners.models import Organization, Partnership, Person, Shared, Sharing
from partners.parties import Party
from partners.templatetags.marks import organizations_on_screen


def staff_may_see(shared: Shared, partnership: Partnership) -> bool:
    """Whether the staff of its program may see this of the partnership now: both sides say so. One query."""
    return shared in seen_by_staff([partnership.pk])[partnership.pk]


def seen_by_staff(partnerships: Iterable[UUID]) -> defaultdict[UUID, set[Shared]]:
    """As `staff_may_see`, for all of these by their ids; one that shares nothing has an empty set. One query."""
    standing = Sharing.objects.standing().filter(partnership__in=list(partnerships))
    keys = Counter(standing.order_by().values_list("partnership", "shared"))
    found: defaultdict[UUID, set[Shared]] = defaultdict(set)
    for (partnership, shared), said in keys.items():
        if said == len(Party):
            found[partnership].add(Shared(shared))
    return found


def may_open_drafts(person: Person, partnership: Partnership) -> bool:
    """Staff of its program, where both sides share their drafts with them."""
    return bool(rules.helps(person, partnership)) and staff_may_see(Shared.DRAFTS, partnership)


# --- Looking at drafts ------------------------------------------------------------------------------------------------

LOOK_LASTS = timedelta(hours=1)
OPENED = "drafts.opened"
LATEST = 3  # looks that are named beside the two keys; the history has all


def look_holds(partnership: Partnership, opened_at: datetime, now: datetime) -> bool:
    """Whether drafts that were opened then may still be read: within the hour, and both keys stood all the time."""
    keys = partnership.sharings.standing().filter(shared=Shared.DRAFTS, said_at__lte=opened_at)
    return now - opened_at < LOOK_LASTS and keys.count() == len(Party)


@dataclass(frozen=True)
class Look:
    """Somebody of the staff opened the drafts."""

    name: str
    at: datetime


def latest_looks(partnership: Partnership) -> list[Look]:
    """From the ledger, the latest first. Two queries."""
    events = list(Event.objects.filter(chain=partnership.pk, kind=OPENED).order_by("-sequence")[:LATEST])
    people = Person.objects.in_bulk({event.actor for event in events if event.actor})
    return [Look(people[event.actor].name, event.at) for event in events if event.actor in people]


# --- Both sides' keys -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class SharingSide:
    """What one side says. `is_own`: of whoever looks."""

    organization: Organization
    yes: Sharing | None
    is_own: bool


@dataclass(frozen=True)
class SharingRow:
    """One thing that may be shared, and what both sides say, in the order of the screens."""

    shared: Shared
    sides: list[SharingSide]

    @property
    def holds(self) -> bool:
        return all(side.yes for side in self.sides)

    @property
    def looked_at(self) -> bool:
        """Whether staff open it by an act of its own."""
        return self.shared == Shared.DRAFTS

    @property
    def own(self) -> SharingSide | None:
        return next((side for side in self.sides if side.is_own), None)


def sharing_rows(partnership: Partnership, own: Party | None) -> list[SharingRow]:
    """Everything that may be shared, for whoever looks from the side `own`, or from neither."""
    standing = partnership.sharings.standing().select_related("said_by")
    said = {(yes.shared, yes.party): yes for yes in standing}
    organizations = organizations_on_screen(partnership)
    return [
        SharingRow(
            shared,
            [SharingSide(one, said.get((shared, one.party)), is_own=one.party == own) for one in organizations],
        )
        for shared in Shared
    ]
