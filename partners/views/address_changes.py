"""A person's own address: the new one is asked for, then the code that was sent to it."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from partners import actions
from partners.access import signed_in, to_fresh_code
from partners.authentication_proof import NeedsFreshCode, is_fresh, keep_proof, proof_of
from partners.forms.address_changes import NewAddressCodeForm, NewAddressForm
from partners.new_address_codes import address_waiting, forget_new, is_code_of_new, send_to_new
from partners.requests import PersonRequest
from partners.rules import decides_for_themselves, require
from partners.views.fresh_codes import TOO_MANY


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def address(request: PersonRequest) -> HttpResponse:
    """Ask for the new address of somebody who showed just now that they read the mail of the old one."""
    require(decides_for_themselves, request.user)
    now = timezone.now()
    fresh = is_fresh(proof_of(request), now)
    if request.method == "POST" and not fresh:
        return to_fresh_code(request)
    form = NewAddressForm(request.POST or None, own=request.user.email)
    if request.method == "POST" and form.is_valid():
        if send_to_new(request, form.cleaned_data["email"], now):
            return redirect("address_confirm")
        form.add_error(None, str(TOO_MANY))
    context = {"form": form, "fresh": fresh}
    return render(request, "partners/address_changes/address.html", context, status=422 if form.errors else 200)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def address_confirm(request: PersonRequest) -> HttpResponse:
    """Take the code that was sent to the new address."""
    require(decides_for_themselves, request.user)
    waiting = address_waiting(request, timezone.now())
    if not waiting:
        return redirect("address")
    form = NewAddressCodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if is_code_of_new(request, form.cleaned_data["code"], timezone.now()):
            return _change(request, form, waiting)
        form.add_error("code", _("This is not the code from the latest mail, or it is too old. Check it or ask again."))
    return _confirm_page(request, form, waiting)


def _change(request: PersonRequest, form: NewAddressCodeForm, email: str) -> HttpResponse:
    key, proof = request.session.session_key or "", proof_of(request)
    try:
        actions.change_address(by=request.user, email=email, key=key, proof=proof, now=timezone.now())
    except NeedsFreshCode:
        return to_fresh_code(request)
    except ValidationError as refusal:
        form.add_error(None, refusal)
        return _confirm_page(request, form, email)
    forget_new(request)
    keep_proof(request, request.user, method="code")
    messages.success(request, _("You sign in with %(email)s from now on.") % {"email": email})
    return redirect("person")


def _confirm_page(request: PersonRequest, form: NewAddressCodeForm, waiting: str) -> HttpResponse:
    context = {"form": form, "waiting": waiting, "minutes": settings.FRESH_CODE_MINUTES}
    return render(request, "partners/address_changes/confirm.html", context, status=422 if form.errors else 200)
