"""What the worker does for the frame."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from topcities.mailing import queue_weekly_mail
from topcities.weekly_staff import queue_staff_mail


@shared_task(name="topcities.queue_weekly_mail")
def weekly_mail() -> None:
    now = timezone.now()
    queue_weekly_mail(now)
    queue_staff_mail(now)
