"""The language of the pages: kept in a cookie, changed by a POST."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone
from django.views.decorators.http import require_POST
from django.views.i18n import set_language

from partners.access import public
from partners.unsent import keep, words_of


@public
@require_POST
def choose_language(request: HttpRequest) -> HttpResponseBase:
    """Go back to where the person was (only to an address of ours), in the language they chose. What they typed there
    came along, and is in its form again."""
    posted = request.POST.copy()
    # The button stands before the form whose words came along, which may ask for a language itself.
    chosen, *own = posted.getlist("language") or [""]
    posted["language"], request.POST = chosen, posted  # type: ignore[assignment]  # read by Django's view below
    response = set_language(request)
    words = words_of(posted) | {"language": [str(one) for one in own]}
    if place := response.headers.get("Location"):  # there is none for a program that asks for no page
        keep(request, urlsplit(place).path, words, timezone.now())
    return response
