"""The built-in plan: phases, milestones, the four joint sign-offs. Pure: no database.

It follows the published calendar of The Opportunity Project, stretched to the 18 weeks that the agreement names. Each
milestone names the clauses of the agreement that it fulfils by their keys there.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

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


def plan_of(weeks: int) -> tuple[Planned, ...]:
    """The plan for a sprint of so many weeks: the same order, stretched or drawn together; the last week stays last."""
    return tuple(replace(one, week=scaled(one.week, weeks), last_week=scaled(one.last_week, weeks)) for one in PLAN)


def scaled(week: int, weeks: int) -> int:
    """The week of a sprint of so many weeks that this one of the built-in plan becomes. Halves are rounded up. The
    week before stays the week before."""
    return week and max(1, (2 * week * weeks + WEEKS) // (2 * WEEKS))
