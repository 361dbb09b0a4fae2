"""The worker. It holds no work of its own: the database is the queue, a task only wakes a sweeper."""

import os

from celery import Celery
from celery.signals import setup_logging, worker_ready
from django_structlog.celery.steps import DjangoStructLogInitStep

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "topcities.settings")

app = Celery("topcities")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
# The id of the request that woke a task stands in the task's lines, too.
app.steps["worker"].add(DjangoStructLogInitStep)


@setup_logging.connect
def log_as_the_pages_do(**_about: object) -> None:
    """Django has set the logs up (topcities/logs.py). Without this, Celery would set its own level and its own form."""


@worker_ready.connect
def look_at_once(**_about: object) -> None:
    """What waited while no worker ran does not wait for the clock's first tick too."""
    for entry in app.conf.beat_schedule.values():
        app.send_task(entry["task"], expires=60)
