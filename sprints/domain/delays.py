"""What of the plan is late today, and whom it waits for: the one answer that home, the plan, the program and the mails
read. Reads only.

The plan's lines are its milestones and what the executive sponsor is asked for.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from partners.parties import Party, Role
from sprints.domain.buy_in import OccasionRow, occasion_name
from sprints.domain.milestones import MilestoneStatus, SprintStatus


@dataclass(frozen=True)
class Delay:
    """A late line of the plan, by how many days, and whose turn it is: parties, or roles beside them. It is nobody's
    where it is promised no more; after the last week only what waits for a sign-off is somebody's, and the rest can
    still be done. `milestone` is None for the sponsor's word."""

    name: str
    url: str
    days: int
    waits_for: list[Party | Role]
    milestone: MilestoneStatus | None = None

    def waits_in_words(self, names: dict[str, str]) -> str:
        """`names` of the parties, in the order of the screens."""
        known = names | {role.value: str(role.label) for role in Role}
        return _(" and ").join(name for key, name in known.items() if key in self.waits_for)


def delays(
    standing: SprintStatus, occasions: Iterable[OccasionRow], winner: Party | None, roles: Collection[str]
) -> list[Delay]:
    """The latest first. `winner` promised executive buy-in; `roles` are those beside the parties that somebody has."""
    slug = standing.sprint.partnership.slug
    winner = None if standing.is_over else winner
    found = [*_milestones(standing, slug, roles), *_occasions(occasions, slug, winner)]
    return sorted(found, key=lambda one: -one.days)


def _milestones(standing: SprintStatus, slug: str, roles: Collection[str]) -> Iterator[Delay]:
    for one in standing.milestones:
        if one.days_late:
            url = reverse("milestone", args=[slug, one.milestone.number])
            turn = one.subject.waits_for if standing.is_over else turn_of(one, roles)
            yield Delay(one.milestone.name, url, one.days_late, list(turn), one)


def _occasions(occasions: Iterable[OccasionRow], slug: str, winner: Party | None) -> Iterator[Delay]:
    for row in occasions:
        if row.days_late:
            url = f"{reverse('buy_in', args=[slug])}#{row.occasion.value}"
            yield Delay(occasion_name(row.occasion), url, row.days_late, [winner] if winner else [])


def turn_of(one: MilestoneStatus, roles: Collection[str]) -> list[Party | Role]:
    """Who answers, where it waits for a sign-off or changes are asked for; else those who lead it. A seat that nobody
    has leads nothing: then both sides see to it."""
    if one.subject.waits_for:
        return list(one.subject.waits_for)
    leaders = one.milestone.leaders
    parties: list[Party | Role] = [party for party in Party if party in leaders]
    seated: list[Party | Role] = [role for role in Role if role.value in leaders and role.value in roles]
    return parties + seated or list(Party)


def late_in_words(found: Collection[Delay]) -> str:
    """ "3 things are late." """
    return ngettext("%(n)s thing is late.", "%(n)s things are late.", len(found)) % {"n": len(found)}
