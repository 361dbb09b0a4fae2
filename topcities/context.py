"""What every page's frame shows."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from topcities import __version__


def frame(request: HttpRequest) -> dict[str, object]:
    """`now` is the page's one clock: the words for dates ("in 3 days") count from it."""
    return {"demo": settings.DEMO, "now": timezone.now(), "version": __version__}
