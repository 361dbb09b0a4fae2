"""From the button "Accept" over the code to the seat: what a session remembers between, and how long it lasts."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.signing import BadSignature, dumps, loads
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from partners.actions import InvitationClosed, accept, begin_accepting
from partners.middleware import ENDS_AT, SEEN_AT
from partners.models import Invitation, Person
from partners.sign_in_codes import begin
from partners.tokens import token_for

ACCEPTING = "accepting"
DAY = timedelta(hours=12)
KNOWN_DEVICE = "known_device"
SALT = "partners.known device"


def ask_for_code(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    """Send a code to the invited address, and remember what to accept when it is typed."""
    person = begin_accepting(invitation=invitation, now=timezone.now())
    request.session[ACCEPTING] = str(invitation.pk)
    begin(request, email=person.email, person=person, own=own_allowance(request, person), now=timezone.now())
    return redirect("account_confirm_login_code")


def own_allowance(request: HttpRequest, person: Person | None) -> str:
    """What lets this browser ask for codes apart from all others: an invitation's link, or that the person signed in
    here before. Empty where there is neither."""
    if person is None:
        return ""
    accepting = request.session.get(ACCEPTING)
    if accepting and Invitation.objects.filter(pk=accepting, email=person.email).exists():
        return f"invitation {accepting}"
    return f"known {person.pk}" if is_known_device(request, person) else ""


def finish_accepting(request: HttpRequest, person: Person) -> HttpResponse | None:
    """The seat, if this session was on its way to one that is this person's; None otherwise."""
    invitation_id = request.session.pop(ACCEPTING, None)
    invitation = Invitation.objects.filter(pk=invitation_id, email=person.email).first() if invitation_id else None
    return take_seat(request, person, invitation) if invitation else None


def take_seat(request: HttpRequest, person: Person, invitation: Invitation) -> HttpResponse:
    """Accept, and go to where the seat is; where it is refused, back to the invitation, which says why."""
    try:
        accepted = accept(by=person, invitation=invitation, now=timezone.now())
    except (InvitationClosed, PermissionDenied, ValidationError) as refusal:
        why = " ".join(refusal.messages) if isinstance(refusal, ValidationError) else str(refusal)
        messages.error(request, why)
        return redirect("invitation", token=token_for(invitation))
    messages.success(request, _("Welcome. You have accepted the invitation."))
    return redirect("partnership", slug=accepted.partnership.slug) if accepted.partnership else redirect("home")


def begin_session(request: HttpRequest, *, keep: bool) -> None:
    """A session lasts for thirty days on a device of the person's own, else until the browser is closed."""
    request.session.pop(SEEN_AT, None)
    if keep:
        request.session.set_expiry(settings.SESSION_COOKIE_AGE)
    else:
        # Browsers that restore their tabs keep such cookies, so the server ends it too.
        request.session[ENDS_AT] = (timezone.now() + DAY).timestamp()


def remember_device(response: HttpResponse, person: Person) -> None:
    """Mark this browser as one where the person signed in, so that others who ask for codes cannot lock it out."""
    response.set_cookie(
        KNOWN_DEVICE,
        dumps(str(person.pk), salt=SALT, compress=False),
        max_age=365 * 24 * 3600,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
        path="/accounts/",
    )


def is_known_device(request: HttpRequest, person: Person) -> bool:
    try:
        return bool(loads(request.COOKIES.get(KNOWN_DEVICE, ""), salt=SALT) == str(person.pk))
    except BadSignature:
        return False
