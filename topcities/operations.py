"""What those who run this site see of it: the doctor's findings, the worker's work, and who has which rights."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from partners.models import Person, PersonSession
from topcities.check_results import CheckResult, Level
from topcities.figures import Figures, Work

TOPICS: dict[str, Promise] = {
    "settings": _("Settings"),
    "version": _("Version"),
    "database": _("Database"),
    "queue": _("Queue"),
    "worker": _("Worker"),
    "migrations": _("Migrations"),
    "triggers": _("Protection of the ledger"),
    "static files": _("Static files"),
    "certificate": _("Sealing certificate"),
    "fonts": _("Fonts"),
    "mail": _("Mail"),
    "seals": _("Seals"),
    "sign-in": _("Sign-in"),
    "clock": _("Clock"),
    "disk": _("Disk"),
    "back-up": _("Back-up"),
    "timestamps": _("Timestamps"),
}
WORKS: dict[str, Promise] = {
    "mail": _("Mails"),
    "seals": _("Seals of agreements"),
    "reports": _("Seals of reports"),
    "timestamps": _("Timestamps of seals"),
    "exports": _("Archives"),
    "partnerships": _("Partnerships of a table"),
    "catalogs": _("Catalogs of open data"),
}


@dataclass(frozen=True)
class Finding:
    """One line of the doctor. A look that broke has no word of ours: its own name stands."""

    topic: Promise | str
    level: Level
    says: str
    do: str


@dataclass(frozen=True)
class WorkRow:
    name: Promise
    work: Work


@dataclass(frozen=True)
class Account:
    """Somebody who may do more here than take part. `sessions`: in how many browsers they are signed in now."""

    pk: UUID
    name: str
    email: str
    is_active: bool
    is_superuser: bool
    is_staff: bool
    starts_programs: bool
    last_login: datetime | None
    sessions: int
    programs: tuple[str, ...]


def findings_by_level(found: Iterable[CheckResult]) -> dict[Level, list[Finding]]:
    by_level: dict[Level, list[Finding]] = {level: [] for level in Level}
    for one in found:
        by_level[one.level].append(Finding(TOPICS.get(one.topic, one.topic), one.level, one.says, one.do))
    return by_level


def works(figures: Figures) -> list[WorkRow]:
    return [WorkRow(name, figures.work[kind]) for kind, name in WORKS.items()]


def accounts(now: datetime) -> list[Account]:
    """Who runs the site, may open its admin site, starts programs, or is staff of one; in one query."""
    return sorted(_accounts(now), key=lambda account: (not account.is_superuser, account.name.casefold()))


def _accounts(now: datetime) -> Iterator[Account]:
    open_ = PersonSession.objects.filter(person=OuterRef("pk")).open_at(now).order_by()
    count = Subquery(open_.values("person").annotate(count=Count("pk")).values("count"))
    may_start = Person.user_permissions.through.objects.filter(
        person=OuterRef("pk"), permission__codename="add_program", permission__content_type__app_label="partners"
    )
    found = Person.objects.annotate(starts_programs=Exists(may_start), open_sessions=Coalesce(count, 0))
    found = found.filter(Q(is_superuser=True) | Q(is_staff=True) | Q(starts_programs=True) | Q(programs__isnull=False))
    facts = ("pk", "name", "email", "is_active", "is_superuser", "is_staff", "starts_programs", "last_login")
    rows = found.order_by("pk", "programs__program__name").values_list(
        *facts, "open_sessions", "programs__program__name"
    )
    for person, programs in groupby(rows, key=_person):
        known: tuple[Any, ...] = (*person, tuple(row[-1] for row in programs if row[-1]))
        yield Account(*known)


def _person(row: tuple[Any, ...]) -> tuple[Any, ...]:
    """A row without the program: alike in all rows of a person."""
    return row[:-1]
