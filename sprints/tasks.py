"""What the worker does for sprints: it only wakes what the database holds."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from sprints.actions.catalog import read_catalogs as read_waiting
from sprints.actions.report_seals import seal_reports as seal_waiting
from sprints.actions.sustainability import tell_of_ended_plans as tell_of_ended


@shared_task(name="sprints.read_catalogs")
def read_catalogs() -> None:
    read_waiting(clock=timezone.now)


@shared_task(name="sprints.tell_of_ended_plans")
def tell_of_ended_plans() -> None:
    tell_of_ended(now=timezone.now())


@shared_task(name="sprints.seal_reports")
def seal_reports() -> None:
    seal_waiting(clock=timezone.now)
