"""What a request knows of the person: how their session began, and that private pages are not kept."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from django.conf import settings
from django.contrib.auth import SESSION_KEY, logout
from django.core.signing import BadSignature, dumps, loads
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import rotate_token
from django.urls import reverse
from django.utils import timezone, translation

from partners import unsent
from partners.actions import drop_unsent, see_session
from partners.authentication_proof import method_of
from partners.models import Person
from partners.models.session import SEEN_EVERY
from partners.rules import anyone, came_by_link

# Sessions that an operator's link began say so by their backend. The version before said it by this, and no session
# of it becomes one that may sign.
OLD_LINK = "signed_in_by_link"
# When a session ends that was not asked to last; in seconds since 1970.
ENDS_AT = "ends_at"
WRITER = "writer"
# When its person was last seen in a session, to the hour; in seconds since 1970.
SEEN_AT = "seen_at"
SALT = "partners.writer"


class PersonMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        has_session = settings.SESSION_COOKIE_NAME in request.COOKIES
        if has_session:
            self.know_person(request)
        was_signed_in = has_session and SESSION_KEY in request.session
        response = self.get_response(request)
        if was_signed_in and SESSION_KEY not in request.session:
            forget_writer(request, response)
        if request.method == "POST" and request.user.is_authenticated:
            remember(request, request.user, response)
        if has_session and request.user.is_authenticated:
            know_writer(request, response)
            see(request, request.user)
        if has_session or not is_public(request):
            # "Back" on a shared computer, after signing out, shows nothing.
            response["Cache-Control"] = "no-store, private"
        return response

    def know_person(self, request: HttpRequest) -> None:
        ends_at = request.session.get(ENDS_AT)
        if OLD_LINK in request.session or (ends_at is not None and timezone.now().timestamp() > ends_at):
            logout(request)
        unsent.forget_old(request, timezone.now())
        if request.user.is_authenticated:
            see(request, request.user)
        chose_language = settings.LANGUAGE_COOKIE_NAME in request.COOKIES
        if not chose_language and request.user.is_authenticated:
            translation.activate(request.user.language)
            request.LANGUAGE_CODE = translation.get_language()


def remember(request: HttpRequest, person: Person, response: HttpResponse) -> None:
    """Keep what was typed where it was refused, or waits for a fresh code; forget it where it was done."""
    fresh_code = response.get("Location", "").startswith(reverse("confirm_identity"))
    if response.status_code in {409, 422} or fresh_code:
        outdated = response.status_code == 409
        unsent.keep(request, request.path, unsent.words_of(request.POST), timezone.now(), outdated=outdated)
    elif response.status_code < 400:
        if (row := unsent.row_kept(request, request.path)) and not came_by_link(person):
            drop_unsent(by=person, pk=str(row))
        unsent.forget(request, request.path)
    was_read = response.status_code < 400 or response.status_code in {409, 422}
    if was_read and unsent.ROW in request.POST and not came_by_link(person):
        drop_unsent(by=person, pk=request.POST[unsent.ROW])


def know_writer(request: HttpRequest, response: HttpResponse) -> None:
    """Write down who uses this browser, so that what they send when their session has ended is kept for them alone.

    A form is only taken with the token of its session's beginning: what somebody else typed here before is not.
    """
    if not came_by_link(request.user) and writer_id(request) != str(request.user.pk):
        response.set_cookie(
            WRITER,
            dumps(str(request.user.pk), salt=SALT, compress=False),
            max_age=2 * settings.SESSION_COOKIE_AGE,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )


def see(request: HttpRequest, person: Person) -> None:
    """Note once an hour, for the person's own list, that this session was used."""
    now, key = timezone.now(), request.session.session_key
    if key is None or now.timestamp() - request.session.get(SEEN_AT, 0) < SEEN_EVERY.total_seconds():
        return
    ends_at, browser = request.session.get(ENDS_AT), request.headers.get("User-Agent", "")
    ends = datetime.fromtimestamp(ends_at, tz=UTC) if ends_at else None
    see_session(person=person, key=key, browser=browser, method=method_of(request), ends_at=ends, now=now)
    request.session[SEEN_AT] = now.timestamp()


def forget_writer(request: HttpRequest, response: HttpResponse) -> None:
    """Who signs out leaves the browser to others: what is sent from it now is nobody's, also from a page still open."""
    response.delete_cookie(WRITER, samesite="Lax")
    rotate_token(request)


def writer_id(request: HttpRequest) -> str:
    """The id of whoever was signed in last in this browser; empty where that is not known."""
    try:
        return str(loads(request.COOKIES.get(WRITER, ""), salt=SALT))
    except BadSignature:
        return ""


def is_public(request: HttpRequest) -> bool:
    """Whether the view that answered declares itself open to anyone."""
    match = request.resolver_match
    return match is not None and getattr(match.func, "rule", None) is anyone
