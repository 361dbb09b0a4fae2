"""What the worker does for agreements: it only wakes what the database holds."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from agreements.actions.seals import seal_waiting


@shared_task(name="agreements.seal_signed_editions")
def seal_signed_editions() -> None:
    seal_waiting(clock=timezone.now)
