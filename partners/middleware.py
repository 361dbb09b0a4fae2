"""What a request knows of the person: how their session began, and that private pages are not kept."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

from partners.requests import has_person
from partners.rules import anyone

BY_LINK = "signed_in_by_link"
# When a session ends that was not asked to last; in seconds since 1970.
ENDS_AT = "ends_at"


class PersonMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        has_session = settings.SESSION_COOKIE_NAME in request.COOKIES
        if has_session:
            self.know_person(request)
        response = self.get_response(request)
        if has_session or not is_public(request):
            # "Back" on a shared computer, after signing out, shows nothing.
            response["Cache-Control"] = "no-store, private"
        return response

    def know_person(self, request: HttpRequest) -> None:
        ends_at = request.session.get(ENDS_AT)
        if ends_at is not None and timezone.now().timestamp() > ends_at:
            logout(request)
        if request.session.get(BY_LINK) and has_person(request):
            request.user.signed_in_by_link = True
        chose_language = settings.LANGUAGE_COOKIE_NAME in request.COOKIES
        if not chose_language and request.user.is_authenticated:
            translation.activate(request.user.language)
            request.LANGUAGE_CODE = translation.get_language()


def is_public(request: HttpRequest) -> bool:
    """Whether the view that answered declares itself open to anyone."""
    match = request.resolver_match
    return match is not None and getattr(match.func, "rule", None) is anyone
