"""Through a city's own sign-in: there, and back. Its answer comes by GET, as OpenID Connect has it, and counts once."""

from __future__ import annotations

import logging

from allauth.core import ratelimit
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from partners.access import public
from partners.models import Person, SignInMethod
from partners.only_sent import only_sent
from partners.openid import NoAnswer, NotVouched, Provider, ask, provider_of, take
from partners.sign_in import enter

log = logging.getLogger(__name__)
AWAY = gettext_lazy("The sign-in of %(name)s did not answer. Nothing happened.")
NOT_VOUCHED = gettext_lazy("The sign-in of %(name)s did not say who you are: the try was too old, or not complete.")
NOBODY = gettext_lazy("%(name)s says that you are %(address)s. Nobody was invited at this address.")


@public
@only_sent(on="account_request_login_code")
def provider(request: HttpRequest, domain: str) -> HttpResponse:
    """A page that leads on to the provider by itself: a form's own redirect may not leave the site (CSP)."""
    found = _named(domain)
    if not ratelimit.consume(request, action="provider"):
        messages.error(request, _("Many asked from this network. Wait a minute, then try again."))
        return redirect("account_request_login_code")
    try:
        there = ask(request, found, target=request.POST.get("next", ""), now=timezone.now())
    except NoAnswer as error:
        return _failed(request, found, error, str(AWAY), status=502)
    response = render(request, "partners/providers/going.html", {"provider": found, "there": there})
    response["Refresh"] = f"0; url={there}"
    return response


@public
@require_safe
def provider_back(request: HttpRequest, domain: str) -> HttpResponse:
    found = _named(domain)
    try:
        address, target = take(request, found, timezone.now())
    except NoAnswer as error:
        return _failed(request, found, error, str(AWAY), status=502)
    except NotVouched as error:
        return _failed(request, found, error, str(NOT_VOUCHED), status=403)
    person = _person_at(address)
    if person is None:
        return _failed(request, found, NotVouched("nobody"), str(NOBODY), status=403, address=address)
    return enter(request, person, method=SignInMethod.PROVIDER, target=target)


def _person_at(address: str) -> Person | None:
    """Nobody is vouched for by a letter that looks alike: PostgreSQL takes a long s for one that is not capital."""
    known = Person.objects.filter(email__iexact=address, is_active=True, is_demo=False)
    return next((one for one in known if one.email.lower() == address), None)


def _named(domain: str) -> Provider:
    if found := provider_of(domain):
        return found
    raise Http404


def _failed(
    request: HttpRequest, found: Provider, error: Exception, why: str, *, status: int, address: str = ""
) -> HttpResponse:
    log.warning("the sign-in of %s let nobody in: %s", found.domain, error)
    context = {"provider": found, "why": why % {"name": found.name, "address": address}}
    return render(request, "partners/providers/failed.html", context, status=status)
