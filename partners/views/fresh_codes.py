"""A fresh code, before an act that needs one."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from partners.access import signed_in
from partners.authentication_proof import mask
from partners.forms.sign_in import FreshCodeForm
from partners.fresh_codes import is_waiting, send_fresh, take
from partners.passkeys import place_of
from partners.requests import PersonRequest
from partners.rules import BY_LINK, Refused, came_by_link
from partners.sign_in import own_address

TOO_MANY = gettext_lazy("There were too many tries. Wait fifteen minutes, then ask for a new code.")


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def confirm_identity(request: PersonRequest) -> HttpResponse:
    """Send a code to the person's own address, take it, and go on to `next`."""
    if came_by_link(request.user):
        raise Refused(str(BY_LINK))
    if request.method == "POST" and "send" in request.POST:
        return _send(request)
    form = FreshCodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if take(request, form.cleaned_data["code"], timezone.now()):
            return redirect(next_of(request))
        form.add_error("code", _("This is not the code from the latest mail, or it is too old. Check it or ask again."))
    return _page(request, form, status=422 if form.errors else 200)


def _send(request: PersonRequest) -> HttpResponse:
    if send_fresh(request, timezone.now()):
        return redirect(f"{reverse('confirm_identity')}?{request.GET.urlencode()}")
    form = FreshCodeForm()
    return _page(request, form, status=429, problem=str(TOO_MANY))


def _page(request: PersonRequest, form: FreshCodeForm, *, status: int, problem: str = "") -> HttpResponse:
    context = {
        "form": form,
        "has_passkey": request.user.passkeys.exists() and place_of(request).works(),
        "query": request.GET.urlencode(),
        "address": mask(request.user.email),
        "sent": is_waiting(request, timezone.now()),
        "minutes": settings.FRESH_CODE_MINUTES,
        "problem": problem,
        "back": next_of(request),
    }
    return render(request, "partners/fresh_codes/confirm_identity.html", context, status=status)


def next_of(request: PersonRequest) -> str:
    """Where to go on to: an address of this site, or home."""
    return own_address(request, request.GET.get("next", ""))
