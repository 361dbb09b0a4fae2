"""A person's passkeys; and to sign in, or show that it is still them, with one. A script asks the browser for it."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from partners import actions
from partners.access import public, signed_in, to_fresh_code
from partners.authentication_proof import NeedsFreshCode, is_fresh, keep_proof, proof_of
from partners.domain.zones import own_zone
from partners.forms.passkeys import PasskeyForm
from partners.models import SignInMethod
from partners.only_sent import only_sent
from partners.passkeys import begin_known, begin_new, place_of, take_known, take_new
from partners.requests import PersonRequest
from partners.rules import came_by_link
from partners.sign_in import enter
from partners.views.fresh_codes import next_of

NOT_TAKEN = gettext_lazy("The passkey was not taken. Try again, or use a code: it works as ever.")


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def passkeys(request: PersonRequest) -> HttpResponse:
    """The list, and a form to add one."""
    form = PasskeyForm(request.POST or None)
    try:
        if request.method == "POST" and form.is_valid() and _add(request, form):
            messages.success(request, _("The passkey was added. You can sign in with it from now on."))
            return redirect("passkeys")
    except NeedsFreshCode:
        return to_fresh_code(request)
    context = {
        "form": form,
        "passkeys": request.user.passkeys.all(),
        "fresh": is_fresh(proof_of(request), timezone.now()),
        "works": place_of(request).works(),
        "zone": own_zone(request.user),
    }
    return render(request, "partners/passkeys/passkeys.html", context, status=422 if form.errors else 200)


def _add(request: PersonRequest, form: PasskeyForm) -> bool:
    now, name = timezone.now(), form.cleaned_data["name"]
    key = take_new(request, form.cleaned_data["answer"], now)
    if key is None:
        form.add_error(None, _("The browser gave no passkey. Nothing was added: please try again."))
        return False
    try:
        actions.add_passkey(by=request.user, name=name, key=key, proof=proof_of(request), now=now)
    except ValidationError as refusal:
        form.add_error(None, refusal)
    return form.is_valid()


@signed_in
@only_sent()
def options_new(request: PersonRequest) -> HttpResponse:
    """What the browser is asked for a new one; 403 for somebody who did not just show that it is them."""
    now = timezone.now()
    fresh = is_fresh(proof_of(request), now)
    return JsonResponse(begin_new(request, now)) if fresh else JsonResponse({}, status=403)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: PersonRequest, pk: int) -> HttpResponse:
    """Asks first; for a fresh proof, too."""
    passkey = get_object_or_404(request.user.passkeys, pk=pk)
    if request.method == "POST":
        try:
            actions.remove_passkey(by=request.user, pk=pk, proof=proof_of(request), now=timezone.now())
        except NeedsFreshCode:
            return to_fresh_code(request)
        messages.success(request, _("The passkey “%(name)s” was removed.") % {"name": passkey.name})
        return redirect("passkeys")
    fresh = is_fresh(proof_of(request), timezone.now())
    return render(request, "partners/passkeys/remove.html", {"passkey": passkey, "fresh": fresh})


@public
@only_sent(on="account_request_login_code")
def options_known(request: HttpRequest) -> HttpResponse:
    """What the browser is asked, to use a passkey that it has."""
    options = begin_known(request, timezone.now())
    return JsonResponse({}, status=429) if options is None else JsonResponse(options)


@public
@only_sent(on="account_request_login_code")
def sign_in_with_passkey(request: HttpRequest) -> HttpResponse:
    person, target = take_known(request, request.POST.get("answer", ""), timezone.now()), request.POST.get("next", "")
    if person is None:
        messages.error(request, str(NOT_TAKEN))
        again = f"?{urlencode({'next': target})}" if target else ""
        return redirect(f"{reverse('account_request_login_code')}{again}")
    return enter(request, person, method=SignInMethod.PASSKEY, target=target)


@signed_in
@only_sent(on="confirm_identity")
def confirm_with_passkey(request: PersonRequest) -> HttpResponse:
    """In the place of a fresh code, with a passkey of one's own."""
    person = take_known(request, request.POST.get("answer", ""), timezone.now())
    if person is None or person.pk != request.user.pk or came_by_link(request.user):
        messages.error(request, str(NOT_TAKEN))
        return redirect(f"{reverse('confirm_identity')}?{request.GET.urlencode()}")
    keep_proof(request, request.user, method=SignInMethod.PASSKEY)
    return redirect(next_of(request))
