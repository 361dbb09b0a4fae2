"""What the worker does for the frame."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from partners.actions.uploads import clear_uploads
from topcities.expiry import clear_what_is_over
from topcities.weekly.closing import queue_closing_mails
from topcities.weekly.schedule import queue_weekly_mail


@shared_task(name="topcities.queue_weekly_mail")
def weekly_mail() -> None:
    queue_weekly_mail(timezone.now())
    queue_closing_mails(timezone.now())


@shared_task(name="topcities.clear_what_is_over")
def clear() -> None:
    clear_what_is_over(timezone.now())


@shared_task(name="topcities.clear_uploads")
def clear_held_files() -> None:
    clear_uploads(timezone.now())
