"""The frame: settings, addresses, the worker, and the pages that compose the rooms."""

from topcities.celery import app as celery_app

# The one place: pyproject.toml reads it here, `manage.py --version`, doctor and the foot of each page show it.
__version__ = "0.2.0"

__all__ = ["__version__", "celery_app"]
