"""How a view declares who may open it: the one way. A test walks every address and finds a view that does not.

What is not a person's own does not exist for them (404). What they see but may not do is refused (403), and the
attempt is written to the ledger of that partnership.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext as _
from rules.predicates import Predicate

from ledger.record import refused
from partners import unsent
from partners.actions import keep_unsent
from partners.actions.uploads import uploads_named
from partners.authentication_proof import NeedsFreshCode, is_fresh, proof_of
from partners.middleware import writer_id
from partners.models import Partnership, Person, Program, UnsentForm
from partners.models.upload import LONGEST_NAME
from partners.only_sent import SAFE, is_only_sent
from partners.requests import PersonRequest, has_person
from partners.rules import (
    BY_LINK,
    SENT_BY_LINK,
    Refused,
    anyone,
    came_by_link,
    is_signed_in,
    may_start_program,
    remember_seats,
    require,
    says_who_signs_in,
    seat_of,
    takes_part,
)

P = ParamSpec("P")
V = TypeVar("V", bound=Callable[..., Any])
# What an address calls: what stands in it comes by name.
View = Callable[..., HttpResponseBase]
ViewForPerson = Callable[Concatenate[PersonRequest, P], HttpResponseBase]
PartnershipView = Callable[Concatenate[PersonRequest, Partnership, P], HttpResponseBase]


def declare(view: V, rule: object) -> V:
    """Write the rule down at the view, where the test that walks every address looks for it."""
    vars(view)["rule"] = rule
    return view


def public(view: V) -> V:
    """Anyone, without an account."""
    return declare(view, anyone)


def provider_of_mail(view: Callable[Concatenate[HttpRequest, P], HttpResponseBase]) -> View:
    """The provider that our mail leaves through, by the secret that we share with it. Where none is set, nobody."""

    @wraps(view)
    def page(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not (settings.EMAIL_PROVIDER and settings.ANYMAIL["WEBHOOK_SECRET"]):
            raise Http404
        return view(request, *args, **kwargs)

    return declare(page, provider_of_mail)


def signed_in(view: ViewForPerson[P]) -> View:
    """Anyone who signed in, about themselves."""

    @wraps(view)
    def page(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not has_person(request):
            return to_sign_in(request)
        require_more_than_link(request)
        return view(request, *args, **kwargs)

    return declare(page, is_signed_in)


def starts_programs(view: ViewForPerson[P]) -> View:
    """Those whom an operator invited to run a program."""

    @wraps(view)
    def page(request: PersonRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if came_by_link(request.user):
            raise Refused(str(BY_LINK))
        if not may_start_program(request.user):
            raise Refused(_("Only people who were invited to run a program can start one."))
        return view(request, *args, **kwargs)

    return declare(signed_in(page), may_start_program)


def runs_site(view: ViewForPerson[P]) -> View:
    """Those who run this site: superusers, in a session of their own."""

    @wraps(view)
    def page(request: PersonRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if came_by_link(request.user):
            raise Refused(str(BY_LINK))
        if not says_who_signs_in(request.user):
            raise Refused(_("Only those who run this site can do this."))
        return view(request, *args, **kwargs)

    return declare(signed_in(page), says_who_signs_in)


def staff_of_program(view: Callable[Concatenate[PersonRequest, Program, P], HttpResponseBase]) -> View:
    """Staff of the program named by `slug`, which is passed on in its place."""

    @wraps(view)
    def page(request: HttpRequest, slug: str, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not has_person(request):
            return to_sign_in(request)
        program = get_object_or_404(Program.objects.filter(staff__person=request.user), slug=slug)
        require_more_than_link(request)
        return view(request, program, *args, **kwargs)

    return declare(page, staff_of_program)


def runs_program(view: Callable[Concatenate[PersonRequest, Program, P], HttpResponseBase]) -> View:
    """Staff of the program, where there is nothing to read but a form."""

    @wraps(view)
    def page(request: PersonRequest, program: Program, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if came_by_link(request.user):
            raise Refused(str(BY_LINK))
        return view(request, program, *args, **kwargs)

    return staff_of_program(page)


def partnership_page(rule: Predicate) -> Callable[[PartnershipView[P]], View]:
    """A page of the partnership named by `slug`, which is passed on in its place, for whom the rule lets in."""

    def decorate(view: PartnershipView[P]) -> View:
        @wraps(view)
        def page(request: HttpRequest, slug: str, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not has_person(request):
                return to_sign_in(request)
            mine = Partnership.objects.for_user(request.user).select_related("program")
            partnership = get_object_or_404(mine, slug=slug)
            remember_seats(partnership)
            try:
                if request.method not in SAFE or not is_only_sent(view):
                    require(rule, request.user, partnership)
                require_more_than_link(request)
                request.seat = seat_of(request.user, partnership)
                request.takes_part = takes_part(request.user, partnership)
                request.proof = proof_of(request)
                request.is_fresh = is_fresh(request.proof, timezone.now())
                return view(request, partnership, *args, **kwargs)
            except NeedsFreshCode:
                return to_fresh_code(request)
            except Refused:
                _record(request, partnership)
                raise

        return declare(page, rule)

    return decorate


def require_more_than_link(request: PersonRequest) -> None:
    """Raise Refused where a session from an operator's link sends what such a session may not."""
    name = request.resolver_match.view_name if request.resolver_match else ""
    if request.method not in SAFE and came_by_link(request.user) and name not in SENT_BY_LINK:
        raise Refused(str(BY_LINK))


