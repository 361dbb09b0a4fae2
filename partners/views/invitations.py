"""The page an invitation's link leads to. Opening it changes nothing; its two buttons do."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TypeGuard

from allauth.core import ratelimit
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from partners import actions
from partners.access import public
from partners.actions.invitations import closed_because
from partners.authentication_proof import mask
from partners.domain.names import both_names, invites_you, role_in_words
from partners.forms.invitations import DeclineForm
from partners.invitation_session import ask_for_code, take_seat
from partners.models import Invitation
from partners.only_sent import only_sent
from partners.requests import PersonRequest, has_person
from partners.rules import came_by_link
from partners.terms import terms_for
from partners.tokens import hashed

InvitationView = Callable[[HttpRequest, Invitation], HttpResponse]


def of_an_invitation(view: InvitationView) -> Callable[..., HttpResponse]:
    """Find the invitation by its token, and answer in the language it was sent in."""

    @wraps(view)
    def page(request: HttpRequest, token: str) -> HttpResponse:
        rows = Invitation.objects.select_related("partnership__program", "program", "invited_by", "replaced_by")
        invitation = rows.filter(token_hash=hashed(token)).first()
        if invitation is None:
            raise Http404
        with translation.override(_language(request, invitation)):
            request.LANGUAGE_CODE = translation.get_language()
            response = view(request, invitation)
        # The address of this page is a secret: it goes to no other page, not even our own.
        response["Referrer-Policy"] = "strict-origin"
        response["Cache-Control"] = "no-store, private"
        return response

    return page


@public
@require_http_methods(["GET", "HEAD"])
@of_an_invitation
def invitation(request: HttpRequest, found: Invitation) -> HttpResponse:
    return _page(request, found, DeclineForm())


@public
@only_sent()
@of_an_invitation
def invitation_accept(request: HttpRequest, found: Invitation) -> HttpResponse:
    """Straight to the seat for the person who was invited; others first show with a code that it is them."""
    answered_by_them = request.user.is_authenticated and found.accepted_by_id == request.user.pk
    if closed_because(found, timezone.now()) and not answered_by_them:
        return _page(request, found, DeclineForm())
    if _is_theirs(request, found):
        return take_seat(request, request.user, found)
    if request.user.is_authenticated:
        return _page(request, found, DeclineForm(), status=403)
    if not ratelimit.consume(request, action="request_login_code"):
        problem = _("Many codes were asked for from this network. Wait a minute, then try again.")
        return _page(request, found, DeclineForm(), status=429, problem=problem)
    try:
        response = ask_for_code(request, found)
    except actions.InvitationClosed:  # in between
        return _page(request, Invitation.objects.get(pk=found.pk), DeclineForm())
    # The pages that follow stay in the language in which this one was read.
    response.set_cookie(settings.LANGUAGE_COOKIE_NAME, translation.get_language(), samesite="Lax")
    return response


@public
@only_sent()
@of_an_invitation
def invitation_decline(request: HttpRequest, found: Invitation) -> HttpResponse:
    form = DeclineForm(request.POST)
    if came_by_link(request.user):
        return _page(request, found, form, status=403)
    if not form.is_valid():
        return _page(request, found, form, status=422)
    try:
        actions.decline(invitation=found, reason=form.cleaned_data["reason"], now=timezone.now())
    except actions.InvitationClosed:
        return _page(request, Invitation.objects.get(pk=found.pk), form)
    return render(request, "partners/invitations/declined.html", {"invitation": found})


def _page(
    request: HttpRequest, found: Invitation, form: DeclineForm, *, status: int = 200, problem: str = ""
) -> HttpResponse:
    if closed := closed_because(found, timezone.now()):
        if found.partnership and request.user.is_authenticated and found.accepted_by_id == request.user.pk:
            return redirect("partnership", slug=found.partnership.slug)
        why = {"why": closed, "accepted": found.accepted_at}
        return render(request, "partners/invitations/invitation_closed.html", why, status=410)
    context = {
        "invitation": found,
        "sentence": invites_you(found),
        "names": both_names(found.partnership) if found.partnership else "",
        "role": role_in_words(found) if found.partnership else "",
        "terms": terms_for(found),
        "form": form,
        "is_theirs": _is_theirs(request, found),
        "somebody_else": request.user.is_authenticated and not _is_theirs(request, found),
        "address": mask(found.email),
        "problem": problem,
    }
    return render(request, "partners/invitations/invitation.html", context, status=status)


def _is_theirs(request: HttpRequest, found: Invitation) -> TypeGuard[PersonRequest]:
    """Somebody whose session began with an operator's link has not shown whose they are."""
    return has_person(request) and not came_by_link(request.user) and request.user.email.lower() == found.email.lower()


def _language(request: HttpRequest, found: Invitation) -> str:
    """The one its sender picked, unless the reader chose another on this site."""
    chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
    return translation.get_language() if chosen in dict(settings.LANGUAGES) else found.language
