"""Who hands in a table may be killed at any moment: nothing is half made, and handing it in again makes the rest."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from itertools import count

import pytest
from django.db import connection, connections
from django.db.models import Count
from django.utils import timezone

from agreements.models import Agreement
from ledger.verify import verify_ledger
from mail.models import OutboxMail
from partners.models import Invitation, Partnership, Program
from programs.actions import ask_for_lines, make_asked
from programs.models import SheetLine
from tests.factories.people import make_program, staff_of
from tests.factories.sheets import csv_of, hand_in, line_of

# From Python 3.12 on, to fork beside a thread of the test's runner is warned of.
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")]
LINES = 3
# Statements: while it is handed in, in the first line, and twice in the line after one that is made.
MOMENTS = (5, 60, 200, 200)


def killed_at(moment: int, act: Callable[[], object]) -> bool:
    """Do it in a process that the kernel ends at this statement to the database; whether it came to that."""
    connections.close_all()
    pid = os.fork()
    if pid == 0:
        statements = count(1)

        def end(execute: Callable[..., object], *statement: object) -> object:
            if next(statements) == moment:
                os.kill(os.getpid(), signal.SIGKILL)
            return execute(*statement)

        try:
            with connection.execute_wrapper(end):
                act()
        finally:
            os._exit(1)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == -signal.SIGKILL


def begin(program: Program) -> None:
    sheet = hand_in(program, csv_of(*(line_of(number) for number in range(LINES))))
    numbers = sheet.lines.values_list("number", flat=True)
    ask_for_lines(by=staff_of(program), sheet=sheet, numbers=numbers, now=timezone.now())
    make_asked(clock=timezone.now, sheet=sheet)


def whole() -> int:
    """How many partnerships there are, each with all that belongs to it and nothing beside them."""
    made = Partnership.objects.count()
    clauses = Agreement.objects.annotate(count=Count("clauses")).values_list("count", flat=True)
    assert len(clauses) == made and len(set(clauses)) <= 1 and 0 not in clauses
    assert Invitation.objects.count() == OutboxMail.objects.filter(kind="invitation").count() == 2 * made
    assert SheetLine.objects.exclude(partnership=None).count() == made
    return made


def test_a_table_is_handed_in_again_until_all_of_it_is_made() -> None:
    program = make_program()
    made = []
    for moment in MOMENTS:
        assert killed_at(moment, lambda: begin(program))
        made.append(whole())
    assert made == sorted(made) and made[0] == 0 < made[-1] < LINES, made
    begin(program)
    assert whole() == LINES
    make_asked(clock=timezone.now)  # what those left behind who were killed
    assert whole() == LINES and not SheetLine.objects.filter(asked_at__isnull=False, made_at=None).exists()
    assert verify_ledger().intact
