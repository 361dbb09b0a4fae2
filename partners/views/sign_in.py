"""Sign-in by code, and the one-time link of an operator. The views are allauth's, with our limits and words."""

from __future__ import annotations

from typing import Any

from allauth.account import views as allauth_views
from django.contrib import messages
from django.contrib.auth import login
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from partners.access import public
from partners.actions import use_sign_in_link
from partners.forms.sign_in import ConfirmCodeForm, RequestCodeForm
from partners.invitation_session import begin_session, own_allowance, remember_device
from partners.link_sessions import BACKEND
from partners.openid import providers
from partners.sign_in_codes import LONG, begin


class RequestCode(allauth_views.RequestLoginCodeView):  # type: ignore[misc]  # allauth has no types
    form_class = RequestCodeForm

    def _redirect_to_pending_stage(self, *_of: Any) -> None:
        """Nobody is led back to the page of a code: who mistyped an address uses another one."""

    def form_valid(self, form: RequestCodeForm) -> HttpResponse:
        ask(self.request, form)
        return redirect(self.get_success_url())

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        return {**super().get_context_data(**more), "providers": providers()}


def ask(request: HttpRequest, form: RequestCodeForm) -> bool:
    """Send what the form asks for; whether it is a code of six digits."""
    email, own = form.cleaned_data["email"], own_allowance(request, form._user)
    return begin(request, email=email, person=form._user, own=own, now=timezone.now())


class ConfirmCode(allauth_views.ConfirmLoginCodeView):  # type: ignore[misc]  # allauth has no types
    form_class = ConfirmCodeForm

    def _resend_form_valid(self, form: Form) -> HttpResponse:
        """To have the code sent again is to ask for one: the same limit, the same work, and its whole time."""
        asked = RequestCodeForm({"email": self._process.state["email"]})
        if asked.is_valid():
            if ask(self.request, asked):
                messages.success(self.request, _("A new code is on its way. The one before it no longer works."))
        else:
            messages.error(self.request, " ".join(asked.errors["email"]))
        return redirect(self.passthrough_next_url(reverse("account_confirm_login_code")))

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        return {**super().get_context_data(**more), "long": self._process.state.get(LONG, False)}

    def _verify_form_valid(self, form: ConfirmCodeForm) -> HttpResponse:
        if form.person:
            self._process._user = form.person
        response: HttpResponse = super()._verify_form_valid(form)
        if self.request.user.is_authenticated:
            begin_session(self.request, keep=form.cleaned_data["remember"])
            remember_device(response, self.request.user)
        return response


request_code = public(RequestCode.as_view())
confirm_code = public(ConfirmCode.as_view())
sign_out = public(allauth_views.LogoutView.as_view())
inactive = public(allauth_views.AccountInactiveView.as_view())


@public
def sign_in(request: HttpRequest) -> HttpResponse:
    """There is one way in; allauth's own name for it leads there."""
    return redirect("account_request_login_code")


@public
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in_link(request: HttpRequest, token: str) -> HttpResponse:
    """The page an operator's link leads to. Opening it does nothing; its button spends it."""
    if request.method == "POST" and (person := use_sign_in_link(token=token, now=timezone.now())):
        login(request, person, backend=BACKEND)
        begin_session(request, keep=False)
        return redirect("home")
    spent = request.method == "POST"
    response = render(request, "partners/sign_in/sign_in_link.html", {"spent": spent}, status=410 if spent else 200)
    response["Referrer-Policy"] = "strict-origin"
    return response
