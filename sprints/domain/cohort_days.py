"""The days of the whole program, among which each partnership has its own: Demo Day, a call of everybody. Reads only.

They are kept by the room of the program, above this one, which says here how they are read (decision 46). A sprint
keeps nothing of them, so no act in it can change them, and none goes stale.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import datetime

from partners.models import Partnership
from sprints.timeline import CohortDay

Reader = Callable[[Collection[int]], Mapping[int, list[CohortDay]]]
_readers: list[Reader] = []


def register_cohort_days(reader: Reader) -> None:
    """Name the function that gives the days of these programs, by their id, in their order; with those taken back."""
    _readers.append(reader)


def cohort_days(partnership: Partnership) -> list[CohortDay]:
    """Since there is this partnership. Calendars cancel what was taken back, and so need it."""
    program = partnership.program_id
    found = [day for read in _readers for day in read([program]).get(program, [])]
    return [day for day in found if day.ends_at > partnership.created_at]


def cohort_days_ahead(partnership: Partnership, now: datetime) -> list[CohortDay]:
    return [day for day in cohort_days(partnership) if day.is_ahead(now)]
