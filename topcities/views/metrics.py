"""For a program that watches over many sites: figures, behind a token. Off unless METRICS_TOKEN is set."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from partners.access import public


@public
@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """The figures, for who brings `Authorization: Bearer` and the token."""
    if not settings.METRICS_TOKEN:
        raise Http404
    if not constant_time_compare(request.headers.get("Authorization", ""), f"Bearer {settings.METRICS_TOKEN}"):
        return HttpResponse(status=401, headers={"WWW-Authenticate": "Bearer"})
    from topcities.metrics import as_text  # only who is watched so pays for this import

    return HttpResponse(as_text(timezone.now()), content_type="text/plain; version=0.0.4; charset=utf-8")
