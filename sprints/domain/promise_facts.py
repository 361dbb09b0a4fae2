"""What shows a promise beside its milestones: meetings counted, abilities noted, support recorded, what was published.

Counts and the words of the parties, by the clause's key; nothing is weighed or averaged. Reads only.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agreements.models import Clause
from partners.models import Seat
from partners.parties import Party
from sprints.domain.buy_in import occasion_rows
from sprints.domain.learning import skill_labels
from sprints.domain.product import product_of
from sprints.domain.sustainability import plan_of
from sprints.models import Learning, Meeting, Sprint, Stage
from sprints.plan import BUY_IN_CLAUSE, CAPACITY_CLAUSE, CONVENING_CLAUSE, DIFFUSION_CLAUSE, PARTICIPATION_CLAUSE


@dataclass(frozen=True)
class Fact:
    """`data` is the same in every language; `words` are for people; `place` names the page that tells more."""

    kind: str
    data: Mapping[str, object]
    words: str
    place: str


def facts_of(sprint: Sprint, clauses: Iterable[Clause], now: datetime) -> dict[str, list[Fact]]:
    """By the clause's key, in a constant number of queries."""
    owners = {clause.key: [Party(clause.owner)] if clause.owner else list(Party) for clause in clauses}
    over = _meetings_over(sprint, now)
    return {
        CONVENING_CLAUSE: [_convened(sprint, over, now)],
        PARTICIPATION_CLAUSE: _participated(sprint, over, owners.get(PARTICIPATION_CLAUSE, [])),
        BUY_IN_CLAUSE: [_supported(sprint, now)],
        CAPACITY_CLAUSE: _grown(sprint),
        DIFFUSION_CLAUSE: [_published(sprint)],
    }


def _meetings_over(sprint: Sprint, now: datetime) -> list[Meeting]:
    meetings = sprint.meetings.filter(cancelled_at=None, starts_at__lt=now).prefetch_related("present")
    return [one for one in meetings if one.ends_at <= now]


def _convened(sprint: Sprint, over: list[Meeting], now: datetime) -> Fact:
    ahead = sprint.meetings.filter(cancelled_at=None).count() - len(over)
    words = ngettext("%(n)s meeting was held.", "%(n)s meetings were held.", len(over)) % {"n": len(over)}
    if ahead:
        words += " " + ngettext("%(n)s more is planned.", "%(n)s more are planned.", ahead) % {"n": ahead}
    return Fact("meetings", {"held": len(over), "ahead": ahead}, words, "meetings")


def _participated(sprint: Sprint, over: list[Meeting], parties: list[Party]) -> list[Fact]:
    """Of the meetings whose notes say who was there, those with somebody of the party."""
    noted = [one for one in over if one.recorded_at]
    seats = Seat.objects.filter(partnership=sprint.partnership_id).exclude(party=None).values_list("person", "party")
    people: dict[Party, set[Any]] = {party: {person for person, own in seats if own == party} for party in parties}
    return [_present(party, people[party], noted) for party in parties]


def _present(party: Party, people: set[UUID], noted: list[Meeting]) -> Fact:
    there = sum(any(person.pk in people for person in one.present.all()) for one in noted)
    words = _("No notes say who was there.")
    if noted:
        says = _("%(who)s: present at %(there)s of the %(all)s meetings whose notes say who was there.")
        words = says % {"who": party.label, "there": there, "all": len(noted)}
    return Fact("present", {"party": party.value, "present": there, "of": len(noted)}, words, "meetings")


def _supported(sprint: Sprint, now: datetime) -> Fact:
    rows = occasion_rows(sprint, now)
    data = {row.occasion.value: row.buy_in.at.isoformat() if row.buy_in else None for row in rows}
    said = [str(row.occasion.label).lower() for row in rows if row.buy_in]
    words = _("The executive sponsor recorded support: %(when)s.") % {"when": ", ".join(said)}
    return Fact("support", data, words if said else _("The executive sponsor has recorded no support yet."), "buy_in")


def _grown(sprint: Sprint) -> list[Fact]:
    """For each skill what each side noted, stage by stage."""
    noted = Learning.objects.filter(sprint=sprint, replaced_at=None)
    found = {(one.party, one.stage): one for one in noted}
    if not found:
        return [Fact("abilities", {}, _("Neither side has noted yet what its people can do."), "learning")]
    order = sprint.partnership.parties_on_screen()
    return [_skill(name, label, order, found) for name, label in skill_labels().items()]


def _skill(name: str, label: str, order: Iterable[Party], found: Mapping[tuple[str, str], Learning]) -> Fact:
    levels = {
        party: [getattr(found[party, stage], name) if (party, stage) in found else None for stage in Stage]
        for party in order
    }
    said = [f"{party.label} {' → '.join(str(level or '–') for level in levels[party])}" for party in levels]
    data = {"skill": name} | {party.value: known for party, known in levels.items()}
    words = _("%(skill)s (1 to 5, at the start, halfway, at the end): %(levels)s.")
    return Fact("abilities", data, words % {"skill": label, "levels": "; ".join(said)}, "learning")


def _published(sprint: Sprint) -> Fact:
    product, licence = product_of(sprint), plan_of(sprint).licence
    data = {"repository": product.repository, "licence": licence, "address": product.address}
    labels = {"repository": _("code: %(what)s"), "licence": _("licence: %(what)s"), "address": _("in use: %(what)s")}
    said = [labels[name] % {"what": what} for name, what in data.items() if what]
    words = (
        _("Published: %(what)s.") % {"what": ", ".join(said)} if product.repository else _("No code is published yet.")
    )
    return Fact("published", data, words, "product")
