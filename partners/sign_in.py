"""Signing in somebody who has just shown who they are: the session begins, and they go on."""

from __future__ import annotations

from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from partners.authentication_proof import keep_proof
from partners.invitation_session import begin_session, finish_accepting, remember_device
from partners.models import Person, UnsentForm

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def enter(request: HttpRequest, person: Person, *, method: str, target: str) -> HttpResponse:
    """Sign in; `method` is a SignInMethod, and `target` where the person wanted to go."""
    login(request, person, backend=BACKEND)
    keep_proof(request, person, method=method)
    begin_session(request, keep=False)
    response = onward(request, person) or redirect(own_address(request, target))
    remember_device(response, person)
    return response


def onward(request: HttpRequest, person: Person) -> HttpResponse | None:
    """On with the invitation that was being accepted, or to what was typed when the person was signed out."""
    waits = UnsentForm.objects.waiting(person, timezone.now()).exists()
    return finish_accepting(request, person) or (redirect("unsent") if waits else None)


def own_address(request: HttpRequest, target: str) -> str:
    """An address of this site, or home: a word alone would be taken for the name of a page."""
    hosts = {request.get_host()}
    ours = url_has_allowed_host_and_scheme(target, allowed_hosts=hosts, require_https=request.is_secure())
    return target if ours and "/" in target else reverse("home")
