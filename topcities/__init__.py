"""The frame: settings, addresses, the worker, and the pages that compose the rooms."""

from topcities.celery import app as celery_app

__all__ = ["celery_app"]