def to_sign_in(request: HttpRequest) -> HttpResponse:
    """The sign-in page, which comes back here. Where a form was being sent, a page that shows what was typed and leads
    to where it can be sent after all."""
    if request.method in SAFE:
        return redirect_to_login(request.get_full_path())
    typed = unsent.typed(unsent.words_of(request.POST))
    kept = keep_for_writer(request) if typed or request.FILES else None
    back = reverse("unsent") if kept else _page_before(request)
    held = [one.name for one in uploads_named(kept.person, unsent.held_in(kept.words))] if kept else []
    lost = [name for name in _chosen(request) if name[-LONGEST_NAME:] not in held]
    context = {"typed": typed, "kept": kept, "held": held, "lost": lost, "next": back}
    return render(request, "partners/sign_in/signed_out.html", context, status=403)


def _chosen(request: HttpRequest) -> list[str]:
    """The names of the files that were sent."""
    return [file.name or "" for _field, files in request.FILES.lists() for file in files]


def keep_for_writer(request: HttpRequest) -> UnsentForm | None:
    """For the person who was signed in here when the form was drawn, and for nobody else who signs in after."""
    known = writer_id(request)
    writer = Person.objects.filter(pk=known, is_active=True).first() if known else None
    if writer is None:
        return None
    words, now = unsent.words_of(request.POST), timezone.now()
    return keep_unsent(person=writer, address=request.get_full_path(), words=words, files=request.FILES, now=now)


def to_fresh_code(request: HttpRequest) -> HttpResponse:
    """Ask for a code, then come back to the page on which the person acted."""
    back = request.path if request.method in SAFE else request.POST.get("back") or request.path
    return redirect(f"{reverse('confirm_identity')}?{urlencode({'next': back})}")


def _page_before(request: HttpRequest) -> str:
    """The page the form stood on, if it is one of ours."""
    before = request.headers.get("Referer", "")
    ours = url_has_allowed_host_and_scheme(before, allowed_hosts={request.get_host()})
    return urlsplit(before).path if ours else reverse("home")


def _record(request: PersonRequest, partnership: Partnership) -> None:
    what = request.resolver_match.view_name if request.resolver_match else ""
    refused(chain=partnership.id, by=request.user, at=timezone.now(), what=f"{request.method} {what}")
