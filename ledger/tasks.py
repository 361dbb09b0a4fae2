"""What the worker does for the ledger: it only wakes what the database holds."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from ledger.models import Heartbeat
from ledger.outbox import send_waiting
from ledger.tidying import clear_what_is_over


@shared_task(name="ledger.send_notices")
def send_notices() -> None:
    send_waiting(timezone.now())


@shared_task(name="ledger.beat")
def beat() -> None:
    """Say that the worker is alive."""
    Heartbeat.objects.update_or_create(name="worker", defaults={"at": timezone.now()})


@shared_task(name="ledger.clear_what_is_over")
def clear() -> None:
    clear_what_is_over(timezone.now())
