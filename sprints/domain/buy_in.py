"""Executive buy-in as people see it: what the sponsor recorded, what is late, and whose task it is. Reads only."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partners.models import Partnership, Seat
from partners.parties import Party, Role
from sprints.domain.commitments import holder_of
from sprints.domain.milestones import today_of
from sprints.domain.plans import plan_named
from sprints.models import BuyIn, Occasion, Sprint
from sprints.plan import BUY_IN_CLAUSE, Plan, scaled

ASKS: dict[Occasion, Promise] = {
    Occasion.START: gettext_lazy("Why this work matters, and what you will do so that it succeeds."),
    Occasion.CONCEPT: gettext_lazy("What you say to the concept, and what you will do to bring it into use."),
}


@dataclass(frozen=True)
class OccasionRow:
    """An occasion, what was recorded on it, and how late it is or was. `said_late` counts days of what stands."""

    occasion: Occasion
    week: int
    due: date
    asks: Promise
    buy_in: BuyIn | None
    is_ahead: bool
    days_late: int
    said_late: int


def occasion_rows(sprint: Sprint, now: datetime) -> list[OccasionRow]:
    """Both, in one query."""
    return rows_of_occasions(sprint, BuyIn.objects.filter(sprint=sprint).select_related("by").order_by("at"), now)


def rows_of_occasions(sprint: Sprint, said: Iterable[BuyIn], now: datetime) -> list[OccasionRow]:
    """`said` is all that was recorded in this sprint, what was replaced too, in its order."""
    standing: dict[str, BuyIn] = {}
    first: dict[str, date] = {}
    for one in said:
        # Better words later do not make the first ones late.
        first.setdefault(one.occasion, today_of(sprint, one.at))
        if one.replaced_at is None:
            standing[one.occasion] = one
    today = today_of(sprint, now)
    return [_row(sprint, occasion, standing.get(occasion), first.get(occasion), today) for occasion in Occasion]


def _row(sprint: Sprint, occasion: Occasion, buy_in: BuyIn | None, first: date | None, today: date) -> OccasionRow:
    week = week_of(occasion, plan_named(sprint.plan), sprint.weeks)
    due = sprint.timeline.ends(week)
    return OccasionRow(
        occasion=occasion,
        week=week,
        due=due,
        asks=ASKS[occasion],
        buy_in=buy_in,
        is_ahead=not is_asked(sprint, occasion, today),
        days_late=0 if buy_in else max(0, (today - due).days),
        said_late=max(0, (first - due).days) if first else 0,
    )


def occasion_name(occasion: Occasion) -> str:
    return _("Executive buy-in: %(when)s") % {"when": str(occasion.label).lower()}


def week_of(occasion: Occasion, plan: Plan, weeks: int) -> int:
    """By whose end the support is due in a sprint of so many weeks that began with this plan."""
    return 1 if occasion == Occasion.START else scaled(plan.concept_week, weeks, plan.weeks)


def is_asked(sprint: Sprint, occasion: Occasion, today: date) -> bool:
    """The first may be recorded as soon as the sprint is planned; a concept is spoken of when there is one."""
    week = week_of(occasion, plan_named(sprint.plan), sprint.weeks)
    return occasion == Occasion.START or today >= sprint.timeline.starts(week)


def has_sponsor(partnership: Partnership) -> bool:
    """Whether somebody has the executive sponsor's seat."""
    return Seat.objects.filter(partnership=partnership, role=Role.EXECUTIVE_SPONSOR, ended_at=None).exists()


def wins_executives(partnership: Partnership) -> Party | None:
    """The party that promised executive buy-in; nobody, where nobody promises it any more."""
    return holder_of(partnership, BUY_IN_CLAUSE)
