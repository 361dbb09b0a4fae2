"""How things stand, in figures, from the database: what `manage.py doctor`, the page *Operations* and /metrics read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, cast

from django.db.models import Count, Max, Min, Q, QuerySet, Value

from agreements.models import Seal, SealFile
from mail.models import Heartbeat, MailState, OutboxMail
from programs.models import Export, SheetLine
from sprints.models import Catalog, SealedReport

OVERDUE, WAITS_LONG = timedelta(minutes=10), timedelta(days=1)


@dataclass(frozen=True)
class Work:
    """What the worker does, of one kind.

    `late`: of what is waiting, what should be done by now. `failed`: tried and not done; of mail, what was given up, of
    which `returned` had left before. `done`: of seals alone. `problem`: why one of those that failed did.
    """

    kind: str
    waiting: int = 0
    late: int = 0
    oldest: datetime | None = None
    failed: int = 0
    returned: int = 0
    done: int = 0
    problem: str = ""


class Figures:
    """As they were at `now`. Each is asked for once, when somebody first reads it."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    @cached_property
    def beats(self) -> dict[str, Heartbeat]:
        """When the worker last ran, and the last back-up was made."""
        return cast("dict[str, Heartbeat]", Heartbeat.objects.in_bulk())

    @cached_property
    def work(self) -> dict[str, Work]:
        """By its kind, all of it in one query."""
        first, *others = _kinds(self.now)
        return {row[0]: Work(*row) for row in first.union(*others, all=True)}


EVERY, NONE = ~Q(pk=None), Q(pk=None)


def _kinds(now: datetime) -> Iterator[QuerySet[Any, Any]]:
    overdue = Q(asked_at__lt=now - OVERDUE)
    due, given_up = Q(state=MailState.WAITING, due_at__lte=now), Q(state=MailState.GIVEN_UP)
    old, back = due & Q(created_at__lt=now - OVERDUE, due_at__lt=now), Q(returned_at__isnull=False)
    mails = OutboxMail.objects.filter(due | given_up)
    yield _counted("mail", mails, since="due_at", waiting=due, late=old, failed=given_up, returned=back, why="problem")
    waits = Q(sealed_at=None)
    tried = {"waiting": waits, "late": waits & overdue, "failed": waits & ~Q(problem=""), "done": ~waits}
    for kind, seals in (("seals", Seal.objects), ("reports", SealedReport.objects)):
        yield _counted(kind, seals.all(), since="asked_at", **tried, why="problem")
    stamped = SealFile.objects.filter(level=SealFile.Level.LONG_TERM).values("seal")
    bare = Seal.objects.filter(sealed_at__lte=now, edition__agreement__partnership__program__is_demo=False)
    long = Q(sealed_at__lt=now - WAITS_LONG)
    yield _counted("timestamps", bare.exclude(pk__in=stamped), since="sealed_at", late=long)
    exports, failed = Export.objects.filter(made_at=None, expires_at__gt=now), Q(failures__gt=0)
    yield _counted("exports", exports, since="asked_at", late=overdue, failed=failed, why="problem")
    lines = SheetLine.objects.filter(asked_at__isnull=False, made_at=None)
    yield _counted("partnerships", lines, since="asked_at", late=overdue)
    catalogs = Catalog.objects.filter(finished_at=None)
    yield _counted("catalogs", catalogs, since="added_at", late=Q(added_at__lt=now - OVERDUE))


def _counted(
    kind: str,
    rows: QuerySet[Any],
    *,
    since: str,
    late: Q,
    waiting: Q = EVERY,
    failed: Q = NONE,
    returned: Q = NONE,
    done: Q = NONE,
    why: str | None = None,
) -> QuerySet[Any, Any]:
    """One row with the fields of `Work`, in their order: of these rows, those for which each holds."""
    columns = {
        "work_waiting": Count("pk", filter=waiting),
        "work_late": Count("pk", filter=late),
        "work_oldest": Min(since, filter=waiting),
        "work_failed": Count("pk", filter=failed),
        "work_returned": Count("pk", filter=returned),
        "work_done": Count("pk", filter=done),
        "work_problem": Max(why, filter=failed, default="") if why else Value(""),
    }
    made = rows.order_by().values(work_kind=Value(kind)).annotate(**columns)
    return cast("QuerySet[Any, Any]", made.values_list("work_kind", *columns))
