"""The demonstration's cohort: the first four tell their story, the others fill the wall."""

from __future__ import annotations

import pytest
from django.utils import timezone

from partners.models import Partnership
from programs.domain.wall import wall_rows
from programs.wall import Stage
from tests.factories.people import make_person
from topcities.demo.cohort import STORIES, load_cohort
from topcities.demo.people import make_program

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


def test_some_of_the_cohort_stand_as_their_stories_say() -> None:
    now = timezone.now()
    program = make_program(make_person("Robin Castle"), now)
    trouble, rests = STORIES[1], STORIES[4]
    for _twice in range(2):
        load_cohort(program, now=now, stories=[trouble, rests])
    assert Partnership.objects.count() == 2
    rows = {row.facts.issue: row for row in wall_rows(program, now)}
    assert rows[trouble.issue].late and rows[trouble.issue].trouble
    assert Stage(rows[rests.issue].facts.stage) == Stage.PAUSED and not rows[rests.issue].late
