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
SOUGHT = ["?q=elm", "?q=elm+9"]  # many are found, and few
SORTED = [f"?sort={way}{sort}" for sort in SORTS for way in ("", "-")]
ADDRESSES = ["", *SOUGHT, "?page=2", *(f"?show={chip}" for chip in Chip), *SORTED]

pytestmark = [pytest.mark.django_db, pytest.mark.skipif(not ROWS, reason="by hand: it takes a minute")]


def wall_of(count: int) -> Program:
    sprint = usual_sprint()
    program = make_program(name=f"A wall of {count}")
    sprint.partnership.program = program
    sprint.partnership.save()
    fill_wall(sprint.partnership, count - 1, now=NOW)
    return program


def seconds(pages: list[tuple[Client, str]]) -> list[float]:
    """The median of processor time of each; in turn, so that what else this machine does slows all of them."""
    took: list[list[float]] = [[] for _page in pages]
    for _one in range(30):
        for (client, address), known in zip(pages, took, strict=True):
            start = time.process_time()
            client.get(address)
            known.append(time.process_time() - start)
    return [median(known) for known in took]


def seen(client: Client, address: str) -> tuple[int, int]:
    """How many queries it takes, and how many rows it shows."""
    with CaptureQueriesContext(connection) as queries:
        page = client.get(address).content.decode()
    return len(queries), page.count('class="wall-row ')


def test_ten_thousand_take_little_more_time_than_a_full_page_of_few() -> None:
    with time_machine.travel(NOW, tick=False):
        walls = [wall_of(PER_PAGE * 3 + 1), wall_of(ROWS)]
        clients = [client_of(staff_of(program)) for program in walls]
        slow = {}
        for rest in ADDRESSES:
            pages = [(client, f"/programs/{wall.slug}/{rest}") for client, wall in zip(clients, walls, strict=True)]
            (asked, rows), (asked_more, rows_more) = (seen(*page) for page in pages)
            short, long = seconds(pages)
            print(f"{rest:16} {rows:3} {short * 1000:6.1f} ms {rows_more:3} {long * 1000:6.1f} ms {asked}")  # noqa: T201
            assert max(asked, asked_more) <= 12
            if rows == rows_more and long / short > 1.3:
                slow[rest] = long / short
        assert not slow
