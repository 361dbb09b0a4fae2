"""A wall of ten thousand takes the queries of ten, and little more time than a full page of few. Run by hand:

WALL_ROWS=10000 pytest tests/programs/test_wall_at_size.py -s
"""

from __future__ import annotations

import os
import time
from statistics import median

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from partners.models import Program
from programs.domain.wall_query import SORTS
from programs.views.wall import PER_PAGE
from programs.wall import Chip
from tests.factories.people import NOW, client_of, make_program, staff_of
from tests.factories.sprints import usual_sprint
from tests.factories.wall import fill_wall

ROWS = int(os.environ.get("WALL_ROWS", "0"))
ADDRESSES = ["", "?q=elm", "?page=2", *(f"?show={chip}" for chip in Chip), *(f"?sort={sort}" for sort in SORTS)]

pytestmark = [pytest.mark.django_db, pytest.mark.skipif(not ROWS, reason="by hand: it takes a minute")]


def wall_of(count: int) -> Program:
    sprint = usual_sprint()
    program = make_program(name=f"A wall of {count}")
    sprint.partnership.program = program
    sprint.partnership.save()
    fill_wall(sprint.partnership, count - 1, now=NOW)
    return program


def seconds(client: Client, program: Program, rest: str) -> tuple[float, int, int]:
    """The median of processor time and of queries, and how many rows there were."""
    took = []
    for _one in range(7):
        start = time.process_time()
        page = client.get(f"/programs/{program.slug}/{rest}").content.decode()
        took.append(time.process_time() - start)
    with CaptureQueriesContext(connection) as queries:
        client.get(f"/programs/{program.slug}/{rest}")
    return median(took), len(queries), page.count('class="wall-row ')


def test_ten_thousand_take_little_more_time_than_a_full_page_of_few() -> None:
    with time_machine.travel(NOW, tick=False):
        few, many = wall_of(PER_PAGE * 3 + 1), wall_of(ROWS)
        worst = 0.0
        for rest in ADDRESSES:
            (short, asked, rows), (long, asked_more, rows_more) = (
                seconds(client_of(staff_of(program)), program, rest) for program in (few, many)
            )
            line = (
                f"{rest or 'the wall':16} {rows:3} {short * 1000:6.1f} ms {rows_more:3} {long * 1000:6.1f} ms {asked}"
            )
            print(line)  # noqa: T201
            assert asked == asked_more <= 12
            worst = max(worst, long / short if rows == rows_more else 0)
        assert worst <= 1.3
