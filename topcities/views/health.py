"""For whatever watches over this process: is it up, and can it do its work?"""

from __future__ import annotations

import logging

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from partners.access import public
from topcities.check_results import Level, examine
from topcities.doctor import READY
from topcities.figures import Figures

log = logging.getLogger(__name__)


@public
@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """The process is up. It asks nothing else, so that a slow database does not restart the web server."""
    return HttpResponse("ok\n", content_type="text/plain; charset=utf-8")


@public
@never_cache
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """Database, queue and worker, a line each; 503 when one is not there. Words alone: no address, no error text."""
    found = examine(READY, Figures(timezone.now()))
    not_well = [finding for finding in found if finding.level != Level.OK]
    for finding in not_well:
        log.warning("not ready: %s: %s", finding.topic, finding.says)
    lines = "".join(f"{finding.topic}: {finding.level}\n" for finding in found)
    return HttpResponse(lines, content_type="text/plain; charset=utf-8", status=503 if not_well else 200)
