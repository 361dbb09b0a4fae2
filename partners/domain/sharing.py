"""What the staff of a program may see of a partnership beyond facts. The one place that says so. Reads only."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from partners.models import Organization, Partnership, Shared, Sharing
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
