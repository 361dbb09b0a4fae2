"""What the worker does for mail: it only wakes what the database holds."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from mail.models import Heartbeat
from mail.outbox import send_waiting


@shared_task(name="mail.send_waiting")
def send() -> None:
    send_waiting(timezone.now())


@shared_task(name="mail.beat")
def beat() -> None:
    """Say that the worker is alive."""
    Heartbeat.objects.update_or_create(name="worker", defaults={"at": timezone.now()})
