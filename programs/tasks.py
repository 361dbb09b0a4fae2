"""What the worker does for programs: it only wakes what the database holds."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from programs.actions.archives import clear_exports
from programs.actions.archives import make_exports as make_waiting
from programs.actions.deletions import delete_due
from programs.actions.sheets import make_asked
from programs.actions.wall import refresh_walls as refresh


@shared_task(name="programs.make_partnerships")
def make_partnerships() -> None:
    make_asked(clock=timezone.now)


@shared_task(name="programs.refresh_walls")
def refresh_walls() -> None:
    refresh(now=timezone.now())


@shared_task(name="programs.make_exports")
def make_exports() -> None:
    clear_exports(timezone.now())
    make_waiting(clock=timezone.now)


@shared_task(name="programs.delete_due_records")
def delete_due_records() -> None:
    delete_due(clock=timezone.now)
