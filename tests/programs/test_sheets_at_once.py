"""Two workers, two staff, two files, in the same instant: each partnership is made once."""

from __future__ import annotations

from functools import partial

import pytest

from partners.models import Invitation, Partnership
from programs.actions import ask_for_lines, make_asked
from programs.models import SheetLine
from tests.concurrency import at_once
from tests.factories.people import NOW, make_program, staff_of
from tests.factories.sheets import csv_of, hand_in, line_of

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_files_that_say_the_same_make_each_partnership_once() -> None:
    program = make_program()
    table = csv_of(*(line_of(number) for number in range(4)))
    sheets = [hand_in(program, table) for _time in range(2)]
    ask = [partial(ask_for_lines, by=staff_of(program), sheet=sheet, numbers=range(2, 6), now=NOW) for sheet in sheets]
    assert at_once(*ask, *ask) in ([4, 4, 0, 0], [0, 4, 4, 0], [4, 0, 0, 4], [0, 0, 4, 4])
    at_once(*[partial(make_asked, clock=lambda: NOW)] * 4)
    make_asked(clock=lambda: NOW)
    assert Partnership.objects.count() == 4 and Invitation.objects.count() == 8
    assert SheetLine.objects.exclude(made_at=None).count() == 4
    assert not SheetLine.objects.filter(asked_at__isnull=False, made_at=None).exists()
