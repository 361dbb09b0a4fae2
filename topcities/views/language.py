"""The language of the pages: kept in a cookie, changed by a POST."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.http import require_POST
from django.views.i18n import set_language

from partners.access import public


@public
@require_POST
def choose_language(request: HttpRequest) -> HttpResponseBase:
    """Go back to where the person was (only to an address of ours), in the language they chose."""
    return set_language(request)
