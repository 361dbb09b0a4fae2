"""The worker. It holds no work of its own: the database is the queue, a task only wakes a sweeper."""

import os

from celery import Celery
from celery.signals import worker_ready

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "topcities.settings")

app = Celery("topcities")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_ready.connect
def look_at_once(**_about: object) -> None:
    """What waited while no worker ran does not wait for the clock's first tick too."""
    for entry in app.conf.beat_schedule.values():
        app.send_task(entry["task"], expires=60)
