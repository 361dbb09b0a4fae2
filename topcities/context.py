"""What every page's frame shows."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from partners.rules import BY_LINK, came_by_link
from topcities import __version__


def frame(request: HttpRequest) -> dict[str, object]:
    """`now` is the page's one clock: the words for dates ("in 3 days") count from it. `by_link`: what a session from an
    operator's link may do; empty in any other."""
    by_link = str(BY_LINK) if came_by_link(getattr(request, "user", None)) else ""
    return {"demo": settings.DEMO, "now": timezone.now(), "version": __version__, "by_link": by_link}
