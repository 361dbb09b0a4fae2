"""The built-in plans: phases, milestones, the four joint sign-offs. Pure: no database.

The one of 18 weeks follows the published calendar of The Opportunity Project, stretched to the length that the
agreement names. The one of 22 weeks is as long as the cohorts of 2022 and 2023 were; their calendar is not published,
so its weeks are ours: the same milestones, with more time for trust, residents' research, the prototype and testing.
Each milestone names the clauses of the agreement that it fulfils by their keys there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from partners.parties import Party, Role
from partners.weeks import WEEKS

CITY, COMMUNITY = (Party.CITY.value,), (Party.COMMUNITY.value,)
BOTH = (*CITY, *COMMUNITY)
TECHNOLOGY, ADVISOR = (Role.TECHNOLOGY_PARTNER.value,), (Role.PRODUCT_ADVISOR.value,)

# Commitments by which it is known whose say or task something is: whoever owns the clause. Swap owners, and it swaps.
ANALYSIS_CLAUSE = "community-3"  # to inform the use of data, and to check that each analysis is right
DATASETS_CLAUSE = "city-2"  # to give access to the key datasets
BUY_IN_CLAUSE = "city-3"  # to win executives over
# Promises that something beside the milestones shows.
CONVENING_CLAUSE, PARTICIPATION_CLAUSE = "city-1", "community-1"
CAPACITY_CLAUSE, DIFFUSION_CLAUSE = "goal-2", "goal-3"


class Phase(TextChoices):
    PREPARE = "prepare", _("Prepare")
    UNDERSTAND = "understand", _("Understand")
    EXPLORE = "explore", _("Explore")
    BUILD = "build", _("Build")
    SUSTAIN = "sustain", _("Sustain")
    SHOW = "show", _("Show")


@dataclass(frozen=True)
class Planned:
    """A milestone as it is planned: due at the end of `last_week`, led by parties or by roles beside them."""

    week: int
    last_week: int
    phase: Phase
    title: str
    leaders: tuple[str, ...]
    clauses: tuple[str, ...]
    joint: bool = False


def _planned(
    weeks: int | tuple[int, int], phase: Phase, title: str, led_by: tuple[str, ...], clauses: str, joint: bool = False
) -> Planned:
    first, last = weeks if isinstance(weeks, tuple) else (weeks, weeks)
    return Planned(first, last, phase, title, led_by, tuple(clauses.split()), joint)


PREPARE, UNDERSTAND, EXPLORE, BUILD, SUSTAIN, SHOW = Phase
PLAN: tuple[Planned, ...] = (
    _planned(0, PREPARE, gettext_noop("Agreement signed, executive champion named"), BOTH, "city-3"),
    _planned(1, UNDERSTAND, gettext_noop("Kick-off: roles, working norms, compensation"), CITY, "city-1 community-1"),
    _planned(
        2, UNDERSTAND, gettext_noop("Problem scoping and research plan"), COMMUNITY, "community-2 community-4 city-5"
    ),
    _planned((3, 4), UNDERSTAND, gettext_noop("Interviews with residents"), COMMUNITY, "community-4 city-5"),
    _planned(
        5,
        UNDERSTAND,
        gettext_noop("Research report and problem statement"),
        COMMUNITY,
        "community-3 city-4",
        joint=True,
    ),
    _planned(6, EXPLORE, gettext_noop("Data inventory: key datasets chosen, stewards named"), CITY, "city-2"),
    _planned(7, EXPLORE, gettext_noop("Data exploration with the stewards"), CITY + TECHNOLOGY, "city-2 community-3"),
    _planned(8, EXPLORE, gettext_noop("Co-design with residents"), COMMUNITY + TECHNOLOGY, "community-2 goal-2"),
    _planned(9, EXPLORE, gettext_noop("Concept pitch and executive briefing"), TECHNOLOGY, "city-3 city-4", joint=True),
    _planned(
        (10, 11), BUILD, gettext_noop("Prototype; repository opened and licence chosen"), TECHNOLOGY, "goal-1 goal-3"
    ),
    _planned(12, BUILD, gettext_noop("Beta demo"), TECHNOLOGY, "community-3 city-1"),
    _planned(
        13, BUILD, gettext_noop("Testing with residents, accessibility included"), COMMUNITY, "community-4 city-5"
    ),
    _planned(
        14,
        SUSTAIN,
        gettext_noop("Sustainability workshop: who supports code and data"),
        BOTH + ADVISOR,
        "community-6 city-7",
    ),
    _planned(15, BUILD, gettext_noop("Fixes and second test"), TECHNOLOGY, "goal-1 community-2"),
    _planned(16, BUILD, gettext_noop("Demo of the usable product"), TECHNOLOGY, "city-4 city-6", joint=True),
    _planned(
        17,
        SUSTAIN,
        gettext_noop("Demo Day rehearsal and sustainability plan"),
        BOTH,
        "community-5 community-6 city-6 city-7",
        joint=True,
    ),
    _planned(18, SHOW, gettext_noop("Demo Day; code, data and lessons published"), BOTH, "community-5 city-6 goal-3"),
)


# Where each milestone of the 18 weeks stands in the 22, in their order: its first week and its last.
LONGER: tuple[tuple[int, int], ...] = (
    (0, 0),
    (1, 1),
    (2, 3),
    (4, 6),
    (7, 7),
    (8, 8),
    (9, 9),
    (10, 10),
    (11, 11),
    (12, 14),
    (15, 15),
    (16, 17),
    (18, 18),
    (19, 19),
    (20, 20),
    (21, 21),
    (22, 22),
)


def scaled(week: int, weeks: int, of: int = WEEKS) -> int:
    """The week of a sprint of so many weeks that this one of a plan of `of` weeks becomes. Halves are rounded up. The
    week before stays the week before."""
    return week and max(1, (2 * week * weeks + of) // (2 * of))


def half_way(weeks: int) -> int:
    return scaled(1, weeks, of=2)


@dataclass(frozen=True)
class Plan:
    """Milestones in their order for a sprint of so many weeks. `name` is kept with each sprint that begins with it."""

    name: str
    weeks: int
    milestones: tuple[Planned, ...]

    @property
    def concept_week(self) -> int:
        """By whose end the concept is spoken of: the last week of the first milestone that both sign off and that shows
        executive buy-in. Where a plan has none, half way."""
        found = [one.last_week for one in self.milestones if one.joint and BUY_IN_CLAUSE in one.clauses]
        return max(1, found[0]) if found else half_way(self.weeks)

    def scaled_to(self, weeks: int) -> tuple[Planned, ...]:
        """For a sprint of so many weeks: the same order, stretched or drawn together; the last week stays last."""
        return tuple(
            replace(one, week=scaled(one.week, weeks, self.weeks), last_week=scaled(one.last_week, weeks, self.weeks))
            for one in self.milestones
        )


SCHEMA = 1
USUAL = "built-in-18"  # what a sprint began with that does not say otherwise
BUILT_IN: dict[str, Plan] = {
    plan.name: plan
    for plan in (
        Plan(USUAL, WEEKS, PLAN),
        Plan(
            "built-in-22",
            22,
            tuple(replace(one, week=week, last_week=last) for one, (week, last) in zip(PLAN, LONGER, strict=True)),
        ),
    )
}


def built_in_for(weeks: int) -> Plan:
    """The built-in plan whose length is nearest to so many weeks; of two as near, the shorter one."""
    return min(BUILT_IN.values(), key=lambda plan: (abs(plan.weeks - weeks), plan.weeks))


def content_of(plan: Plan) -> dict[str, Any]:
    """As JSON (docs/template-format.md): what a program edits, publishes, and hands on."""
    return {
        "schema": SCHEMA,
        "weeks": plan.weeks,
        "milestones": [
            {
                "week": one.week,
                "last_week": one.last_week,
                "phase": one.phase.value,
                "title": one.title,
                "leaders": list(one.leaders),
                "clauses": list(one.clauses),
                "joint": one.joint,
            }
            for one in plan.milestones
        ],
    }


def plan_of(name: str, content: Mapping[str, Any]) -> Plan:
    """The plan that such JSON says, which was checked before (sprints/domain/plans.py)."""
    milestones = (
        Planned(
            week=one["week"],
            last_week=one["last_week"],
            phase=Phase(one["phase"]),
            title=one["title"],
            leaders=tuple(one["leaders"]),
            clauses=tuple(one["clauses"]),
            joint=one["joint"],
        )
        for one in content["milestones"]
    )
    return Plan(name, content["weeks"], tuple(milestones))
